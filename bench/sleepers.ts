import { statSync } from "node:fs";
import { join } from "node:path";
import { atMost, type Benchmark, figure } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";

/** Executions that sleep for a week. */
const SLEEPERS = 100_000;
/** Executions that become due in the same second. */
const DUE = 1_000;
const BATCH = 1_000;
const MEGABYTE = 1024 * 1024;
/** How long the idle server is watched, ms. */
const IDLE_MS = 30_000;
/** Until then they are all asleep, ms. */
const DUE_IN_MS = 20_000;

const TASK = "async (at, context) => { await context.sleepUntil(at); return Date.now() - at; }";

async function writeTask(folder: string): Promise<void> {
  const metadata = {
    uuid: "6c1f3a52-7f3a-4b0e-8d39-0f1d9c2b7e11",
    version: "1.0.0",
    label: "sleeps",
    description: "Sleeps until a time.",
  };
  const place = join(folder, "tasks/sleeps");
  await Bun.write(join(place, "metadata.json"), JSON.stringify(metadata));
  await Bun.write(join(place, "main.js"), TASK);
  for (const side of ["input", "output"]) await Bun.write(join(place, `${side}.schema.json`), "{}");
}

async function enqueue(server: ServerProcess, count: number, input: number): Promise<void> {
  for (let sent = 0; sent < count; sent += BATCH) {
    const jobs = Array.from({ length: Math.min(BATCH, count - sent) }, () => ({ task: "sleeps", input }));
    const response = await server.post("/api/v1/jobs/batch", JSON.stringify({ jobs }));
    if (!response.ok) throw new Error(await response.text());
  }
}

async function jobs(server: ServerProcess): Promise<Record<string, number>> {
  const stats = (await (await fetch(`${server.url}/api/v1/stats`)).json()) as { jobs: Record<string, number> };
  return stats.jobs;
}

async function until(server: ServerProcess, condition: (jobs: Record<string, number>) => boolean): Promise<void> {
  while (!condition(await jobs(server))) await Bun.sleep(50);
}

/** What sleeping executions cost a server. */
export const benchmark: Benchmark = {
  title: "Sleeping executions",
  async run() {
    const folder = newFolder(() => {});
    await writeTask(folder);
    const database = join(folder, "ratchet.db");
    let server = await startServer(folder);
    const bytesBefore = statSync(database).size;
    const started = performance.now();
    await enqueue(server, SLEEPERS, Date.now() + 7 * 24 * 3_600_000);
    await until(server, ({ sleeping = 0 }) => sleeping === SLEEPERS);
    const seconds = (performance.now() - started) / 1_000;
    await server.stop({ keep: true });
    const bytesEach = (statSync(database).size - bytesBefore) / SLEEPERS;
    server = await startServer(folder);
    const cpuBefore = processorMs(server.pid);
    await Bun.sleep(IDLE_MS);
    const share = (processorMs(server.pid) - cpuBefore) / IDLE_MS;
    const memory = server.residentBytes();
    const due = Date.now() + DUE_IN_MS;
    await enqueue(server, DUE, due);
    await until(server, ({ sleeping = 0 }) => sleeping === SLEEPERS + DUE);
    await Bun.sleep(Math.max(0, due - Date.now()));
    await until(server, ({ completed = 0 }) => completed === DUE);
    const lateMs = Date.now() - due;
    await server.stop();
    return {
      method: `${SLEEPERS.toLocaleString("en")} executions of a task that sleeps for a week, enqueued over HTTP. After a restart, the server is watched for ${IDLE_MS / 1_000} s; then ${DUE.toLocaleString("en")} more become due at the same moment.`,
      rows: [
        { measure: "enqueued, run and put to sleep", value: figure(SLEEPERS / seconds, "a second") },
        {
          measure: "the database, each",
          value: figure(bytesEach / 1_000, "kB"),
          bar: atMost(bytesEach / 1_000, 10, "kB"),
        },
        {
          measure: "memory of the server",
          value: figure(memory / MEGABYTE, "MB"),
          bar: atMost(memory / MEGABYTE, 150, "MB"),
        },
        { measure: "processor time", value: figure(100 * share, "%"), bar: atMost(100 * share, 1, "%") },
        {
          measure: `all ${DUE.toLocaleString("en")} that were due have run after`,
          value: figure(lateMs / 1_000, "s"),
          bar: atMost(lateMs / 1_000, 5, "s"),
        },
      ],
    };
  },
};

/** Processor time that a process has used, ms: the kernel counts in hundredths of a second. */
function processorMs(pid: number): number {
  const text = Bun.spawnSync(["cat", `/proc/${pid}/stat`]).stdout.toString();
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
