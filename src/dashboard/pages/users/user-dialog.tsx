import { useState } from "preact/hooks";
import type { User } from "../../../../dist/generated/api-types.ts";
import { type AccessDraft, AccessFields, patternsOf } from "../../admin/access-fields.tsx";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { TextField } from "../../components/text-field.tsx";

/** What {@link UserDialog} takes. */
export interface UserDialogProps {
  /** The user who is changed; undefined for a new one. */
  user: User | undefined;
  onSaved: () => void;
  onClose: () => void;
}

/** A form that creates or changes a user. */
export function UserDialog({ user, onSaved, onClose }: UserDialogProps) {
  const { api, toasts } = useApp();
  const [name, setName] = useState(user?.name ?? "");
  const [password, setPassword] = useState("");
  const [access, setAccess] = useState<AccessDraft>({
    role: user?.role ?? "viewer",
    tasks: user?.tasks?.join(", ") ?? "",
  });

  async function save(): Promise<void> {
    const rights = { role: access.role, tasks: patternsOf(access.tasks) };
    if (user === undefined) {
      await api.call("POST /api/v1/users", { body: { name: name.trim(), password, ...rights } });
    } else {
      const body = password === "" ? rights : { ...rights, password };
      await api.call("PATCH /api/v1/users/:name", { params: { name: user.name }, body });
    }
    toasts.show(`User ${name.trim()} was ${user === undefined ? "created" : "saved"}.`);
    onSaved();
  }

  return (
    <ConfirmDialog
      title={user === undefined ? "New user" : `Edit ${user.name}`}
      isOpen
      action={user === undefined ? "Create" : "Save"}
      onConfirm={save}
      onClose={onClose}
    >
      {user === undefined && <TextField label="Name" value={name} isRequired onInput={setName} />}
      <TextField
        label="Password"
        description={`At least 8 characters.${user === undefined ? "" : " Left empty, it stays as it is."}`}
        type="password"
        autocomplete="new-password"
        value={password}
        isRequired={user === undefined}
        onInput={setPassword}
      />
      <AccessFields draft={access} onChange={setAccess} />
    </ConfirmDialog>
  );
}
