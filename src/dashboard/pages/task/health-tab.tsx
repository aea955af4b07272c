import { useMemo, useState } from "preact/hooks";
import type { TaskDetail } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Chart } from "../../components/chart.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { Loading } from "../../components/loading.tsx";
import { durationText } from "../../components/time-words.ts";
import { rateText, sumOf } from "../tasks/success-rate.ts";

const PERIODS = [
  { id: "hour", name: "Hour" },
  { id: "day", name: "Day" },
  { id: "week", name: "Week" },
] as const;

type Period = (typeof PERIODS)[number]["id"];

/** How a task did over time. */
export function HealthTab({ task: { uuid } }: { task: TaskDetail }) {
  const { api } = useApp();
  const [period, setPeriod] = useState<Period>("day");
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/stats/history", { query: { period, task: uuid }, signal }),
    [uuid, period],
    { on: ["execution.*"] },
  );
  const buckets = data?.buckets ?? [];
  const times = useMemo(() => buckets.map(({ at }) => Date.parse(at)), [data]);
  const outcomes = useMemo(
    () => [
      { name: "Completed", tone: "good" as const, values: buckets.map(({ completed }) => completed), isBars: true },
      { name: "Failed", tone: "bad" as const, values: buckets.map(({ failed }) => failed), isBars: true },
    ],
    [data],
  );
  const durations = useMemo(
    () => [
      { name: "Median", tone: "busy" as const, values: buckets.map(({ p50RunMs }) => p50RunMs) },
      { name: "95th percentile", tone: "waiting" as const, values: buckets.map(({ p95RunMs }) => p95RunMs) },
    ],
    [data],
  );
  const sum = sumOf(buckets);
  return (
    <>
      <fieldset class="periods">
        <legend class="visually-hidden">Period</legend>
        {PERIODS.map(({ id, name }) => (
          <button key={id} type="button" class="small" aria-pressed={id === period} onClick={() => setPeriod(id)}>
            {name}
          </button>
        ))}
      </fieldset>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {data === undefined && problem === undefined && <Loading />}
      {data !== undefined && (
        <div class="columns">
          <Chart
            title="Outcomes"
            summary={`${sum.completed} ${sum.completed === 1 ? "execution" : "executions"} completed and ${sum.failed} failed in the last ${period}: ${rateText(sum)} success.`}
            times={times}
            series={outcomes}
          />
          <Chart
            title="Durations"
            summary={`How long executions took in the last ${period}.`}
            times={times}
            series={durations}
            format={durationText}
          />
        </div>
      )}
    </>
  );
}
