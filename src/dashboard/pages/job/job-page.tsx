import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Loading } from "../../components/loading.tsx";
import { Page } from "../../components/page.tsx";
import { aboutJob } from "../../detail/about.ts";
import { Missing } from "../../detail/missing.tsx";
import type { PathParams } from "../../routing/match-path.ts";
import { JobView } from "./job-view.tsx";

/** One job: what it is, why it waits or failed, and what its latest attempt did. */
export default function JobPage({ params: { id = "" } }: { params: PathParams }) {
  const { api } = useApp();
  const { data, problem, reload } = useLoad(
    (signal) => api.call("GET /api/v1/jobs/:id", { params: { id }, signal }),
    [id],
    { on: ["job.*"], matches: aboutJob(Number(id)) },
  );
  const name = `Job ${id}`;
  const isGone = problem !== undefined && (data === undefined || problem.status === 404);
  if (isGone) return <Missing name={name} problem={problem} list={{ to: "/jobs", name: "All jobs" }} />;
  if (data === undefined) {
    return (
      <Page title={name}>
        <Loading />
      </Page>
    );
  }
  return <JobView job={data} onChange={reload} />;
}
