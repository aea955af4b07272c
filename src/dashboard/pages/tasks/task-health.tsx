import type { StatsHistory } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Duration } from "../../components/duration.tsx";
import { Loading } from "../../components/loading.tsx";
import { rateText } from "./success-rate.ts";

/** How many tasks the history of all tasks has at most. */
const MOST_TASKS = 20;

/** How often a task succeeded and how long it took. @param history that of all tasks; undefined until it is loaded */
export function TaskHealth({ id, history }: { id: number; history: StatsHistory | undefined }) {
  if (history === undefined) return <span class="quiet">…</span>;
  const own = history.byTask.find(({ task }) => task?.id === id);
  if (own !== undefined) return <Health {...own} />;
  return history.byTask.length < MOST_TASKS ? <NoRun /> : <LoadedHealth id={id} />;
}

/** Of a task that is not among the busiest. */
function LoadedHealth({ id }: { id: number }) {
  const { api } = useApp();
  const { data } = useLoad(
    (signal) => api.call("GET /api/v1/stats/history", { query: { period: "week", task: String(id) }, signal }),
    [id],
  );
  if (data === undefined) return <Loading />;
  const [own] = data.byTask;
  return own === undefined ? <NoRun /> : <Health {...own} />;
}

function NoRun() {
  return <span class="quiet">no run</span>;
}

function Health({ completed, failed, cancelled, p50RunMs, p95RunMs }: StatsHistory["byTask"][number]) {
  if (completed + failed === 0) return cancelled === 0 ? <NoRun /> : <span class="quiet">only cancelled</span>;
  const share = Math.round((100 * completed) / (completed + failed));
  return (
    <span class="task-health">
      <meter class="health-bar" min={0} max={100} value={share} low={90} high={99} optimum={100} aria-label="Success">
        {share} %
      </meter>{" "}
      <span class="number">{rateText({ completed, failed, cancelled })}</span>{" "}
      <span class="quiet">
        of {completed + failed}, median <Duration ms={p50RunMs} />, 95 % within <Duration ms={p95RunMs} />
      </span>
    </span>
  );
}
