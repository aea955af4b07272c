import { CheckboxField } from "../components/checkbox-field.tsx";
import type { ControlProps } from "./field-props.ts";

/** A field for yes or no. It is left out until it is touched, unless it is required. */
export function BooleanControl({ field, label, error, value, onChange }: ControlProps<"boolean">) {
  return (
    <CheckboxField
      label={label}
      description={field.description}
      error={error}
      isChecked={value === true}
      onChange={onChange}
    />
  );
}
