import { useState } from "preact/hooks";
import type { Secret } from "../../../../dist/generated/api-types.ts";
import { AdminsOnly } from "../../admin/admins-only.tsx";
import { DeleteButton } from "../../admin/delete-button.tsx";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

const keyOf = ({ name }: Secret) => name;

/** The names of the secrets. */
export default function SecretsPage() {
  return (
    <AdminsOnly title="Secrets">
      <Secrets />
    </AdminsOnly>
  );
}

function Secrets() {
  const { api } = useApp();
  const [isNew, setNew] = useState(false);
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/secrets", { signal }), { inputs: [], keyOf });
  const remove = async (name: string) => {
    await api.call("DELETE /api/v1/secrets/:name", { params: { name } });
    list.reload();
  };
  const columns: readonly Column<Secret>[] = [
    { title: "Secret", render: ({ name }) => <code>{name}</code> },
    { title: "Created", render: ({ createdAt }) => <Time at={createdAt} />, isWideOnly: true },
    { title: "Changed", render: ({ updatedAt }) => <Time at={updatedAt} /> },
    {
      title: "Actions",
      render: ({ name }) => <DeleteButton name={name} text="Tasks that need it fail." onDelete={() => remove(name)} />,
    },
  ];
  return (
    <Page
      title="Secrets"
      lead="Only the names are shown. Values can be set, never read."
      actions={
        <button type="button" class="primary" onClick={() => setNew(true)}>
          Set secret
        </button>
      }
    >
      <DataTable
        caption="Secrets"
        list={list}
        columns={columns}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no secret yet.">
            <p>A task gets the secrets that its metadata declares. "Set secret" stores the first.</p>
          </EmptyState>
        }
      />
      {isNew && <SecretDialog onSaved={list.reload} onClose={() => setNew(false)} />}
    </Page>
  );
}
