import { TextField } from "../components/text-field.tsx";
import { DateTimeControl } from "./date-time-control.tsx";
import { emptyValue, placeholderOf } from "./empty-value.ts";
import type { ControlProps } from "./field-props.ts";

/** Types of fields that browsers have for formats. Others would refuse values that the format allows. */
const TYPES: Readonly<Record<string, "email" | "date">> = { date: "date" };

/** A field for a text. */
export function TextControl(props: ControlProps<"text">) {
  const { field, label, error, value, onChange, isRequired } = props;
  if (field.format === "date-time") return <DateTimeControl {...props} />;
  return (
    <TextField
      label={label}
      description={field.description}
      error={error}
      isRequired={isRequired}
      value={textOf(value)}
      onInput={(text) => onChange(text === "" ? emptyValue(field, isRequired) : text)}
      type={field.isSecret ? "password" : (TYPES[field.format ?? ""] ?? "text")}
      isLong={field.isLong || textOf(value).includes("\n")}
      placeholder={placeholderOf(field)}
      autocomplete={field.isSecret ? "new-password" : "off"}
    />
  );
}

/** A value of another type, which came from the JSON, is shown as it is there. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
