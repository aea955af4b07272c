import type { Static } from "typebox";
import { Compile, type XSchema } from "typebox/schema";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { SchemaValidator, SchemaViolation } from "../../domain/task.ts";
import { sentence } from "../../lib/sentence.ts";

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type Schema = XSchema;

/** What a schema lets through; without one, the empty object. */
export type Checked<S> = S extends Schema ? Static<S> : Record<string, never>;

/** Part of a request that a schema is about. */
export type RequestPart = "path" | "query" | "body";

/** Resolves to the value, of its schema's type. @throws {RatchetError} USAGE, with pointers */
export type SchemaCheck<S> = (value: unknown) => Promise<Checked<S>>;

/** Mistakes that are told at once. */
const MAX_SHOWN = 20;

/** The check of a part of a request: compiled code says whether it fits, and what is wrong is said as for inputs. */
export function createSchemaCheck<S extends Schema | undefined>(schema: S, part: RequestPart): SchemaCheck<S> {
  // Without a schema only the empty object comes here.
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

/** Loaded when something is wrong for the first time. */
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
  const name = pointer.split("/")[1] ?? "";
  return part === "query" ? `The parameter ${name}` : `The ${name} in the path`;
}
