import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import type { JsonObject } from "../../src/domain/json.ts";

interface Operation {
  operationId: string;
  responses: Record<string, { content?: Record<string, unknown>; $ref?: string }>;
  requestBody?: { content: Record<string, { schema: object; example?: unknown }> };
}

/** What is documented, as far as it is looked at here. */
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** Holds answers to what the OpenAPI document says of them. */
export interface Contract {
  /** @throws {Error} when an answer is not documented, or is not as documented */
  check(method: string, path: string, response: Response, body: unknown): void;
}

export function createContract(openApi: JsonObject): Contract {
  const document = openApi as unknown as Document;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "https://ratchet.invalid/openapi", components: document.components });
  const compiled = new Map<string, ValidateFunction>();
  return {
    check(method, path, response, body) {
      if (!path.startsWith("/api/v1/")) return;
      const found = findOperation(document, method, path);
      const type = response.headers.get("content-type") ?? "";
      if (response.status >= 400) {
        if (type !== "application/problem+json") throw new Error(`${method} ${path} failed with ${type}`);
        validate("Problem", body);
        return;
      }
      if (found === undefined) return;
      const answer = found.responses[String(response.status)];
      if (answer === undefined) throw new Error(`${found.operationId} does not say that it answers ${response.status}`);
      const content = answer.content?.["application/json"] as { schema?: { $ref?: string } } | undefined;
      const name = content?.schema?.$ref?.split("/").at(-1);
      if (name !== undefined && response.status !== 204 && method !== "HEAD") validate(name, body);
    },
  };

  function validate(name: string, body: unknown): void {
    let check = compiled.get(name);
    if (check === undefined) {
      check = ajv.compile({ $ref: `https://ratchet.invalid/openapi#/components/schemas/${name}` });
      compiled.set(name, check);
    }
    if (!check(body))
      throw new Error(`not a ${name}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(body).slice(0, 500)}`);
  }
}

function findOperation({ paths }: Document, method: string, path: string): Operation | undefined {
  const given = path.split("?")[0]?.split("/") ?? [];
  const fitting = Object.entries(paths).filter(([pattern]) => {
    const wanted = pattern.split("/");
    return wanted.length === given.length && wanted.every((part, at) => part.startsWith("{") || part === given[at]);
  });
  // A path without a parameter goes before one with.
  fitting.sort(([a], [b]) => a.split("{").length - b.split("{").length);
  return fitting[0]?.[1][method.toLowerCase()];
}
