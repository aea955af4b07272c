import { useEffect, useState } from "preact/hooks";
import { Field } from "../components/field.tsx";
import { emptyValue, placeholderOf } from "./empty-value.ts";
import type { ControlProps } from "./field-props.ts";
import { readNumber } from "./read-number.ts";
import type { FieldValue } from "./schema/json.ts";

/** A field for a number. A text that is no number is kept as it is, so that the validation says what is wrong. */
export function NumberControl({ field, label, error, value, onChange, isRequired }: ControlProps<"number">) {
  const [text, setText] = useState(textOf(value));
  useEffect(() => {
    if (readText(text) !== value) setText(textOf(value));
  }, [value]);
  const readText = (next: string): FieldValue =>
    next.trim() === "" ? emptyValue(field, isRequired) : readNumber(next);
  const change = (next: string) => {
    setText(next);
    onChange(readText(next));
  };
  return (
    <Field label={label} description={field.description} error={error} isRequired={isRequired}>
      {(attributes) => (
        <input
          {...attributes}
          class="form-number"
          // A field of the type "number" would hide what was typed if it is no number.
          type="text"
          inputMode={field.isInteger ? "numeric" : "decimal"}
          value={text}
          placeholder={placeholderOf(field)}
          autocomplete="off"
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function textOf(value: FieldValue): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
