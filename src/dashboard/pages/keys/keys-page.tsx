import { useState } from "preact/hooks";
import type { ApiKey, IssuedKey } from "../../../../dist/generated/api-types.ts";
import { AdminsOnly } from "../../admin/admins-only.tsx";
import { DeleteButton } from "../../admin/delete-button.tsx";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { NewKeyDialog } from "./new-key-dialog.tsx";

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
  const [isNew, setNew] = useState(false);
  const [issued, setIssued] = useState<IssuedKey | undefined>(undefined);
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/keys", { signal }), { inputs: [], keyOf });
  // The list waits: the first key may turn access control on, and then a request leads to the login.
  const close = () => {
    setIssued(undefined);
    list.reload();
  };
  return (
    <Page
      title="API keys"
      actions={
        <button type="button" class="primary" onClick={() => setNew(true)}>
          New key
        </button>
      }
    >
      <DataTable
        caption="API keys"
        list={list}
        columns={columnsOf(list.reload)}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no API key yet.">
            <p>Programs use a key in place of a password. "New key" creates one.</p>
          </EmptyState>
        }
      />
      {isNew && <NewKeyDialog onIssued={setIssued} onClose={() => setNew(false)} />}
      <Dialog title="Your new API key" isOpen={issued !== undefined} onClose={close}>
        <p>Copy it now: it is shown only once.</p>
        <code class="issued-key">{issued?.key}</code>
        <CopyButton text={issued?.key ?? ""} label="Copy the key" />
      </Dialog>
    </Page>
  );
}

function columnsOf(onChange: () => void): readonly Column<ApiKey>[] {
  return [
    { title: "Key", render: ({ name }) => name },
    { title: "Begins with", render: ({ start }) => <code>{start}</code>, isWideOnly: true },
    { title: "Role", render: ({ role }) => role },
    { title: "Tasks", render: ({ tasks }) => (tasks === null ? "all" : tasks.join(", ")), isWideOnly: true },
    { title: "Last used", render: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
    { title: "Expires", render: ({ expiresAt }) => <Time at={expiresAt} />, isWideOnly: true },
    { title: "Actions", render: (key) => <RevokeButton apiKey={key} onChange={onChange} /> },
  ];
}

function RevokeButton({ apiKey: { name, revokedAt }, onChange }: { apiKey: ApiKey; onChange: () => void }) {
  const { api } = useApp();
  if (revokedAt !== null) return <span class="quiet">revoked</span>;
  async function revoke(): Promise<void> {
    await api.call("DELETE /api/v1/keys/:name", { params: { name } });
    onChange();
  }
  return <DeleteButton name={name} action="Revoke" text="Programs that use the key are refused." onDelete={revoke} />;
}
