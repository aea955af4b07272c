import { SelectField } from "../components/select-field.tsx";
import type { ControlProps } from "./field-props.ts";
import type { Choice } from "./schema/field.ts";
import { isSame, type Json } from "./schema/json.ts";

/** A field for one of several values. */
export function ChoiceControl({ field, label, error, value, onChange, isRequired }: ControlProps<"choice">) {
  const { choices, description } = field;
  const options = choices.map((choice, index) => ({ value: optionOf(choices, index), name: choice.title }));
  const chosen = choices.findIndex((choice) => isSame(choice.value, value));
  // A new item of an array is null until one is chosen.
  const isEmpty = chosen < 0 && (value === undefined || value === null);
  const isUnknown = chosen < 0 && !isEmpty;
  const shown = isUnknown ? UNKNOWN : chosen < 0 ? "" : optionOf(choices, chosen);
  const explained = chosen < 0 ? undefined : choices[chosen]?.description;
  return (
    <SelectField
      label={label}
      description={[description, explained].filter(Boolean).join(" ") || undefined}
      error={error}
      isRequired={isRequired}
      value={shown}
      options={[
        ...(isRequired && !isEmpty ? [] : [{ value: "", name: isRequired ? "Choose …" : "–" }]),
        ...options,
        ...(isUnknown ? [{ value: UNKNOWN, name: JSON.stringify(value as Json) }] : []),
      ]}
      onChange={(option) => {
        const index = choices.findIndex((_, at) => optionOf(choices, at) === option);
        if (option !== UNKNOWN) onChange(index < 0 ? undefined : choices[index]?.value);
      }}
    />
  );
}

/** Stands for a value that is no choice, which came from the JSON. */
const UNKNOWN = "\u0000";

/** The text that stands for a choice: the value itself where that is clear. */
function optionOf(choices: readonly Choice[], index: number): string {
  const text = textOf(choices[index]?.value);
  const isClear = text !== "" && choices.every((choice, at) => at === index || textOf(choice.value) !== text);
  return isClear ? text : `${index}: ${text}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
