import { useState } from "preact/hooks";
import type { IssuedKey } from "../../../../dist/generated/api-types.ts";
import { type AccessDraft, AccessFields, patternsOf } from "../../admin/access-fields.tsx";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { TextField } from "../../components/text-field.tsx";

/** A form that creates a key. @param onIssued receives it, with its secret */
export function NewKeyDialog({ onIssued, onClose }: { onIssued: (key: IssuedKey) => void; onClose: () => void }) {
  const { api } = useApp();
  const [name, setName] = useState("");
  const [expires, setExpires] = useState("");
  const [access, setAccess] = useState<AccessDraft>({ role: "operator", tasks: "" });
  async function create(): Promise<void> {
    const rights = { role: access.role, tasks: patternsOf(access.tasks) };
    const body = { name: name.trim(), expires: expires.trim() || null, ...rights };
    onIssued(await api.call("POST /api/v1/keys", { body }));
  }
  return (
    <ConfirmDialog title="New API key" isOpen action="Create" onConfirm={create} onClose={onClose}>
      {(errorAt) => (
        <>
          <TextField label="Name" value={name} error={errorAt("/name")} isRequired onInput={setName} />
          <AccessFields draft={access} errorAt={errorAt} onChange={setAccess} />
          <TextField
            label="Expires after"
            description="Such as 90d. Left empty: never."
            value={expires}
            error={errorAt("/expires")}
            onInput={setExpires}
          />
        </>
      )}
    </ConfirmDialog>
  );
}
