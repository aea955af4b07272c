import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** What {@link FormGroup} takes. */
export interface FormGroupProps {
  label: string;
  description?: string | undefined;
  error?: string | undefined;
  children: ComponentChildren;
  /** Whether the heading is shown. @default true */
  hasFrame?: boolean;
}

/** Fields that belong together, with what is wrong with them as a whole. */
export function FormGroup({ label, description, error, hasFrame = true, children }: FormGroupProps) {
  const id = useId();
  const describedBy = [description && `${id}-description`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <fieldset class={hasFrame ? "form-group" : "form-group form-root"} aria-describedby={describedBy || undefined}>
      <legend class={hasFrame ? undefined : "visually-hidden"}>{label}</legend>
      {description !== undefined && (
        <p class="field-description" id={`${id}-description`}>
          {description}
        </p>
      )}
      {children}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
