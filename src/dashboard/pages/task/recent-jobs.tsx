import type { Job, TaskDetail } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { type Column, Rows } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { ErrorReason } from "../../components/error-reason.tsx";
import { Loading } from "../../components/loading.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";

const SHOWN = 10;

const COLUMNS: readonly Column<Job>[] = [
  {
    title: "Job",
    render: ({ id }) => (
      <Link to={`/jobs/${id}`} class="nowrap">
        Job {id}
      </Link>
    ),
  },
  { title: "Status", render: ({ status }) => <StatusBadge status={status} /> },
  { title: "Details", render: ({ error }) => <ErrorReason error={error} /> },
  { title: "Attempts", render: ({ attempts }) => attempts, kind: "number", isWideOnly: true },
  { title: "Created", render: ({ createdAt }) => <Time at={createdAt} /> },
];

/** The latest jobs of a task. */
export function RecentJobs({ task: { uuid, label } }: { task: TaskDetail }) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/jobs", { query: { task: uuid, limit: SHOWN }, signal }),
    [uuid],
    { on: ["job.*"] },
  );
  return (
    <section class="panel" aria-labelledby="jobs">
      <div class="panel-head">
        <h2 id="jobs">Recent jobs</h2>
        <Link to={`/jobs?${new URLSearchParams({ task: label })}`}>All jobs of the task</Link>
      </div>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {data === undefined && problem === undefined && <Loading />}
      {data?.items.length === 0 && (
        <EmptyState title="The task has no jobs yet.">
          <p>
            The form above creates one, and so does <code>ratchet enqueue --task {label}</code>.
          </p>
        </EmptyState>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows caption="Recent jobs" items={data.items} columns={COLUMNS} keyOf={({ id }) => id} />
      )}
    </section>
  );
}
