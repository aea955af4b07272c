import type { Secret } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";

const COLUMNS: readonly Column<Secret>[] = [
  { title: "Secret", render: ({ name }) => <code>{name}</code> },
  { title: "Created", render: ({ createdAt }) => <Time at={createdAt} /> },
  { title: "Changed", render: ({ updatedAt }) => <Time at={updatedAt} /> },
];

const keyOf = ({ name }: Secret) => name;

/** The names of the secrets. */
export default function SecretsPage() {
  const { api } = useApp();
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/secrets", { signal }), { inputs: [], keyOf });
  return (
    <Page title="Secrets">
      <DataTable
        caption="Secrets"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title="There is no secret yet." />}
      />
    </Page>
  );
}
