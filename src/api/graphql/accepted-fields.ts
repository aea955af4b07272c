import type { Members } from "../resources/resource.ts";
import type { Enums, SchemaTypes } from "./builder.ts";
import { fieldType } from "./exposed-fields.ts";

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** Adds fields to an input type. */
type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, "InputObject">;

/** A field of an input type of any shape. The shape follows from the same members. */
type AnyInputField = PothosSchemaTypes.InputFieldRef<Types, never>;

/** Creates optional input fields for the members of a request, with their names, types and descriptions. */
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
