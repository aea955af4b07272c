import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** What a field says about itself. */
export interface FieldTexts {
  label: string;
  /** A sentence below the label. */
  description?: string | undefined;
  /** What is wrong with the value. */
  error?: string | undefined;
  isRequired?: boolean | undefined;
}

/** Attributes with which a control belongs to its label, description and error. */
export interface ControlAttributes {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
  "aria-required": "true" | undefined;
}

/** A label, a description and an error around a control. @param children creates the control, which takes the attributes */
export function Field({
  label,
  description,
  error,
  isRequired = false,
  children,
}: FieldTexts & { children: (attributes: ControlAttributes) => ComponentChildren }) {
  const id = useId();
  const describedBy = [description && `${id}-description`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{label}</label>
        {/* Beside the label: in it, it would be a part of the name. aria-required says it to screen readers. */}
        {isRequired && (
          <span class="quiet" aria-hidden="true">
            required
          </span>
        )}
      </div>
      {description !== undefined && (
        <p class="field-description" id={`${id}-description`}>
          {description}
        </p>
      )}
      {children({
        id,
        "aria-describedby": describedBy === "" ? undefined : describedBy,
        "aria-invalid": error === undefined ? undefined : "true",
        "aria-required": isRequired ? "true" : undefined,
      })}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
