import { atLeast, type Benchmark, figure } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { interleave, median } from "./statistics.ts";

const JOBS = 2_000;
const BATCH = 1_000;
const ROUNDS = 11;
/** Rounds that are thrown away, until both servers are compiled as well as they will be. */
const WARM_UP = 3;
/** A client that asks this often does not hold up what it measures, ms. */
const POLL_MS = 10;
/** What has to be left of the throughput of a server that neither measures nor logs. */
const BAR = 0.95;

const BODY = JSON.stringify({ jobs: Array(BATCH).fill({ task: "addition", input: { num1: 5, num2: 10 } }) });

/** @returns jobs per second */
async function round(server: ServerProcess, scrapes: boolean): Promise<number> {
  const goal = (await server.completed()) + JOBS;
  const start = performance.now();
  for (let sent = 0; sent < JOBS; sent += BATCH) {
    const response = await server.post("/api/v1/jobs/batch", BODY);
    if (response.status !== 201) throw new Error(await response.text());
    await response.arrayBuffer();
  }
  if (scrapes) await (await fetch(`${server.url}/metrics`)).arrayBuffer();
  while ((await server.completed()) < goal) await Bun.sleep(POLL_MS);
  return JOBS / ((performance.now() - start) / 1_000);
}

/** What metrics and structured logs cost jobs. */
export const benchmark: Benchmark = {
  title: "Metrics and logs",
  async run() {
    const quiet = await startServer(newFolder(), { RATCHET_METRICS_ENABLED: "false", RATCHET_LOG_LEVEL: "silent" });
    const watched = await startServer(newFolder(), { RATCHET_LOG_LEVEL: "info", RATCHET_LOG_FORMAT: "json" });
    try {
      const rates = await interleave(
        { quiet: () => round(quiet, false), watched: () => round(watched, true) },
        { rounds: ROUNDS, warmUp: WARM_UP },
      );
      // Each round next to one of the other server, so that what the machine does meanwhile touches both.
      const ratio = median(rates.watched.map((rate, index) => rate / (rates.quiet[index] ?? Number.NaN)));
      return {
        method: `${JOBS.toLocaleString("en")} additions in batches of ${BATCH.toLocaleString("en")}, until all are completed, on two servers in turn, median of ${ROUNDS} rounds. One neither measures nor logs (metrics.enabled false, logging.level silent); the other has its metrics read once a round, which is far more often than Prometheus reads them, and logs as JSON.`,
        rows: [
          { measure: "without, jobs per second", value: figure(median(rates.quiet), "") },
          { measure: "with metrics and logs", value: figure(median(rates.watched), "") },
          { measure: "ratio of the same round", value: figure(ratio, ""), bar: atLeast(ratio, BAR) },
        ],
      };
    } finally {
      await quiet.stop();
      await watched.stop();
    }
  },
};
