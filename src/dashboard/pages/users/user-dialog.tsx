import { useState } from "preact/hooks";
import type { User } from "../../../../dist/generated/api-types.ts";
import { type AccessDraft, AccessFields, patternsOf } from "../../admin/access-fields.tsx";
import { FirstAdminNotice } from "../../admin/first-admin-notice.tsx";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { TextField } from "../../components/text-field.tsx";

/** What {@link UserDialog} takes. */
export interface UserDialogProps {
  /** The user who is changed; undefined for a new one. */
  user: User | undefined;
  /** Whether this user turns access control on: then it is an admin, who is logged in. @default false */
  isFirst?: boolean;
  onSaved: () => void;
  onClose: () => void;
}

/** A form that creates or changes a user. */
export function UserDialog({ user, isFirst = false, onSaved, onClose }: UserDialogProps) {
  const { api, access, toasts } = useApp();
  const [name, setName] = useState(user?.name ?? "");
  const [password, setPassword] = useState("");
  const [draft, setDraft] = useState<AccessDraft>({
    role: isFirst ? "admin" : (user?.role ?? "viewer"),
    tasks: user?.tasks?.join(", ") ?? "",
  });
  const isMe = user !== undefined && access.me.value?.kind === "user" && access.me.value.name === user.name;

  async function save(): Promise<void> {
    const rights = { role: draft.role, tasks: patternsOf(draft.tasks) };
    if (user === undefined) {
      await api.call("POST /api/v1/users", { body: { name: name.trim(), password, ...rights } });
      if (isFirst) await api.call("POST /api/v1/login", { body: { username: name.trim(), password } });
    } else {
      const body = password === "" ? rights : { ...rights, password };
      await api.call("PATCH /api/v1/users/:name", { params: { name: user.name }, body });
    }
    const what = user === undefined ? (isFirst ? "created, and you are logged in" : "created") : "saved";
    toasts.show(`User ${name.trim()} was ${what}.`);
    if (isFirst || isMe) await access.load();
    onSaved();
  }

  return (
    <ConfirmDialog
      title={user === undefined ? (isFirst ? "Create the first admin" : "New user") : `Edit ${user.name}`}
      isOpen
      action={user === undefined ? "Create" : "Save"}
      onConfirm={save}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          {isFirst && <FirstAdminNotice />}
          {isMe && <p class="notice">This is you. A new password or other rights hold at once.</p>}
          {user === undefined && (
            <TextField label="Name" value={name} error={errorAt("/name")} isRequired onInput={setName} />
          )}
          <TextField
            label="Password"
            description={`At least 8 characters.${user === undefined ? "" : " Left empty, it stays as it is."}`}
            type="password"
            autocomplete="new-password"
            value={password}
            error={errorAt("/password")}
            isRequired={user === undefined}
            onInput={setPassword}
          />
          {!isFirst && <AccessFields draft={draft} errorAt={errorAt} onChange={setDraft} />}
        </>
      )}
    </ConfirmDialog>
  );
}
