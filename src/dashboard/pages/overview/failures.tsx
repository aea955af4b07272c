import type { Execution } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { type Column, Rows } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { ErrorReason } from "../../components/error-reason.tsx";
import { Loading } from "../../components/loading.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";

/** How many of the latest failures are shown. */
const SHOWN = 6;

const COLUMNS: readonly Column<Execution>[] = [
  { title: "What", render: (execution) => <What {...execution} /> },
  { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
  { title: "Reason", render: ({ error }) => <ErrorReason error={error} /> },
  { title: "When", render: ({ finishedAt, createdAt }) => <Time at={finishedAt ?? createdAt} /> },
];

/** The latest executions that failed, with their reasons. */
export function Failures() {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/executions", { query: { status: ["failed"], limit: SHOWN }, signal }),
    [],
    { on: ["execution.failed", "job.deleted"] },
  );
  return (
    <section class="panel" aria-labelledby="failures">
      <div class="panel-head">
        <h2 id="failures">Latest failures</h2>
        <Link to="/jobs?status=failed">All failed jobs</Link>
      </div>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {data === undefined && problem === undefined && <Loading />}
      {data?.items.length === 0 && <EmptyState title="Nothing has failed." />}
      {data !== undefined && data.items.length > 0 && (
        <Rows caption="Latest failures" items={data.items} columns={COLUMNS} keyOf={({ id }) => id} />
      )}
    </section>
  );
}

function What({ id, jobId, attempt }: Execution) {
  if (jobId === null)
    return (
      <Link to={`/executions/${id}`} class="nowrap">
        Execution {id}
      </Link>
    );
  return (
    <>
      <Link to={`/jobs/${jobId}`} class="nowrap">
        Job {jobId}
      </Link>
      {attempt > 1 && <span class="quiet nowrap"> attempt {attempt}</span>}
    </>
  );
}
