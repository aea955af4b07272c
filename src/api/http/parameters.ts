import { RatchetError } from "../../domain/errors.ts";
import { nearest } from "../../lib/nearest.ts";

/** JSON Schema of the parameters of a path or a query, whose values are read from text. */
export interface ParameterSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/**
 * Reads the query parameters of a URL.
 * @throws {RatchetError} USAGE for an unknown parameter, and for a repeated one that is not a list
 */
export function readQuery(url: string, schema: ParameterSchema | undefined): Record<string, unknown> {
  const at = url.indexOf("?");
  if (at === -1) return {};
  const sent: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(url.slice(at))) {
    if (schema === undefined || !Object.hasOwn(schema.properties, name)) throw unknownParameter(name, schema);
    if (name in sent && schema.properties[name]?.type !== "array") throw givenTwice(name);
    // A repeated parameter is a list, as is a value with commas.
    sent[name] = name in sent ? `${sent[name]},${value}` : value;
  }
  return schema === undefined ? {} : readValues(sent, schema);
}

/** Converts texts to the types of a schema. A text that can't be converted stays one; the check then reports it. */
export function readValues(sent: Readonly<Record<string, string>>, schema: ParameterSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sent).map(([name, text]) => [name, readValue(text, schema.properties[name]?.type)]),
  );
}

function readValue(text: string, type: unknown): unknown {
  if (type === "integer") return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "array") return text.split(",").map((item) => item.trim());
  return text;
}

function unknownParameter(name: string, schema: ParameterSchema | undefined): RatchetError {
  const near = nearest(name, Object.keys(schema?.properties ?? {}));
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return new RatchetError("USAGE", `The parameter ${JSON.stringify(name.slice(0, 100))} is unknown here.${hint}`, {
    remedy: "GET /openapi.json lists the parameters of each route.",
  });
}

function givenTwice(name: string): RatchetError {
  return new RatchetError("USAGE", `The parameter ${name} is given more than once.`, { remedy: "Give it once." });
}
