import { useEffect, useState } from "preact/hooks";
import { TextField } from "../components/text-field.tsx";
import type { ControlProps } from "./field-props.ts";
import { type FieldValue, isSame, type Json } from "./schema/json.ts";

/** A field for a part that no form can be made of. */
export function JsonControl({ field, label, error, value, onChange, isRequired }: ControlProps<"json">) {
  const [text, setText] = useState(textOf(value));
  const read = parse(text);
  useEffect(() => {
    if (read.isWrong || !isSame(read.value, value)) setText(textOf(value));
  }, [value]);
  const change = (next: string) => {
    setText(next);
    const { value: parsed, isWrong } = parse(next);
    if (!isWrong) onChange(parsed);
  };
  return (
    <TextField
      label={label}
      description={field.description ?? "As JSON."}
      error={read.isWrong ? 'is not JSON: texts are in quotes, such as "text"' : error}
      isRequired={isRequired}
      value={text}
      onInput={change}
      isLong
    />
  );
}

function textOf(value: FieldValue): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

function parse(text: string): { value: FieldValue; isWrong: boolean } {
  if (text.trim() === "") return { value: undefined, isWrong: false };
  try {
    return { value: JSON.parse(text) as Json, isWrong: false };
  } catch {
    return { value: undefined, isWrong: true };
  }
}
