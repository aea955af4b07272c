import { useEffect, useState } from "preact/hooks";
import { TextField } from "../components/text-field.tsx";
import { exactTime } from "../components/time-words.ts";
import { emptyValue } from "./empty-value.ts";
import type { ControlProps } from "./field-props.ts";
import { toTimeWithZone } from "./time-with-zone.ts";

/** A field for a point in time. A time without a zone is one in the reader's. */
export function DateTimeControl({ field, label, error, value, onChange, isRequired }: ControlProps<"text">) {
  const stored = typeof value === "string" ? value : "";
  const [text, setText] = useState(stored);
  useEffect(() => {
    if (toTimeWithZone(text) !== stored) setText(stored);
  }, [stored]);
  const change = (next: string) => {
    setText(next);
    onChange(next === "" ? emptyValue(field, isRequired) : toTimeWithZone(next));
  };
  const ms = Date.parse(stored);
  return (
    <div class="form-time">
      <TextField
        label={label}
        description={field.description}
        error={error}
        isRequired={isRequired}
        value={text}
        onInput={change}
        placeholder="2026-11-23T08:00"
      />
      <p class="quiet form-note">
        {error === undefined && !Number.isNaN(ms) ? (
          exactTime(ms)
        ) : (
          <button type="button" class="small" onClick={() => change(new Date().toISOString())}>
            Now
          </button>
        )}
      </p>
    </div>
  );
}
