import type { Members } from "../resources/resource.ts";
import type { Enums, SchemaTypes } from "./builder.ts";
import { fieldType } from "./exposed-fields.ts";

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** What adds fields to an input type. */
type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, "InputObject">;

/** A field of an input type of any shape: the shape is derived from the same members. */
type AnyInputField = PothosSchemaTypes.InputFieldRef<Types, never>;

/** Optional fields of an input type for the members of a request: name, type and sentence are those of the members. */
export function acceptedFields<M extends Members>(
  t: InputFields,
  enums: Enums,
  members: M,
): Record<keyof M, AnyInputField> {
  const accept = t.field.bind(t) as (options: object) => AnyInputField;
  const fields = Object.entries(members).map(([name, member]) => {
    const { description } = member;
    return [name, accept({ type: fieldType(member, enums).type, required: false, description })];
  });
  return Object.fromEntries(fields) as Record<keyof M, AnyInputField>;
}
