import { join } from "node:path";
import {
  drawsOf,
  effectsOf,
  expectedResults,
  noteOf,
  PLANNED_CHILDREN,
  PLANNED_TASK,
  PLANNED_WORKFLOW,
  type Plan,
  randomPlan,
  signalsOf,
  signalValue,
} from "./random-plans.ts";
import { readyUrl } from "./ready-url.ts";

/** What was found in the end. */
export interface RunCrashReport {
  kills: number;
  /** Runs that were acknowledged. */
  runs: number;
  /** Effects that happened. */
  effects: number;
  /** Effects that happened again after a kill. */
  repeated: number;
  signals: number;
  approvals: number;
  /** What should not be so; empty when all promises were kept. */
  damage: string[];
}

/** A crash run. */
export interface RunCrash {
  /** The command to start Ratchet with. */
  command: readonly string[];
  /** An empty folder. */
  folder: string;
  kills: number;
  /** Time under load before a kill, ms: half of it in the mean, twice of it at most, at random. */
  loadMs: number;
  onKill?: (report: RunCrashReport) => void;
}

interface State extends RunCrash {
  report: RunCrashReport;
  plans: Map<number, Plan>;
  /** When each effect happened, `performance.now()`. */
  effects: Map<string, number[]>;
  killTimes: number[];
  /** Signals that are to be sent. */
  signals: { jobId: number; name: string }[];
  effectsUrl: string;
  /** Called when the world is told something that has to be stored by then. */
  onTold: (() => void)[];
}

/** Requests that say what is stored. */
const TOLD = /^(told|execution)\//;

/**
 * Kills a server with SIGKILL again and again while runs with calls, steps, maps, sleeps and signals are under way, lets it
 * finish in the end, and compares outputs, effects and signals with what they should be.
 * @throws {Error} when it does not start
 */
export async function crashRuns(run: RunCrash): Promise<RunCrashReport> {
  const report: RunCrashReport = { kills: 0, runs: 0, effects: 0, repeated: 0, signals: 0, approvals: 0, damage: [] };
  const effects: State["effects"] = new Map();
  const counting = Bun.serve({
    port: 0,
    fetch(request) {
      const path = new URL(request.url).pathname.slice(1);
      effects.set(path, [...(effects.get(path) ?? []), performance.now()]);
      if (TOLD.test(path)) for (const notice of state.onTold.splice(0)) notice();
      return new Response("ok");
    },
  });
  const effectsUrl = `http://127.0.0.1:${counting.port}/`;
  const state: State = {
    ...run,
    report,
    plans: new Map(),
    effects,
    killTimes: [],
    signals: [],
    effectsUrl,
    onTold: [],
  };
  await writeTasks(run.folder);
  try {
    while (report.kills < run.kills) await loadAndKill(state);
    await finish(state);
  } finally {
    counting.stop(true);
  }
  checkEffects(state);
  return report;
}

async function writeTasks(folder: string): Promise<void> {
  const programs = { planned: PLANNED_TASK, ordered: PLANNED_WORKFLOW, ...PLANNED_CHILDREN };
  for (const [label, code] of Object.entries(programs)) {
    const hex = new Bun.CryptoHasher("sha256").update(label).digest("hex");
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    const metadata = { uuid, version: "1.0.0", label, description: label };
    await Bun.write(join(folder, "tasks", label, "metadata.json"), JSON.stringify(metadata));
    await Bun.write(join(folder, "tasks", label, label === "ordered" ? "workflow.yaml" : "main.js"), code);
    for (const side of ["input", "output"]) await Bun.write(join(folder, "tasks", label, `${side}.schema.json`), "{}");
  }
}

