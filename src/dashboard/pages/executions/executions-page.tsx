import type { Execution } from "../../../../dist/generated/api-types.ts";
import { defineOptions, queryFrom } from "../../api/list-query.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { Duration } from "../../components/duration.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorReason } from "../../components/error-reason.tsx";
import { type Filter, FilterBar } from "../../components/filter-bar.tsx";
import { NoMatch } from "../../components/no-match.tsx";
import { NoSuchTask } from "../../components/no-such-task.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";

const FILTERS: readonly Filter[] = [
  {
    kind: "select",
    name: "status",
    label: "Status",
    options: defineOptions([
      "pending",
      "running",
      "sleeping",
      "paused",
      "needs_attention",
      "completed",
      "failed",
      "cancelled",
    ]),
  },
  { kind: "text", name: "task", label: "Task", placeholder: "label" },
  { kind: "text", name: "jobId", label: "Job", placeholder: "number" },
];

const COLUMNS: readonly Column<Execution>[] = [
  {
    title: "Execution",
    render: ({ id }) => (
      <Link to={`/executions/${id}`} class="nowrap">
        Execution {id}
      </Link>
    ),
  },
  { title: "Status", render: ({ status }) => <StatusBadge status={status} /> },
  { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
  { title: "Details", render: ({ error }) => <ErrorReason error={error} /> },
  {
    title: "Job",
    render: ({ jobId }) =>
      jobId === null ? (
        <span class="quiet">direct</span>
      ) : (
        <Link to={`/jobs/${jobId}`} class="nowrap">
          Job {jobId}
        </Link>
      ),
    isWideOnly: true,
  },
  { title: "Attempt", render: ({ attempt }) => attempt, kind: "number", isWideOnly: true },
  { title: "Duration", render: ({ durationMs }) => <Duration ms={durationMs} />, kind: "number", isWideOnly: true },
  { title: "Created", render: ({ createdAt }) => <Time at={createdAt} /> },
];

const keyOf = ({ id }: Execution) => id;

/** The list of executions, newest first. */
export default function ExecutionsPage() {
  const { api, router } = useApp();
  const query = queryFrom<"GET /api/v1/executions">(router.query.value, [
    "status",
    "task",
    "jobId",
    "createdFrom",
    "createdTo",
    "order",
  ]);
  const list = usePages(
    (cursor, signal) => api.call("GET /api/v1/executions", { query: { ...query, cursor }, signal }),
    { inputs: [JSON.stringify(query)], keyOf, on: ["execution.*"] },
  );
  return (
    <Page title="Executions">
      <FilterBar filters={FILTERS} />
      <DataTable
        caption="Executions"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        noTask={query.task !== undefined && <NoSuchTask label={query.task} />}
        empty={<NoExecutions isFiltered={Object.keys(query).length > 0} />}
      />
    </Page>
  );
}

function NoExecutions({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <NoMatch title="No execution matches these filters." />;
  return (
    <EmptyState title="Nothing has run yet.">
      <p>
        <code>ratchet enqueue --task TASK</code> has a task run, and so does the form on its page.
      </p>
    </EmptyState>
  );
}
