import { systemClock } from "../src/lib/clock.ts";
import { ExecutionTrace } from "../src/telemetry/tracing/execution-trace.ts";
import { newExecutionTrace } from "../src/telemetry/tracing/new-execution-trace.ts";
import { createSpanClock } from "../src/telemetry/tracing/span-clock.ts";
import { atLeast, type Benchmark, figure } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { interleave, median } from "./statistics.ts";

const JOBS = 1_000;
const ROUNDS = 13;
/** Rounds that are thrown away. */
const WARM_UP = 4;
/** What has to be left of the throughput of a server without a collector. */
const BAR = 0.85;
const RECORDED = 100_000;

const BATCH = JSON.stringify({ jobs: Array(JOBS).fill({ task: "addition", input: { num1: 5, num2: 10 } }) });

/** Jobs a second: created in one request, and run to their ends. */
async function throughput(server: ServerProcess): Promise<number> {
  const before = await server.completed();
  const start = performance.now();
  await server.post("/api/v1/jobs/batch", BATCH);
  while ((await server.completed()) < before + JOBS) await Bun.sleep(2);
  return JOBS / ((performance.now() - start) / 1_000);
}

/** Time that recording the trace of one execution takes, µs: its steps, and the text that is stored. */
function recordingCost(): number {
  const now = createSpanClock();
  const link = () => ({ flags: 1, state: null });
  const start = systemClock.monotonic();
  for (let count = 0; count < RECORDED; count++) {
    const trace = new ExecutionTrace(newExecutionTrace("4bf92f3577b34da6a3ce929d0e0e4736"), { now, link });
    trace.begin("input");
    trace.begin("run");
    trace.begin("output");
    trace.end(false);
  }
  return ((systemClock.monotonic() - start) / RECORDED) * 1_000;
}

const METHOD =
  `Two servers with the sample tasks, one of which sends its traces to a collector on loopback that reads and forgets them. ` +
  `In turn, each gets ${JOBS} jobs in one request and runs them; medians of ${ROUNDS} rounds after ${WARM_UP}. ` +
  "The collector and the thread that sends share the processors with the servers. What every execution costs without a collector is the time " +
  "to record its steps and to format them.";

/** Throughput of jobs with and without a collector, and what the stored traces cost. */
export const benchmark: Benchmark = {
  title: "Traces",
  async run() {
    let spansSent = 0;
    const collector = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        spansSent += (await request.arrayBuffer()).byteLength;
        return new Response();
      },
    });
    const off = await startServer(newFolder());
    const on = await startServer(newFolder(), { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}` });
    const measured = await interleave(
      { off: () => throughput(off), on: () => throughput(on) },
      { rounds: ROUNDS, warmUp: WARM_UP },
    );
    await off.stop();
    await on.stop();
    await collector.stop(true);
    if (spansSent === 0) throw new Error("the collector got nothing");
    const share = median(measured.on.map((value, round) => value / (measured.off[round] ?? value)));
    return {
      method: METHOD,
      rows: [
        { measure: "jobs a second without a collector", value: figure(median(measured.off), "") },
        { measure: "jobs a second with a collector", value: figure(median(measured.on), "") },
        { measure: "share of the throughput that is left", value: figure(share, ""), bar: atLeast(share, BAR) },
        { measure: "recording one execution, µs", value: figure(recordingCost(), "") },
      ],
    };
  },
};
