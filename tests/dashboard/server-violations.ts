import type { Violation } from "../../src/dashboard/api/problem.ts";
import type { Json } from "../../src/dashboard/form/schema/json.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { makeValidator } from "../../src/task/schema/make-validator.ts";

/** Returns a function that says what the server's own validator finds wrong. */
export async function serverCheck(schema: Json): Promise<(value: Json) => readonly Violation[]> {
  const validate = await makeValidator(schema as JsonValue, []);
  if (validate === undefined) throw new Error("the schema is not valid");
  return (value) => validate(value as JsonValue);
}
