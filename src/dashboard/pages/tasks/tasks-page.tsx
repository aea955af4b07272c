import type { Task } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";

const COLUMNS: readonly Column<Task>[] = [
  { title: "Task", render: (task) => <TaskLink task={task} /> },
  { title: "Description", render: ({ description }) => description },
  { title: "Version", render: ({ version }) => version },
  {
    title: "State",
    render: ({ enabled }) => <StatusBadge status={enabled ? "enabled" : "disabled"} tone={enabled ? "good" : "off"} />,
  },
  { title: "Source", render: ({ source }) => source ?? <span class="quiet">no source</span>, isWideOnly: true },
  { title: "Changed", render: ({ updatedAt }) => <Time at={updatedAt} />, isWideOnly: true },
];

const keyOf = ({ id }: Task) => id;

/** The list of tasks. */
export default function TasksPage() {
  const { api } = useApp();
  const list = usePages((cursor, signal) => api.call("GET /api/v1/tasks", { query: { cursor }, signal }), {
    inputs: [],
    keyOf,
    on: ["task.*"],
  });
  return (
    <Page title="Tasks">
      <DataTable
        caption="Tasks"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title="This server has no task yet." />}
      />
    </Page>
  );
}
