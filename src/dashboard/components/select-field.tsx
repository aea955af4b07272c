import { Field, type FieldTexts } from "./field.tsx";
import type { FilterOption } from "./filter-bar.tsx";

/** What {@link SelectField} takes. */
export interface SelectFieldProps extends FieldTexts {
  value: string;
  options: readonly FilterOption[];
  onChange: (value: string) => void;
}

/** A field for one of several values. */
export function SelectField({ value, options, onChange, ...texts }: SelectFieldProps) {
  return (
    <Field {...texts}>
      {(attributes) => (
        <select {...attributes} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
