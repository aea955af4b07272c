import type { Schedule } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";

const COLUMNS: readonly Column<Schedule>[] = [
  { title: "Schedule", render: ({ id, name }) => <Link to={`/schedules/${id}`}>{name}</Link> },
  { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
  { title: "Plan", render: ({ cron, every, at }) => <code>{cron ?? (every === null ? at : `every ${every}`)}</code> },
  {
    title: "State",
    render: ({ enabled }) => <StatusBadge status={enabled ? "enabled" : "paused"} tone={enabled ? "good" : "off"} />,
  },
  { title: "Next firing", render: ({ nextAt }) => <Time at={nextAt} /> },
  { title: "Last firing", render: ({ lastAt }) => <Time at={lastAt} />, isWideOnly: true },
];

const keyOf = ({ id }: Schedule) => id;

/** The list of schedules. */
export default function SchedulesPage() {
  const { api } = useApp();
  const list = usePages((cursor, signal) => api.call("GET /api/v1/schedules", { query: { cursor }, signal }), {
    inputs: [],
    keyOf,
    on: ["schedule.*"],
  });
  return (
    <Page title="Schedules">
      <DataTable
        caption="Schedules"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title="There is no schedule yet." />}
      />
    </Page>
  );
}
