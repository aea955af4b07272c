import { type ComponentType, createContext } from "preact";
import { useContext } from "preact/hooks";
import type { FieldProps } from "./field-props.ts";
import type { SchemaScope } from "./schema/schema-scope.ts";

/** What the fields of one form share. */
export interface FormState {
  readonly scope: SchemaScope;
  /** What is wrong at each place, by JSON pointer. */
  readonly errors: ReadonlyMap<string, string>;
  /** Whether missing values are shown as errors, which they are not before the reader had a chance to enter them. */
  readonly isStrict: boolean;
  /** The field for a part of a value. Groups have it from here, as it consists of groups. */
  readonly Part: ComponentType<FieldProps>;
}

export const FormContext = createContext<FormState | undefined>(undefined);

/** Returns what the fields of the form share. */
export function useForm(): FormState {
  const form = useContext(FormContext);
  if (form === undefined) throw new Error("this field is rendered outside of a form");
  return form;
}
