import type { AuditEntry } from "../../../../dist/generated/api-types.ts";
import { AdminsOnly } from "../../admin/admins-only.tsx";
import { queryFrom } from "../../api/list-query.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { type Filter, FilterBar } from "../../components/filter-bar.tsx";
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

const FILTERS: readonly Filter[] = [
  { kind: "text", name: "actor", label: "Actor", placeholder: "user:ada" },
  { kind: "text", name: "action", label: "Action", placeholder: "createJob" },
  { kind: "text", name: "target", label: "Target" },
  { kind: "text", name: "outcome", label: "Outcome", placeholder: "ok" },
  { kind: "time", name: "createdFrom", label: "From" },
  { kind: "time", name: "createdTo", label: "Until" },
];

const keyOf = ({ id }: AuditEntry) => id;

/** The audit log. */
export default function AuditPage() {
  return (
    <AdminsOnly title="Audit log">
      <AuditLog />
    </AdminsOnly>
  );
}

function AuditLog() {
  const { api, router } = useApp();
  const query = router.query.value;
  const sent = queryFrom<"GET /api/v1/audit">(query, [
    "actor",
    "action",
    "target",
    "outcome",
    "createdFrom",
    "createdTo",
  ]);
  const list = usePages((cursor, signal) => api.call("GET /api/v1/audit", { query: { ...sent, cursor }, signal }), {
    inputs: [query.toString()],
    keyOf,
  });
  return (
    <Page title="Audit log">
      <FilterBar filters={FILTERS} />
      <DataTable
        caption="Audit log"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title={query.size === 0 ? "The audit log is empty." : "No entry matches the filters."} />}
      />
    </Page>
  );
}
