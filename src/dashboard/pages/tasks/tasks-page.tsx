import type { Task } from "../../../../dist/generated/api-types.ts";
import { queryFrom } from "../../api/list-query.ts";
import { useLoad } from "../../api/use-load.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { FilterBar } from "../../components/filter-bar.tsx";
import { NoMatch } from "../../components/no-match.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { LastRun } from "./last-run.tsx";
import { taskFilters } from "./task-filters.ts";
import { TaskHealth } from "./task-health.tsx";

/** How many of the latest executions are loaded at once. Only tasks without one among them are asked about one by one. */
const LATEST = 100;

/** The list of tasks, by label, with how each of them does. */
export default function TasksPage() {
  const { api, router } = useApp();
  const query = queryFrom<"GET /api/v1/tasks">(router.query.value, ["search", "enabled", "source", "inSync"]);
  const list = usePages(
    (cursor, signal) => api.call("GET /api/v1/tasks", { query: { ...query, ...BY_LABEL, cursor }, signal }),
    { inputs: [JSON.stringify(query)], keyOf, on: ["task.*"] },
  );
  const sources = useLoad((signal) => api.call("GET /api/v1/registry/sources", { signal }), []);
  const { data: history } = useLoad(
    (signal) => api.call("GET /api/v1/stats/history", { query: { period: "week" }, signal }),
    [],
    { on: ["execution.*"] },
  );
  const { data: latest } = useLoad(
    (signal) => api.call("GET /api/v1/executions", { query: { limit: LATEST }, signal }),
    [],
    { on: ["execution.*"] },
  );
  const columns: readonly Column<Task>[] = [
    { title: "Task", render: (task) => <Name {...task} /> },
    {
      title: "State",
      render: ({ enabled }) => (
        <StatusBadge status={enabled ? "enabled" : "disabled"} tone={enabled ? "good" : "off"} />
      ),
      isWideOnly: true,
    },
    { title: "Success and duration, 7 days", render: ({ id }) => <TaskHealth id={id} history={history} /> },
    { title: "Last run", render: ({ id }) => <LastRun id={id} latest={latest?.items} isAll={isAll(latest)} /> },
    { title: "Version", render: ({ version }) => version, isWideOnly: true },
    { title: "Source", render: ({ source }) => source ?? <span class="quiet">no source</span>, isWideOnly: true },
  ];
  const isFiltered = Object.keys(query).length > 0;
  return (
    <Page title="Tasks">
      <FilterBar filters={taskFilters(sources.data?.items.map(({ name }) => name) ?? [])} />
      <DataTable
        caption="Tasks"
        list={list}
        columns={columns}
        keyOf={keyOf}
        empty={isFiltered ? <NoMatch title="No task matches." /> : <NoTask />}
      />
    </Page>
  );
}

const BY_LABEL = { sort: "label", order: "asc" } as const;

const keyOf = ({ id }: Task) => id;

const isAll = (page: { nextCursor: string | null } | undefined) => page?.nextCursor === null;

function Name(task: Task) {
  return (
    <>
      <TaskLink task={task} />
      {task.description !== "" && task.description !== task.label && <p class="quiet row-note">{task.description}</p>}
    </>
  );
}

function NoTask() {
  return (
    <EmptyState title="This server has no task yet.">
      <p>
        <code>ratchet generate hello</code> writes a first one; the server finds it if its folder is a source.
      </p>
    </EmptyState>
  );
}
