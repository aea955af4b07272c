import type { Task } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { ErrorBox } from "../../components/error-box.tsx";
import { Loading } from "../../components/loading.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Link } from "../../routing/link.tsx";
import type { PathParams } from "../../routing/match-path.ts";
import { EnableButton } from "./enable-button.tsx";
import { RecentJobs } from "./recent-jobs.tsx";
import { RunPanel } from "./run-panel.tsx";
import { TaskDetails } from "./task-details.tsx";
import { TaskFacts } from "./task-facts.tsx";

/** One task: what it is, how it does, and a form that runs it. */
export default function TaskPage({ params: { label = "" } }: { params: PathParams }) {
  const { api, access } = useApp();
  const { data, problem, reload } = useLoad(
    (signal) => api.call("GET /api/v1/tasks/:task", { params: { task: label }, signal }),
    [label],
    { on: ["task.*"] },
  );
  if (data === undefined) return <MissingTask label={label} problem={problem} />;
  return (
    <Page
      title={data.label}
      heading={<Heading {...data} />}
      lead={data.description === "" ? undefined : data.description}
      actions={access.can("admin") && <EnableButton task={data} onChange={reload} />}
    >
      {problem !== undefined && <ErrorBox problem={problem} />}
      <TaskFacts task={data} />
      {access.can("write") && <RunPanel key={data.version} task={data} />}
      <TaskDetails task={data} />
      <RecentJobs task={data} />
    </Page>
  );
}

function Heading({ label, enabled }: Task) {
  return (
    <>
      {label} <StatusBadge status={enabled ? "enabled" : "disabled"} tone={enabled ? "good" : "off"} />
    </>
  );
}

function MissingTask({ label, problem }: { label: string; problem: ReturnType<typeof useLoad>["problem"] }) {
  if (problem === undefined) {
    return (
      <Page title={label}>
        <Loading />
      </Page>
    );
  }
  return (
    <Page title={problem.status === 404 ? `Task ${label} was not found` : label}>
      <ErrorBox problem={problem} />
      <p>
        <Link to="/tasks">All tasks</Link>
      </p>
    </Page>
  );
}
