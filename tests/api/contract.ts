import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import type { JsonObject } from "../../src/domain/json.ts";

interface Content {
  schema?: { $ref?: string };
  example?: unknown;
}

/** An operation as documented. */
export interface Operation {
  operationId: string;
  tags: string[];
  parameters: { name: string; in: string; schema: object }[];
  responses: Record<string, { headers?: Record<string, unknown>; content?: Record<string, Content> }>;
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

/** Statuses for requests of which no operation knows. */
const UNROUTED = new Set([404, 405]);

export function createContract(openApi: JsonObject): Contract {
  const document = openApi as unknown as Document;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ $id: "https://ratchet.invalid/openapi", components: document.components });
  const compiled = new Map<string, ValidateFunction>();
  return {
    check(method, path, response, body) {
      const { status, headers } = response;
      const name = `${method} ${path.slice(0, 200)} answered ${status}`;
      const [type = ""] = (headers.get("content-type") ?? "").split(";");
      const isProblem = type === "application/problem+json";
      if (isProblem) validate("Problem", body);
      if (status >= 400 && type.startsWith("text/")) throw new Error(`${name}, which is no problem document: ${type}`);
      const operation = findOperation(document, method === "HEAD" ? "GET" : method, path);
      if (operation === undefined) {
        if (path.startsWith("/api/") && !UNROUTED.has(status) && status !== 403 && status !== 415) {
          throw new Error(`${name}, and no operation is documented`);
        }
        return;
      }
      const answer = operation.responses[String(status)];
      if (answer === undefined) throw new Error(`${name}, which ${operation.operationId} does not say`);
      if (headers.has("location") !== (answer.headers?.Location !== undefined)) throw new Error(`${name}: Location`);
      if (answer.content === undefined) return;
      const content = answer.content[type];
      if (content === undefined) throw new Error(`${name} with ${type}, which is not documented`);
      const schema = content.schema?.$ref?.split("/").at(-1);
      if (schema !== undefined && method !== "HEAD") validate(schema, body);
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
  // As it is sent, and as it is routed: dots are resolved, and a last slash means nothing.
  const { pathname } = new URL(path, "http://localhost");
  const given = (pathname === "/" ? pathname : pathname.replace(/\/$/, "")).split("/");
  const fitting = Object.entries(paths).filter(([pattern]) => {
    const wanted = pattern.split("/");
    return wanted.length === given.length && wanted.every((part, at) => part.startsWith("{") || part === given[at]);
  });
  // A path without a parameter goes before one with.
  fitting.sort(([a], [b]) => a.split("{").length - b.split("{").length);
  return fitting[0]?.[1][method.toLowerCase()];
}
