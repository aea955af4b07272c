import type { StatsHistory } from "../../../../dist/generated/api-types.ts";
import { type Column, Rows } from "../../components/data-table.tsx";
import { Duration } from "../../components/duration.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Link } from "../../routing/link.tsx";

type Row = StatsHistory["byTask"][number];

const COLUMNS: readonly Column<Row>[] = [
  { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
  { title: "Completed", render: ({ completed }) => completed.toLocaleString("en"), kind: "number" },
  { title: "Failed", render: (row) => <Failed {...row} />, kind: "number" },
  { title: "Median run", render: ({ p50RunMs }) => <Duration ms={p50RunMs} />, kind: "number", isWideOnly: true },
  { title: "95th percentile", render: ({ p95RunMs }) => <Duration ms={p95RunMs} />, kind: "number", isWideOnly: true },
  { title: "Mean wait", render: ({ meanWaitMs }) => <Duration ms={meanWaitMs} />, kind: "number", isWideOnly: true },
];

/** The tasks that ran most in the chosen period. */
export function ByTask({ rows }: { rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="by-task">
      <div class="panel-head">
        <h2 id="by-task">By task</h2>
        <Link to="/tasks">All tasks</Link>
      </div>
      <Rows
        caption="Attempts by task"
        items={rows}
        columns={COLUMNS}
        keyOf={({ task }) => (task === null ? "deleted" : task.id)}
      />
    </section>
  );
}

function Failed({ failed, task }: Row) {
  if (failed === 0 || task === null) return <>{failed.toLocaleString("en")}</>;
  return (
    <Link to={`/executions?status=failed&task=${encodeURIComponent(task.label)}`} class="bad">
      {failed.toLocaleString("en")}
    </Link>
  );
}
