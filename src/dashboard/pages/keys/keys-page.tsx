import type { ApiKey } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";

const COLUMNS: readonly Column<ApiKey>[] = [
  { title: "Key", render: ({ name }) => name },
  { title: "Begins with", render: ({ start }) => <code>{start}</code> },
  { title: "Role", render: ({ role }) => role },
  { title: "Last used", render: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
  { title: "Expires", render: ({ expiresAt }) => <Time at={expiresAt} />, isWideOnly: true },
];

const keyOf = ({ start }: ApiKey) => start;

/** The API keys. */
export default function KeysPage() {
  const { api } = useApp();
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/keys", { signal }), { inputs: [], keyOf });
  return (
    <Page title="API keys">
      <DataTable
        caption="API keys"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title="There is no API key yet." />}
      />
    </Page>
  );
}
