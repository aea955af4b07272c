import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Loading } from "../../components/loading.tsx";
import { Page } from "../../components/page.tsx";
import { aboutExecution } from "../../detail/about.ts";
import { Missing } from "../../detail/missing.tsx";
import type { PathParams } from "../../routing/match-path.ts";
import { ExecutionView } from "./execution-view.tsx";

/** One execution: an attempt of a job, or a direct one. */
export default function ExecutionPage({ params: { id = "" } }: { params: PathParams }) {
  const { api } = useApp();
  const { data, problem, reload } = useLoad(
    (signal) => api.call("GET /api/v1/executions/:id", { params: { id }, signal }),
    [id],
    { on: ["execution.*", "job.cancelling", "job.pausing", "job.resumed"], matches: aboutExecution(Number(id)) },
  );
  const name = `Execution ${id}`;
  const isGone = problem !== undefined && (data === undefined || problem.status === 404);
  if (isGone) return <Missing name={name} problem={problem} list={{ to: "/executions", name: "All executions" }} />;
  if (data === undefined) {
    return (
      <Page title={name}>
        <Loading />
      </Page>
    );
  }
  return <ExecutionView execution={data} onChange={reload} />;
}
