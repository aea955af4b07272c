import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CACHE, installPeer, run } from "./programs.ts";
import { atLeast, type Benchmark, figure } from "./report.ts";
import { startServer } from "./server-process.ts";
import { interleave, median } from "./statistics.ts";

const JOBS = 20_000;
const BATCH = 1_000;
const ROUNDS = 5;
/** A client that asks this often does not hold up what it measures, ms. */
const POLL_MS = 25;
/** bunqueue's default, and where it was fastest of 1, 10, 50, 100, 256 and 1,000. */
const CONCURRENCIES = { usual: 1, best: 256 } as const;

/** Jobs a second of a server that has just started, and of the same server once it has run as many. */
async function ratchet(): Promise<{ first: number; second: number }> {
  const server = await startServer();
  const body = JSON.stringify({ jobs: Array(BATCH).fill({ task: "addition", input: { num1: 5, num2: 10 } }) });
  const once = async () => {
    const goal = (await server.completed()) + JOBS;
    const start = performance.now();
    for (let sent = 0; sent < JOBS; sent += BATCH) {
      const response = await server.post("/api/v1/jobs/batch", body);
      if (response.status !== 201) throw new Error(await response.text());
      await response.arrayBuffer();
    }
    while ((await server.completed()) < goal) await Bun.sleep(POLL_MS);
    return JOBS / ((performance.now() - start) / 1_000);
  };
  const first = await once();
  const second = await once();
  const list = (await (await fetch(`${server.url}/api/v1/executions?status=completed&limit=1`)).json()) as {
    items: { id: number }[];
  };
  const last = (await (await fetch(`${server.url}/api/v1/executions/${list.items[0]?.id}`)).json()) as {
    output: unknown;
  };
  if (JSON.stringify(last.output) !== '{"sum":15}') throw new Error(`stored: ${JSON.stringify(last)}`);
  await server.stop();
  return { first, second };
}

/** What a peer's program prints: jobs a second. */
async function peer(name: "bunqueue" | "plainjob", ...more: readonly number[]): Promise<number> {
  const { folder } = installPeer(name);
  mkdirSync(CACHE, { recursive: true });
  const data = mkdtempSync(join(CACHE, "peer-"));
  const program = join(import.meta.dir, "programs", `${name}.ts`);
  const numbers = [JOBS, BATCH, ...more].map(String);
  const result = await run([process.execPath, program, folder, join(data, "jobs.db"), ...numbers]);
  rmSync(data, { recursive: true, force: true });
  if (result.exitCode !== 0) throw new Error(`${name} exited with ${result.exitCode}: ${result.stderr}`);
  return Number(JSON.parse(result.stdout));
}

/** The main job of the server, from the first byte of HTTP to the last stored result, next to two job queues. */
export const benchmark: Benchmark = {
  title: "20,000 jobs, end to end",
  async run() {
    const seconds: number[] = [];
    const rates = await interleave(
      {
        async ratchet() {
          const { first, second } = await ratchet();
          seconds.push(second);
          return first;
        },
        usual: () => peer("bunqueue", CONCURRENCIES.usual),
        best: () => peer("bunqueue", CONCURRENCIES.best),
        plainjob: () => peer("plainjob"),
      },
      { rounds: ROUNDS, warmUp: 1 },
    );
    const own = median(rates.ratchet);
    const best = Math.max(median(rates.usual), median(rates.best));
    return {
      method: `Additions in batches of ${BATCH.toLocaleString("en")}, until all are completed; each in a new process with a new database, in turns, median of ${ROUNDS}. Ratchet: batches over HTTP from a client on the same machine, every input and output validated, every job executed in the sandbox, every attempt stored with its result, every commit synced. bunqueue: embedded, every job durable, the addition as a function in the same process, with its default concurrency and with the one that was fastest. plainjob: embedded, a handler that does nothing, no result stored; its commits are not synced.`,
      versions: { bunqueue: installPeer("bunqueue").version, plainjob: installPeer("plainjob").version },
      rows: [
        { measure: "Ratchet, just started, jobs a second", value: figure(own, ""), bar: atLeast(own, 5_000) },
        { measure: "the same server's next 20,000", value: figure(median(seconds.slice(1)), "") },
        { measure: "bunqueue, default concurrency", value: figure(median(rates.usual), "") },
        { measure: `bunqueue, concurrency ${CONCURRENCIES.best}`, value: figure(median(rates.best), "") },
        { measure: "times bunqueue at its fastest", value: figure(own / best, ""), bar: atLeast(own / best, 4) },
        { measure: "plainjob", value: figure(median(rates.plainjob), "") },
        { measure: "times plainjob", value: figure(own / median(rates.plainjob), "") },
      ],
    };
  },
};
