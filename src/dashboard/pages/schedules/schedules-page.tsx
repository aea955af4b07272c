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
import { Plan } from "../../schedule/plan.tsx";
import { TimeStrip } from "../../schedule/time-strip.tsx";
import { LastResult } from "./last-result.tsx";

const COLUMNS: readonly Column<Schedule>[] = [
  {
    title: "Schedule",
    render: ({ id, name }) => (
      <Link to={`/schedules/${id}`} class="task-link">
        {name}
      </Link>
    ),
  },
  { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
  { title: "Fires", render: (schedule) => <Plan schedule={schedule} />, isWideOnly: true },
  {
    title: "State",
    render: ({ enabled }) => <StatusBadge status={enabled ? "enabled" : "paused"} tone={enabled ? "good" : "off"} />,
  },
  { title: "Next firing", render: ({ nextAt }) => <Time at={nextAt} /> },
  { title: "Last result", render: (schedule) => <LastResult {...schedule} /> },
];

const keyOf = ({ id }: Schedule) => id;

/** The list of schedules. */
export default function SchedulesPage() {
  const { api, access, router } = useApp();
  const list = usePages((cursor, signal) => api.call("GET /api/v1/schedules", { query: { cursor }, signal }), {
    inputs: [],
    keyOf,
    on: ["schedule.*"],
  });
  return (
    <Page
      title="Schedules"
      actions={
        access.can("write") && (
          <button type="button" class="primary" onClick={() => router.navigate("/schedules/new")}>
            New schedule
          </button>
        )
      }
    >
      <NextOfAll schedules={list.items ?? []} />
      <DataTable
        caption="Schedules"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no schedule yet.">
            <p>A schedule runs a task at certain times. "New schedule" creates the first one.</p>
          </EmptyState>
        }
      />
    </Page>
  );
}

/** The next firing of each schedule on one line of time. */
function NextOfAll({ schedules }: { schedules: readonly Schedule[] }) {
  const marks = schedules.flatMap(({ name, nextAt }) =>
    nextAt === null ? [] : [{ at: nextAt, text: name, look: "next" as const }],
  );
  return marks.length === 0 ? null : <TimeStrip label="Next firing of each schedule" marks={marks} />;
}
