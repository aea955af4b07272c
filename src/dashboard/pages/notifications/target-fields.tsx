import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { TARGETS, type TargetDraft, type TargetType } from "./rule-draft.ts";

/** What {@link TargetFields} takes. */
export interface TargetFieldsProps {
  /** From 1. */
  number: number;
  target: TargetDraft;
  /** Returns what the server found wrong with a member. */
  errorAt: (member: string) => string | undefined;
  onChange: (target: TargetDraft) => void;
  /** Undefined for the only receiver. */
  onRemove: (() => void) | undefined;
}

const TYPES = Object.entries(TARGETS).map(([value, name]) => ({ value, name }));

/** The fields of one receiver. */
export function TargetFields({ number, target, errorAt, onChange, onRemove }: TargetFieldsProps) {
  const { type, url, secret, to, isStored } = target;
  return (
    <fieldset class="form-group">
      <legend>Receiver {number}</legend>
      <SelectField
        label="Type"
        value={type}
        options={TYPES}
        onChange={(value) => onChange({ ...target, type: value as TargetType })}
      />
      {type === "email" ? (
        <TextField
          label="Addresses"
          description="Separated by commas. The server needs notifications.smtp.url and notifications.smtp.from."
          value={to}
          error={errorAt("to")}
          isRequired
          onInput={(value) => onChange({ ...target, to: value })}
        />
      ) : (
        <TextField
          label="URL"
          type="url"
          value={url}
          error={errorAt("url")}
          isRequired
          onInput={(value) => onChange({ ...target, url: value })}
        />
      )}
      {type === "webhook" && (
        <TextField
          label="Secret"
          description={`whsec_ and the key in base64 (Standard Webhooks).${isStored ? " Left empty, it stays as it is." : ""}`}
          value={secret}
          error={errorAt("secret")}
          isRequired={!isStored}
          onInput={(value) => onChange({ ...target, secret: value })}
        />
      )}
      {onRemove !== undefined && (
        <button type="button" class="small" onClick={onRemove}>
          Remove receiver {number}
        </button>
      )}
    </fieldset>
  );
}
