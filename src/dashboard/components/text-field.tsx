import { Field, type FieldTexts } from "./field.tsx";

/** What {@link TextField} takes. */
export interface TextFieldProps extends FieldTexts {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "number" | "password" | "email" | "url" | "date" | "time" | "datetime-local" | "search";
  placeholder?: string | undefined;
  /** Whether it has several lines. @default false */
  isLong?: boolean;
  autocomplete?: string;
}

/** A field for a text, a number or a time. */
export function TextField({ value, onInput, type = "text", isLong = false, ...rest }: TextFieldProps) {
  const { label, description, error, isRequired, placeholder, autocomplete = "off" } = rest;
  return (
    <Field label={label} description={description} error={error} isRequired={isRequired}>
      {(attributes) =>
        isLong ? (
          <textarea
            {...attributes}
            rows={4}
            value={value}
            placeholder={placeholder}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
        ) : (
          <input
            {...attributes}
            // Each type has attributes of its own in Preact's types; the ones used here are those of all.
            type={type as "text"}
            // A number that is being typed, such as "1e", would otherwise be lost.
            step={type === "number" ? "any" : undefined}
            value={value}
            placeholder={placeholder}
            autocomplete={autocomplete}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
        )
      }
    </Field>
  );
}
