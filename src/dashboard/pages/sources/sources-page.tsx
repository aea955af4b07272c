import type { Source } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge, type Tone } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";

const TONES: Readonly<Record<Source["state"], Tone>> = {
  pending: "waiting",
  current: "good",
  stale: "waiting",
  unavailable: "bad",
};

const COLUMNS: readonly Column<Source>[] = [
  { title: "Source", render: ({ name }) => name },
  { title: "Kind", render: ({ kind }) => kind },
  { title: "Place", render: ({ uri }) => <code>{uri}</code>, isWideOnly: true },
  { title: "State", render: ({ state }) => <StatusBadge status={state} tone={TONES[state]} /> },
  { title: "Tasks", render: ({ tasks }) => tasks, kind: "number" },
  { title: "Checked", render: ({ checkedAt }) => <Time at={checkedAt} /> },
];

const keyOf = ({ name }: Source) => name;

/** The sources that tasks are loaded from. */
export default function SourcesPage() {
  const { api } = useApp();
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/registry/sources", { signal }), {
    inputs: [],
    keyOf,
    on: ["task.*"],
  });
  return (
    <Page title="Sources">
      <DataTable
        caption="Sources"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title="This server has no source of tasks." />}
      />
    </Page>
  );
}
