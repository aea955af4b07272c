import type { Field, FieldKind } from "./schema/field.ts";
import type { FieldValue, Json } from "./schema/json.ts";

/** What every field of a form takes. */
export interface FieldProps {
  schema: Json;
  /** What it is called if the schema has no title. */
  name: string;
  /** What it is called whatever the schema says, such as "Line 2". */
  title?: string | undefined;
  /** JSON pointer to its value. */
  pointer: string;
  value: FieldValue;
  /** Takes the new value; undefined leaves it out. */
  onChange: (value: FieldValue) => void;
  isRequired: boolean;
}

/** What a control of one kind takes: what its schema says, and what it is for. */
export interface ControlProps<K extends FieldKind["kind"]> extends FieldProps {
  field: Extract<Field, { kind: K }>;
  label: string;
  /** What is wrong with the value. */
  error: string | undefined;
}
