import { defineOptions } from "../../api/list-query.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { SelectField } from "../../components/select-field.tsx";
import { SuggestField } from "../../components/suggest-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { ALGORITHMS, ENCODINGS, VERIFICATIONS, type VerificationType, type WebhookDraft } from "./webhook-draft.ts";

/** What {@link VerificationFields} takes. */
export interface VerificationFieldsProps {
  draft: WebhookDraft;
  /** Returns what the server found wrong with a place of the request. */
  errorAt: (pointer: string) => string | undefined;
  onChange: (part: Partial<WebhookDraft>) => void;
}

const TYPES = Object.entries(VERIFICATIONS).map(([value, name]) => ({ value, name }));

/** The fields that say how deliveries are verified and told apart. */
export function VerificationFields({ draft, errorAt, onChange }: VerificationFieldsProps) {
  const { type, secret, header, algorithm, encoding, idHeader } = draft;
  return (
    <>
      <SelectField
        label="Verification"
        value={type}
        options={TYPES}
        onChange={(value) => onChange({ type: value as VerificationType })}
      />
      <SecretField
        value={secret}
        error={errorAt("/verification/secret")}
        onInput={(name) => onChange({ secret: name })}
      />
      {(type === "hmac" || type === "token") && (
        <TextField
          label={type === "hmac" ? "Header with the signature" : "Header with the token"}
          description="Left empty: the usual one."
          value={header}
          error={errorAt("/verification/header")}
          onInput={(value) => onChange({ header: value })}
        />
      )}
      {type === "hmac" && (
        <>
          <SelectField
            label="Hash function"
            value={algorithm}
            options={ALGORITHMS.map((value) => ({ value, name: value }))}
            onChange={(value) => onChange({ algorithm: value })}
          />
          <SelectField
            label="The signature is written in"
            value={encoding}
            options={defineOptions(ENCODINGS)}
            onChange={(value) => onChange({ encoding: value })}
          />
        </>
      )}
      <TextField
        label="Header with the id of a delivery"
        description="A repeated delivery creates no second job. Left empty: the usual place."
        value={idHeader}
        error={errorAt("/deduplication/header")}
        onInput={(value) => onChange({ idHeader: value })}
      />
    </>
  );
}

interface SecretFieldProps {
  value: string;
  error: string | undefined;
  onInput: (value: string) => void;
}

/** A field for the name of a stored secret. Only admins may list the names. */
function SecretField(props: SecretFieldProps) {
  const { api, access } = useApp();
  const isAdmin = access.can("admin");
  const { data } = useLoad(
    async (signal) => (isAdmin ? (await api.call("GET /api/v1/secrets", { signal })).items : []),
    [isAdmin],
  );
  return (
    <SuggestField
      {...props}
      label="Secret"
      description="Name of the stored secret that the sender also has. Admins store it under Secrets."
      isRequired
      suggestions={data?.map(({ name }) => name) ?? []}
    />
  );
}
