import { useId } from "preact/hooks";
import type { FieldTexts } from "./field.tsx";

/** What {@link CheckboxField} takes. */
export interface CheckboxFieldProps extends Omit<FieldTexts, "isRequired"> {
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}

/** A field for yes or no. */
export function CheckboxField({ label, description, error, isChecked, onChange }: CheckboxFieldProps) {
  const id = useId();
  const describedBy = [description && `${id}-description`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field field-checkbox">
      <input
        id={id}
        type="checkbox"
        checked={isChecked}
        aria-describedby={describedBy === "" ? undefined : describedBy}
        aria-invalid={error === undefined ? undefined : "true"}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {description !== undefined && (
        <p class="field-description" id={`${id}-description`}>
          {description}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
