import type { ExecutionDetail } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { executionRows } from "./execution-rows.ts";
import { axisOf } from "./time-axis.ts";
import { Waterfall } from "./waterfall.tsx";

/** When an execution waited, ran and called others. */
export function Timeline({ execution }: { execution: ExecutionDetail }) {
  const { now } = useApp();
  const rows = executionRows(execution);
  return (
    <section class="panel" aria-labelledby="timeline">
      <div class="panel-head">
        <h2 id="timeline">Timeline</h2>
      </div>
      <Waterfall rows={rows} axis={axisOf(rows, now.value)} />
    </section>
  );
}
