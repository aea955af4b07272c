import { join } from "node:path";
import { atLeast, type Benchmark, figure, type Row } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { median } from "./statistics.ts";

/** Runs of each load, in turns. The first warms up. */
const ROUNDS = 4;
/** How often it looks for the end of a run, ms. */
const POLL_MS = 5;
/** The rate of Restate in its best run on such a machine, steps a second: 50 workflows of 10 steps at once. */
const RESTATE = 1_534;

const TASKS: Readonly<Record<string, string>> = {
  steps: `async (n, context) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += await context.step("one", () => 1);
    return sum;
  }`,
  calls: `async (n, context) => {
    let sum = 0;
    for (let i = 0; i < n; i++) ({ sum } = await context.call("addition", { num1: sum, num2: 1 }));
    return sum;
  }`,
  map: `async (n, context) => {
    const items = Array.from({ length: n }, (_, i) => ({ num1: i, num2: 1 }));
    return (await context.map(items, "addition", { concurrency: 64 })).length;
  }`,
  together: `async (n, context) => {
    const calls = Array.from({ length: n }, (_, i) => context.call("addition", { num1: i, num2: 1 }));
    return (await Promise.all(calls)).length;
  }`,
};

/** A load: so many runs at once, each with so many steps. */
interface Load {
  measure: string;
  task: keyof typeof TASKS;
  runs: number;
  steps: number;
  bar: number | undefined;
}

const LOADS: readonly Load[] = [
  { measure: "50 runs of 10 `context.step` at once", task: "steps", runs: 50, steps: 10, bar: 3 * RESTATE },
  { measure: "1 run of 1,000 `context.step`", task: "steps", runs: 1, steps: 1_000, bar: undefined },
  { measure: "1 run of 1,000 calls, one after the other", task: "calls", runs: 1, steps: 1_000, bar: 2_000 },
  { measure: "1 run with a map of 10,000 items", task: "map", runs: 1, steps: 10_000, bar: 2_000 },
  { measure: "1 run of 10,000 calls at once", task: "together", runs: 1, steps: 10_000, bar: 2_000 },
];

async function writeTasks(folder: string): Promise<void> {
  for (const [label, code] of Object.entries(TASKS)) {
    const hex = new Bun.CryptoHasher("sha256").update(label).digest("hex");
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    const metadata = { uuid, version: "1.0.0", label, description: label };
    const place = join(folder, "tasks", label);
    await Bun.write(join(place, "metadata.json"), JSON.stringify(metadata));
    await Bun.write(join(place, "main.js"), code);
    for (const side of ["input", "output"]) await Bun.write(join(place, `${side}.schema.json`), "{}");
  }
}

/** Steps a second, from the request to the end of the last run. */
async function rate(server: ServerProcess, { task, runs, steps }: Load): Promise<number> {
  const jobs = Array.from({ length: runs }, () => ({ task, input: steps }));
  const start = performance.now();
  const response = await server.post("/api/v1/jobs/batch", JSON.stringify({ jobs }));
  const created = (await response.json()) as { jobs: { id: number }[] };
  for (const { id } of created.jobs) await ended(server, id, steps);
  return (runs * steps) / ((performance.now() - start) / 1_000);
}

async function ended(server: ServerProcess, id: number, output: number): Promise<void> {
  for (;;) {
    const response = await fetch(`${server.url}/api/v1/jobs/${id}`);
    const job = (await response.json()) as { status: string; output: unknown };
    if (job.status === "completed" && job.output === output) return;
    if (["completed", "failed", "cancelled", "needs_attention"].includes(job.status))
      throw new Error(JSON.stringify(job));
    await Bun.sleep(POLL_MS);
  }
}

/** How many steps a second runs record on a server as it ships. */
export const benchmark: Benchmark = {
  title: "Durable runs",
  async run() {
    const folder = newFolder();
    await writeTasks(folder);
    const server = await startServer(folder);
    const rates = LOADS.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, load] of LOADS.entries()) rates[i]?.push(await rate(server, load));
    }
    await server.stop();
    const rows: Row[] = LOADS.map(({ measure, bar }, i) => {
      const measured = median((rates[i] ?? []).slice(1));
      const row: Row = { measure, value: figure(measured, "steps a second") };
      if (bar !== undefined) row.bar = atLeast(measured, bar, "steps a second");
      return row;
    });
    return {
      rows,
      method: `Over HTTP, from the request to the end of the last run, ${ROUNDS - 1} times in turns after one to warm up. Each step is recorded on the disk before the next begins, and each call is a job of its own, in a sandbox. The bar of the first line is three times what Restate reached on such a machine with steps without a sandbox.`,
    };
  },
};
