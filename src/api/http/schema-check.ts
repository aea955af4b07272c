import type { Static } from "typebox";
import { Compile, type XSchema } from "typebox/schema";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { SchemaValidator, SchemaViolation } from "../../domain/task.ts";
import { sentence } from "../../lib/sentence.ts";

/** A JSON Schema (2020-12), as used by OpenAPI 3.1. */
export type Schema = XSchema;

/** Type of the values that a schema accepts; without a schema, the empty object. */
export type Checked<S> = S extends Schema ? Static<S> : Record<string, never>;

/** The part of a request that a schema describes. */
export type RequestPart = "path" | "query" | "body";

/** Resolves to the value, of its schema's type. @throws {RatchetError} USAGE, with pointers */
export type SchemaCheck<S> = (value: unknown) => Promise<Checked<S>>;

/** Maximum number of violations in one error. */
const MAX_SHOWN = 20;

/**
 * Creates the check of one part of a request. Compiled code decides whether a value is valid; the validator for the
 * inputs of tasks describes what is wrong.
 */
export function createSchemaCheck<S extends Schema | undefined>(schema: S, part: RequestPart): SchemaCheck<S> {
  // Without a schema, the value is always the empty object.
  if (schema === undefined) return async (value) => value as Checked<S>;
  const validator = Compile(schema);
  let explain: Promise<SchemaValidator | undefined> | undefined;
  return async (value) => {
    if (validator.Check(value)) return value as Checked<S>;
    explain ??= explanationOf(schema as JsonValue);
    const violations = (await explain)?.(value as JsonValue) ?? [];
    throw wrongForm(violations, part);
  };
}

/** Creates the validator that describes violations. It is loaded when the first one is found. */
async function explanationOf(schema: JsonValue): Promise<SchemaValidator | undefined> {
  const { makeValidator } = await import("../../task/schema/make-validator.ts");
  return makeValidator(schema, []);
}

function wrongForm(violations: readonly SchemaViolation[], part: RequestPart): RatchetError {
  const [first = { pointer: "", message: "has the wrong form" }] = violations;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  return new RatchetError("USAGE", sentence(`${placeOf(first.pointer, part)} ${first.message}${more}`), {
    data: { violations: violations.slice(0, MAX_SHOWN).map(({ pointer, message }) => ({ pointer, message })) },
    remedy: "GET /openapi.json describes what each request takes.",
  });
}

function placeOf(pointer: string, part: RequestPart): string {
  if (part === "body") return pointer === "" ? "The body" : `The body's ${pointer}`;
  if (pointer === "") return part === "query" ? "The parameters" : "The path";
  const name = pointer.split("/")[1] ?? "";
  return part === "query" ? `The parameter ${name}` : `The ${name} in the path`;
}
