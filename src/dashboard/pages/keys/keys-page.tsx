import { useState } from "preact/hooks";
import type { ApiKey, IssuedKey } from "../../../../dist/generated/api-types.ts";
import { AdminsOnly } from "../../admin/admins-only.tsx";
import { DeleteButton } from "../../admin/delete-button.tsx";
import { NewButton } from "../../admin/new-button.tsx";
import { useFirstAdmin } from "../../admin/use-first-admin.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { UserDialog } from "../users/user-dialog.tsx";
import { NewKeyDialog } from "./new-key-dialog.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";

const keyOf = ({ start }: ApiKey) => start;

/** The API keys. */
export default function KeysPage() {
  return (
    <AdminsOnly title="API keys">
      <Keys />
    </AdminsOnly>
  );
}

function Keys() {
  const { api } = useApp();
  const isFirst = useFirstAdmin();
  const [issued, setIssued] = useState<IssuedKey | undefined>(undefined);
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/keys", { signal }), { inputs: [], keyOf });
  const close = () => {
    setIssued(undefined);
    list.reload();
  };
  return (
    <Page
      title="API keys"
      actions={
        isFirst ? (
          <NewButton name="Create the first admin">
            {(end) => <UserDialog user={undefined} isFirst onSaved={list.reload} onClose={end} />}
          </NewButton>
        ) : (
          <NewButton name="New key">{(end) => <NewKeyDialog onIssued={setIssued} onClose={end} />}</NewButton>
        )
      }
    >
      <DataTable
        caption="API keys"
        list={list}
        columns={columnsOf(list.reload, setIssued)}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no API key yet.">
            <p>
              Programs use a key in place of a password.{" "}
              {isFirst
                ? "From the first key on, everyone has to log in, so an admin comes first: with a key alone, nobody can log in here."
                : '"New key" creates one.'}
            </p>
          </EmptyState>
        }
      />
      <Dialog title="Your new API key" isOpen={issued !== undefined} onClose={close}>
        <p>Copy it now: it is shown only once.</p>
        <code class="issued-key">{issued?.key}</code>
        <CopyButton text={issued?.key ?? ""} label="Copy the key" />
      </Dialog>
    </Page>
  );
}

function columnsOf(onChange: () => void, onIssued: (key: IssuedKey) => void): readonly Column<ApiKey>[] {
  return [
    { title: "Key", render: ({ name }) => name },
    { title: "Begins with", render: ({ start }) => <code>{start}</code>, isWideOnly: true },
    { title: "Role", render: ({ role }) => role },
    { title: "Tasks", render: ({ tasks }) => (tasks === null ? "all" : tasks.join(", ")), isWideOnly: true },
    { title: "Last used", render: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
    { title: "Expires", render: ({ expiresAt }) => <Time at={expiresAt} />, isWideOnly: true },
    { title: "Actions", render: (key) => <KeyActions apiKey={key} onChange={onChange} onIssued={onIssued} /> },
  ];
}

interface KeyActionsProps {
  apiKey: ApiKey;
  onChange: () => void;
  /** Receives the key with its new secret. */
  onIssued: (key: IssuedKey) => void;
}

function KeyActions({ apiKey: { name, revokedAt }, onChange, onIssued }: KeyActionsProps) {
  const { api } = useApp();
  const [isRotating, setRotating] = useState(false);
  if (revokedAt !== null) return <span class="quiet">revoked</span>;
  async function revoke(): Promise<void> {
    await api.call("DELETE /api/v1/keys/:name", { params: { name } });
    onChange();
  }
  return (
    <div class="row-actions">
      <button type="button" onClick={() => setRotating(true)}>
        Rotate
      </button>
      <DeleteButton name={name} action="Revoke" text="Programs that use the key are refused." onDelete={revoke} />
      {isRotating && <RotateDialog name={name} onIssued={onIssued} onClose={() => setRotating(false)} />}
    </div>
  );
}
