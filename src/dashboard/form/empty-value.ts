import type { Field } from "./schema/field.ts";
import type { FieldValue } from "./schema/json.ts";

/** Returns the value of a field that was emptied: it is left out, or null where it has to be there and may be null. */
export function emptyValue({ isNullable }: Field, isRequired: boolean): FieldValue {
  return isRequired && isNullable ? null : undefined;
}

/** Returns an example as a placeholder. */
export function placeholderOf({ example }: Field): string | undefined {
  if (example === undefined || example === null) return undefined;
  return typeof example === "string" ? example : JSON.stringify(example);
}
