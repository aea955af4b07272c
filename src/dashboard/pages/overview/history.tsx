import { useMemo } from "preact/hooks";
import type { StatsHistory } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Chart } from "../../components/chart.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { durationText } from "../../components/time-words.ts";
import { ByTask } from "./by-task.tsx";
import { PERIODS, usePeriod } from "./period.ts";

/** How the server did over the chosen period: what ended, how long it ran and waited, and by task. */
export function History() {
  const { api, now } = useApp();
  const [period] = usePeriod();
  // New buckets begin also while nothing happens.
  const minute = Math.floor(now.value / 60_000);
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/stats/history", { query: { period }, signal }),
    [period, minute],
    { on: ["execution.*"], keep: true },
  );
  if (data === undefined) return problem === undefined ? <div class="charts" /> : <ErrorBox problem={problem} />;
  return (
    <>
      <Charts history={data} />
      <ByTask rows={data.byTask} />
    </>
  );
}

function Charts({ history }: { history: StatsHistory }) {
  const { buckets, period } = history;
  const length = PERIODS.find(({ value }) => value === period)?.length ?? "";
  const columns = useMemo(() => columnsOf(buckets), [buckets]);
  const { times, completed, failed, p50, p95, wait } = columns;
  const [good, bad] = [sum(completed), sum(failed)];
  return (
    <div class="charts">
      <Chart
        title="Throughput"
        summary={`Attempts that ended ${length}: ${good} completed, ${bad} failed.`}
        times={times}
        series={[{ name: "Completed", total: good, tone: "busy", values: completed }]}
      />
      <Chart
        title="Failures"
        summary={`Attempts that failed ${length}: ${bad} of ${good + bad}.`}
        times={times}
        series={[{ name: "Failed", total: bad, tone: "bad", values: failed, isBars: true }]}
      />
      <Chart
        title="Run time"
        summary={`Run time of attempts ${length}: at most ${durationText(highest(p95))} for 95 of 100.`}
        times={times}
        series={[
          { name: "Median", tone: "busy", values: p50 },
          { name: "95th percentile", tone: "waiting", values: p95 },
        ]}
        format={durationText}
      />
      <Chart
        title="Wait"
        summary={`Mean time that jobs waited ${length}: at most ${durationText(highest(wait))}.`}
        times={times}
        series={[{ name: "Mean", tone: "waiting", values: wait }]}
        format={durationText}
      />
    </div>
  );
}

function columnsOf(buckets: StatsHistory["buckets"]) {
  return {
    times: buckets.map(({ at }) => Date.parse(at)),
    completed: buckets.map((bucket) => bucket.completed),
    failed: buckets.map((bucket) => bucket.failed),
    p50: buckets.map((bucket) => bucket.p50RunMs),
    p95: buckets.map((bucket) => bucket.p95RunMs),
    wait: buckets.map((bucket) => bucket.meanWaitMs),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function highest(values: readonly (number | null)[]): number {
  return Math.max(0, ...values.map((value) => value ?? 0));
}
