import type { ExecutionDetail } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { executionRows } from "./execution-rows.ts";
import { spanRows } from "./span-rows.ts";
import { axisOf } from "./time-axis.ts";
import { Waterfall } from "./waterfall.tsx";

/** When an execution waited, ran and called others. */
export function Timeline({ execution }: { execution: ExecutionDetail }) {
  const { api, now } = useApp();
  const { id, status } = execution;
  const { data } = useLoad(
    (signal) => api.call("GET /api/v1/executions/:id/trace", { params: { id }, signal }),
    [id, status],
    // A run that sleeps often changes its status as often.
    { keep: true },
  );
  // Until the trace is there, and for executions that are older than traces.
  const rows = data === undefined || data.spans.length === 0 ? executionRows(execution) : spanRows(data.spans);
  return (
    <section class="panel" aria-labelledby="timeline">
      <div class="panel-head">
        <h2 id="timeline">Timeline</h2>
      </div>
      <Waterfall rows={rows} axis={axisOf(rows, now.value)} />
    </section>
  );
}
