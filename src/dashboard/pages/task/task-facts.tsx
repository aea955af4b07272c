import type { ComponentChildren } from "preact";
import type { StatsHistory, TaskDetail } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Duration } from "../../components/duration.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";
import { rateText, sumOf } from "../tasks/success-rate.ts";

/** How a task does, in a few numbers: those of the past week. */
export function TaskFacts({ task }: { task: TaskDetail }) {
  const { api } = useApp();
  const { uuid, version, source } = task;
  const { data: history } = useLoad(
    (signal) => api.call("GET /api/v1/stats/history", { query: { period: "week", task: uuid }, signal }),
    [uuid],
    { on: ["execution.*"] },
  );
  const { data: latest } = useLoad(
    (signal) => api.call("GET /api/v1/executions", { query: { task: uuid, limit: 1 }, signal }),
    [uuid],
    { on: ["execution.*"] },
  );
  const last = latest?.items[0];
  const total = history === undefined ? undefined : totalsOf(history);
  return (
    <dl class="numbers">
      <Fact name="Success, 7 days" value={total && rateText(total)} />
      <Fact name="Median duration" value={total && <Duration ms={total.p50RunMs} />} />
      <Fact name="95 % within" value={total && <Duration ms={total.p95RunMs} />} />
      <Fact name="Runs, 7 days" value={total && total.completed + total.failed + total.cancelled} />
      <Fact name="Last run" value={latest && (last === undefined ? "never" : <Time at={last.createdAt} />)} />
      <Fact name="Version" value={version} />
      <Fact name="Source" value={source === null ? "none" : <Link to="/sources">{source}</Link>} />
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{value ?? <span class="quiet">…</span>}</dd>
    </div>
  );
}

/** The numbers of the whole period, which the history has for each task. */
function totalsOf({ byTask, buckets }: StatsHistory) {
  const [own] = byTask;
  return own ?? { ...sumOf(buckets), p50RunMs: null, p95RunMs: null };
}
