import { useState } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { TextField } from "../../components/text-field.tsx";

/** A form that sets the value of a secret, which may exist already. */
export function SecretDialog({ onSaved, onClose }: { onSaved: () => void; onClose: () => void }) {
  const { api, toasts } = useApp();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  async function save(): Promise<void> {
    await api.call("PUT /api/v1/secrets/:name", { params: { name: name.trim() }, body: { value } });
    toasts.show(`Secret ${name.trim()} was set.`);
    onSaved();
  }
  return (
    <ConfirmDialog
      title="Set secret"
      isOpen
      action="Set"
      isReady={name.trim() !== "" && value !== ""}
      onConfirm={save}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          <TextField
            label="Name"
            description="As tasks declare it."
            value={name}
            error={errorAt("/name")}
            isRequired
            onInput={setName}
          />
          <TextField
            label="Value"
            type="password"
            autocomplete="new-password"
            value={value}
            error={errorAt("/value")}
            isRequired
            onInput={setValue}
          />
        </>
      )}
    </ConfirmDialog>
  );
}
