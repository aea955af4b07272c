import { join } from "node:path";
import { findDamage } from "./crash-damage.ts";
import { readyUrl, type Serving } from "./ready-url.ts";

/** What the server promised, and what was found in the end. */
export interface CrashReport {
  kills: number;
  /** Jobs by their id, with what they were to double. */
  jobs: Map<number, number>;
  /** Direct executions that were answered. */
  executions: Set<number>;
  /** Firings found, of all schedules. */
  firings: number;
  /** What should not be so; empty when all promises were kept. */
  damage: string[];
  /** From the start of the process to readiness after a kill, ms. */
  recoveries: number[];
}

/** A crash run. */
export interface CrashRun {
  /** The command to start Ratchet with. */
  command: readonly string[];
  /** An empty folder. */
  folder: string;
  kills: number;
  /** Time under load before a kill, ms: half of it in the mean, twice of it at most, at random. */
  loadMs: number;
  onKill?: (report: CrashReport) => void;
}

/** Tasks wait now and then, so that at every moment some are under way. */
const TASK = `async ({ n }) => {
  if (n % 3 === 0) await new Promise((resolve) => setTimeout(resolve, n % 50));
  return n * 2;
}`;
const EVERY_MS = 1_000;
const SCHEDULES = [
  { name: "every second", task: "double", every: EVERY_MS, input: { n: 1 }, overlap: "allow_all", catchUpWindow: "1h" },
  { name: "by cron", task: "double", cron: "* * * * * *", input: { n: 2 }, overlap: "allow_all", catchUpWindow: "1h" },
  { name: "one by one", task: "double", every: EVERY_MS, input: { n: 48 }, overlap: "buffer_all", catchUpWindow: "1h" },
];

interface Server {
  url: string;
  readyMs: number;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Kills a server with SIGKILL again and again while clients make jobs, batches and direct executions and schedules fire,
 * checks its database each time, lets it finish in the end, and compares what it has with what it promised.
 * @throws {Error} when it does not start
 */
export async function crashUnderLoad(run: CrashRun): Promise<CrashReport> {
  const report: CrashReport = {
    kills: 0,
    jobs: new Map(),
    executions: new Set(),
    firings: 0,
    damage: [],
    recoveries: [],
  };
  await writeTask(run.folder);
  const first = await start(run);
  for (const schedule of SCHEDULES) await post(first.url, "/api/v1/schedules", schedule);
  await loadAndKill(first, run, report);
  while (report.kills < run.kills) {
    // Now and then it does not even get to its start.
    if (Math.random() < 0.1) await killEarly(run);
    const server = await start(run);
    report.recoveries.push(server.readyMs);
    await loadAndKill(server, run, report);
  }
  await finish(run);
  const { damage, firings } = findDamage(join(run.folder, "ratchet.db"), report, SCHEDULES.length);
  report.firings = firings;
  report.damage.push(...damage, ...(await check(run)));
  return report;
}

async function writeTask(folder: string): Promise<void> {
  const metadata = {
    uuid: "4e1f3e0c-3d0c-4b4e-9f0a-2f6d0b5a7c11",
    version: "1.0.0",
    label: "double",
    description: "Doubles.",
  };
  const input = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
  await Bun.write(join(folder, "tasks/double/metadata.json"), JSON.stringify(metadata));
  await Bun.write(join(folder, "tasks/double/main.js"), TASK);
  await Bun.write(join(folder, "tasks/double/input.schema.json"), JSON.stringify(input));
  await Bun.write(join(folder, "tasks/double/output.schema.json"), '{"type":"integer"}');
}

function spawn({ command, folder }: CrashRun): Serving {
  return Bun.spawn([...command, "serve", "--port", "0"], {
    cwd: folder,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function start(run: CrashRun): Promise<Server> {
  const began = performance.now();
  const child = spawn(run);
  const url = await readyUrl(child);
  const readyMs = performance.now() - began;
  return {
    url,
    readyMs,
    async kill(signal) {
      child.kill(signal);
      await child.exited;
    },
  };
}

async function killEarly(run: CrashRun): Promise<void> {
  const child = spawn(run);
  await Bun.sleep(Math.random() * 80);
  child.kill("SIGKILL");
  await child.exited;
}

function post(url: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  return send("POST", url, path, body);
}

async function send(method: string, url: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** What is acknowledged is noted at once: from then on it must not be lost. */
async function loadAndKill(server: Server, run: CrashRun, report: CrashReport): Promise<void> {
  let alive = true;
  const number = () => Math.floor(Math.random() * 1_000_000);
  const job = (n: number) => ({ task: "double", input: { n } });
  const clients: (() => Promise<void>)[] = [
    async () => {
      const n = number();
      report.jobs.set(Number((await post(server.url, "/api/v1/jobs", job(n))).id), n);
    },
    async () => {
      const numbers = Array.from({ length: 10 }, number);
      const { jobs } = await post(server.url, "/api/v1/jobs/batch", { jobs: numbers.map(job) });
      (jobs as { id: number }[]).forEach(({ id }, index) => {
        report.jobs.set(id, numbers[index] ?? 0);
      });
    },
    async () => {
      const answer = await post(server.url, "/api/v1/tasks/double/execute", { input: { n: number() } });
      report.executions.add(Number(answer.executionId));
    },
  ];
  const ended = [...clients, ...clients].map(async (client) => {
    while (alive) {
      try {
        await client();
      } catch (error) {
        // The connection is gone with the server; an answer that is an error is not.
        if (alive) report.damage.push(String(error));
      }
      await Bun.sleep(5);
    }
  });
  // Half of them soon after the start, half with more under way.
  await Bun.sleep(Math.random() * Math.random() * 2 * run.loadMs);
  alive = false;
  await server.kill("SIGKILL");
  await Promise.all(ended);
  report.kills += 1;
  report.damage.push(...(await check(run)));
  run.onKill?.(report);
}

/** Lets a server that is not killed do all that is left. */
async function finish(run: CrashRun): Promise<void> {
  const server = await start(run);
  const endAt = new Date(Date.now() + 2 * EVERY_MS).toISOString();
  for (const { id } of await schedules(server.url))
    await send("PATCH", server.url, `/api/v1/schedules/${id}`, { endAt });
  for (;;) {
    const stats = (await (await fetch(`${server.url}/api/v1/stats`)).json()) as { jobs: Record<string, number> };
    const { queued = 0, processing = 0, retrying = 0 } = stats.jobs;
    const over = (await schedules(server.url)).every(({ nextAt }) => nextAt === null);
    if (over && queued + processing + retrying === 0) break;
    await Bun.sleep(20);
  }
  await server.kill("SIGTERM");
}

async function schedules(url: string): Promise<{ id: number; nextAt: string | null }[]> {
  const page = await (await fetch(`${url}/api/v1/schedules`)).json();
  return (page as { items: { id: number; nextAt: string | null }[] }).items;
}

async function check({ command, folder }: CrashRun): Promise<string[]> {
  const child = Bun.spawn([...command, "db", "check"], { cwd: folder, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return code === 0 ? [] : [`db check: ${stdout}${stderr}`];
}
