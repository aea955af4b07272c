import { useEffect } from "preact/hooks";
import type { ControlProps } from "./field-props.ts";

/** A part with only one possible value, which fills itself where it has to be there. */
export function ConstantView({ field, label, value, onChange, isRequired, error }: ControlProps<"constant">) {
  const isMissing = isRequired && value === undefined;
  useEffect(() => {
    if (isMissing) onChange(field.value);
  }, [isMissing]);
  return (
    <div class="field form-constant">
      <span class="form-constant-name">{label}</span>{" "}
      <code>{typeof field.value === "string" ? field.value : JSON.stringify(field.value)}</code>
      {error !== undefined && <p class="field-error">{error}</p>}
    </div>
  );
}
