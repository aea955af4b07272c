import type { AuditEntry } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: "Time", render: ({ at }) => <Time at={at} /> },
  { title: "Actor", render: ({ actor }) => actor },
  { title: "Action", render: ({ action }) => action },
  { title: "Target", render: ({ target }) => target ?? <span class="quiet">–</span> },
  { title: "Outcome", render: ({ outcome }) => outcome },
  { title: "Address", render: ({ address }) => address, isWideOnly: true },
];

const keyOf = ({ id }: AuditEntry) => id;

/** The audit log. */
export default function AuditPage() {
  const { api } = useApp();
  const list = usePages((cursor, signal) => api.call("GET /api/v1/audit", { query: { cursor }, signal }), {
    inputs: [],
    keyOf,
  });
  return (
    <Page title="Audit log">
      <DataTable
        caption="Audit log"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title="The audit log is empty." />}
      />
    </Page>
  );
}
