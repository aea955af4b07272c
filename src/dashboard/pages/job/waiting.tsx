import type { JobDetail } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { WaitSentence } from "../../components/wait-sentence.tsx";

/** How often the reason is asked for, in ms: jobs ahead of this one end without an event of this one. */
const REFRESH_MS = 10_000;

/** Why a job does not run yet. */
export function Waiting({ job: { id, status, runAt } }: { job: JobDetail }) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/jobs/:id/explain", { params: { id }, signal }),
    [id, status, runAt],
    { on: ["queue.*", "task.updated"], every: REFRESH_MS },
  );
  if (problem !== undefined && data === undefined) return null;
  return (
    <section class="panel" aria-labelledby="waiting">
      <h2 id="waiting">Why it waits</h2>
      <p>{data === undefined ? "…" : <WaitSentence {...data} />}</p>
    </section>
  );
}
