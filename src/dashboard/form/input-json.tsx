import { useEffect, useState } from "preact/hooks";
import type { Violation } from "../api/problem.ts";
import { JsonEditor } from "../components/json-editor.tsx";
import { type FieldValue, isSame, type Json } from "./schema/json.ts";

/** What {@link InputJson} takes. */
export interface InputJsonProps {
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  errors: readonly Violation[];
  onBroken: (isBroken: boolean) => void;
}

/** The input as JSON. While its text can't be read, the value is the one before. */
export function InputJson({ value, onChange, errors, onBroken }: InputJsonProps) {
  const [text, setText] = useState(() => textOf(value));
  const parsed = parse(text);
  useEffect(() => {
    if (parsed.fault === undefined && !isSame(parsed.value, value)) setText(textOf(value));
  }, [value]);
  useEffect(() => () => onBroken(false), []);
  const change = (next: string) => {
    setText(next);
    const { value: read, fault } = parse(next);
    onBroken(fault !== undefined);
    if (fault === undefined) onChange(read);
  };
  const wrong = errors.map(({ pointer, message }) => `${pointer === "" ? "The input" : pointer} ${message}.`).join(" ");
  return <JsonEditor label="Input" value={text} onInput={change} error={parsed.fault ?? (wrong || undefined)} />;
}

function textOf(value: FieldValue): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

function parse(text: string): { value: FieldValue; fault: string | undefined } {
  if (text.trim() === "") return { value: undefined, fault: undefined };
  try {
    return { value: JSON.parse(text) as Json, fault: undefined };
  } catch (error) {
    return { value: undefined, fault: `The text is not JSON: ${error instanceof Error ? error.message : error}` };
  }
}
