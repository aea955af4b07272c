import { initialValue } from "./initial-value.ts";
import type { FieldValue, Json } from "./json.ts";
import { createScope } from "./schema-scope.ts";

/**
 * Returns the input that the form of a task begins with.
 * @param schema the task's JSON Schema of its input; null for a task without one
 */
export function initialInput(schema: Json | null): FieldValue {
  return schema === null ? {} : initialValue(createScope(schema), schema, true);
}
