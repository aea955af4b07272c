import type { Execution } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { ErrorBox } from "../../components/error-box.tsx";
import { aboutJob } from "../../detail/about.ts";
import { Link } from "../../routing/link.tsx";
import { AttemptTable } from "./attempt-table.tsx";

/** How many attempts are compared: the latest. */
const SHOWN = 8;

/** The attempts of a job side by side, the first on the left. */
export function Attempts({ jobId }: { jobId: number }) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/executions", { query: { jobId, limit: SHOWN }, signal }),
    [jobId],
    { on: ["execution.*"], matches: aboutJob(jobId) },
  );
  const shown: readonly Execution[] = data?.items.toReversed() ?? [];
  return (
    <section class="panel" aria-labelledby="attempts">
      <div class="panel-head">
        <h2 id="attempts">Attempts</h2>
        {data != null && data.nextCursor !== null && <Link to={`/executions?jobId=${jobId}`}>All attempts</Link>}
      </div>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {shown.length > 0 && <AttemptTable attempts={shown} />}
    </section>
  );
}