interface Server {
  url: string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

async function start({ command, folder }: RunCrash): Promise<Server> {
  const child = Bun.spawn([...command, "serve", "--port", "0"], {
    cwd: folder,
    env: { ...Bun.env, RATCHET_EXECUTION_NETWORK: "any", RATCHET_EXECUTION_SLEEP_AFTER: "30ms" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const url = await readyUrl(child);
  return {
    url,
    async kill(signal) {
      child.kill(signal);
      await child.exited;
    },
  };
}

async function call(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

async function loadAndKill(state: State): Promise<void> {
  const { report, loadMs } = state;
  const server = await start(state);
  let alive = true;
  const clients = [newRun, newRun, nextSignal, approveAll].map((client) => () => client(state, server.url));
  const ended = clients.map(async (client) => {
    while (alive) {
      try {
        await client();
      } catch (error) {
        // The connection is gone with the server; an answer that is an error is not.
        if (alive) report.damage.push(String(error));
      }
      await Bun.sleep(10);
    }
  });
  await Bun.sleep(Math.random() * Math.random() * 2 * loadMs);
  if (report.kills % 2 === 1) await untilTold(state);
  alive = false;
  state.killTimes.push(performance.now());
  await server.kill("SIGKILL");
  state.killTimes.push(performance.now());
  await Promise.all(ended);
  report.kills += 1;
  state.onKill?.(report);
}

/** Resolves when the world is told something next, which is when it matters most what is stored. */
function untilTold({ loadMs, onTold }: State): Promise<void> {
  return new Promise((resolve) => {
    onTold.push(resolve);
    setTimeout(resolve, loadMs);
  });
}

let planned = 0;

async function newRun(state: State, url: string): Promise<void> {
  const plan = randomPlan(`run${planned++}`);
  const input = { ...plan, effects: state.effectsUrl };
  const { id } = await call("POST", `${url}/api/v1/jobs`, { task: "planned", input });
  state.report.runs += 1;
  state.plans.set(Number(id), plan);
  for (const name of signalsOf(plan)) state.signals.push({ jobId: Number(id), name });
}

/** Sends a signal, and sends it again to the next server if this one was killed before it answered. */
async function nextSignal(state: State, url: string): Promise<void> {
  const at = Math.floor(Math.random() * state.signals.length);
  const signal = state.signals[at];
  if (signal === undefined) return;
  const { jobId, name } = signal;
  const path = `${url}/api/v1/jobs/${jobId}/signals/${name}`;
  try {
    await call("POST", path, signalValue(name), { "idempotency-key": `${jobId} ${name}` });
  } catch (error) {
    // The run may not have started, and then there is no execution to signal.
    if (/ 404 /.test(String(error))) return;
    throw error;
  }
  state.signals.splice(state.signals.indexOf(signal), 1);
  state.report.signals += 1;
}

/** Approves everything that is asked for now. */
async function approveAll({ report }: State, url: string): Promise<void> {
  const { items } = await call("GET", `${url}/api/v1/approvals?status=pending&limit=50`);
  for (const { id, title } of items as { id: number; title: string }[]) {
    const decision = { decision: "approve", input: { note: noteOf(title) } };
    try {
      await call("POST", `${url}/api/v1/approvals/${id}`, decision);
      report.approvals += 1;
    } catch (error) {
      // It was decided before, by a request whose answer a kill cut off.
      if (!/ 409 /.test(String(error))) throw error;
    }
  }
}

const ENDED = ["completed", "failed", "cancelled", "needs_attention"];

/** How long a server may end no job at all until it counts as stuck, ms. */
const STUCK_MS = 60_000;

/** Returns a function that says whether jobs still end: after hundreds of kills there may be thousands left. */
function createStuckWatch(): (url: string) => Promise<boolean> {
  let ended = -1;
  let since = performance.now();
  return async (url) => {
    const { jobs } = (await call("GET", `${url}/api/v1/stats`)) as { jobs: Record<string, number> };
    const now = (jobs.completed ?? 0) + (jobs.failed ?? 0);
    if (now !== ended) since = performance.now();
    ended = now;
    return performance.now() - since < STUCK_MS;
  };
}

/** Lets a server that is not killed do all that is left. */
async function finish(state: State): Promise<void> {
  const server = await start(state);
  while (state.signals.length > 0) {
    await nextSignal(state, server.url);
    await Bun.sleep(2);
  }
  const isMoving = createStuckWatch();
  for (const [id, plan] of state.plans) {
    let job = await call("GET", `${server.url}/api/v1/jobs/${id}`);
    while (!ENDED.includes(String(job.status)) && (await isMoving(server.url))) {
      await approveAll(state, server.url);
      await Bun.sleep(20);
      job = await call("GET", `${server.url}/api/v1/jobs/${id}`);
    }
    const expected = expectedResults(plan);
    if (job.status !== "completed" || !Bun.deepEquals(job.output, expected)) {
      const { status, output, error } = job;
      state.report.damage.push(`job ${id}: ${JSON.stringify({ plan, status, output, error, expected })}`);
    }
  }
  await checkTold(state, server.url);
  await server.kill("SIGTERM");
  const { command, folder } = state;
  const check = Bun.spawn([...command, "db", "check"], { cwd: folder, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([check.stdout.text(), check.stderr.text(), check.exited]);
  if (code !== 0) state.report.damage.push(`db check: ${stdout}${stderr}`);
}

/** What the world was told has to be what is stored, whatever a kill has undone. */
async function checkTold({ plans, effects, report }: State, url: string): Promise<void> {
  const drawn = new Map<string, Set<string>>();
  for (const path of effects.keys()) {
    const [kind, what = "", values = ""] = path.split("/");
    if (kind === "told") drawn.set(what, (drawn.get(what) ?? new Set()).add(values));
    if (kind !== "execution") continue;
    const { status } = await fetch(`${url}/api/v1/executions/${what}`);
    if (status !== 200) report.damage.push(`execution ${what} has sent a request, and is not stored`);
  }
  for (const plan of plans.values()) {
    for (const path of drawsOf(plan)) {
      const told = drawn.get(path)?.size ?? 0;
      if (told !== 1) report.damage.push(`${path} has told ${told} different results of the same calls`);
    }
  }
}

/** Each effect has to happen, and may happen again only after a kill. */
function checkEffects({ plans, effects, killTimes, report }: State): void {
  for (const plan of plans.values()) {
    for (const path of effectsOf(plan)) {
      const times = effects.get(path) ?? [];
      report.effects += times.length;
      report.repeated += Math.max(0, times.length - 1);
      if (times.length === 0) report.damage.push(`the effect ${path} did not happen`);
      for (const [i, time] of times.entries()) {
        const before = times[i - 1];
        if (before === undefined || killTimes.some((kill) => kill >= before && kill <= time)) continue;
        report.damage.push(`the effect ${path} happened twice without a kill in between`);
      }
    }
  }
}
