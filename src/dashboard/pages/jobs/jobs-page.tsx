import type { Job } from "../../../../dist/generated/api-types.ts";
import type { QueryOf } from "../../api/client.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { FilterBar } from "../../components/filter-bar.tsx";
import { NoMatch } from "../../components/no-match.tsx";
import { NoSuchTask } from "../../components/no-such-task.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";
import { BulkActions } from "./bulk-actions.tsx";
import { JobDetails } from "./job-details.tsx";
import { jobQuery, shownFilters } from "./job-filters.ts";

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
  { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
  { title: "Details", render: (job) => <JobDetails job={job} /> },
  { title: "Priority", render: ({ priority }) => priority, isWideOnly: true },
  { title: "Attempts", render: ({ attempts }) => attempts, kind: "number", isWideOnly: true },
  { title: "Created", render: ({ createdAt }) => <Time at={createdAt} /> },
];

const keyOf = ({ id }: Job) => id;

/** The list of jobs, newest first. */
export default function JobsPage() {
  const { api, router } = useApp();
  const query: QueryOf<"GET /api/v1/jobs"> = jobQuery(router.query.value);
  const list = usePages((cursor, signal) => api.call("GET /api/v1/jobs", { query: { ...query, cursor }, signal }), {
    inputs: [JSON.stringify(query)],
    keyOf,
    on: ["job.*"],
  });
  const hasAny = list.items?.length !== 0 && list.problem === undefined;
  return (
    <Page title="Jobs" actions={hasAny && <BulkActions query={query} onDone={list.reload} />}>
      <FilterBar filters={shownFilters(router.query.value)} />
      <DataTable
        caption="Jobs"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        noTask={query.task !== undefined && <NoSuchTask label={query.task} />}
        empty={<NoJobs isFiltered={Object.keys(query).length > 0} />}
      />
    </Page>
  );
}

function NoJobs({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <NoMatch title="No job matches these filters." />;
  return (
    <EmptyState title="There is no job yet.">
      <p>
        <code>ratchet enqueue --task TASK</code> creates one, and so does the form on the page of a task.
      </p>
    </EmptyState>
  );
}
