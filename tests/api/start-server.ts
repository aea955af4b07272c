import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, createApi } from "../../src/api/api.ts";
import type { ApiDependencies, ApiSettings } from "../../src/api/dependencies.ts";
import { createBodyReader } from "../../src/checking/body-reader.ts";
import { createChecker } from "../../src/checking/checker.ts";
import { createValueChecks } from "../../src/checking/value-checks.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { createTaskRunner } from "../../src/execution/task-runner.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createDirectRunner } from "../../src/queue/direct.ts";
import { createQueue } from "../../src/queue/queue.ts";
import { createWorker } from "../../src/queue/worker.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { createSources } from "../../src/registry/create-sources.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { createVault } from "../../src/secrets/vault.ts";
import { startAccess } from "../../src/service/access/start-access.ts";
import { createNotifier } from "../../src/service/notifications/notifier.ts";
import { databaseKeySource } from "../../src/service/secrets/database-key-source.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { readCaps } from "../../src/task/limit-caps.ts";
import { createLogger, type LogRecord } from "../../src/telemetry/logger.ts";
import { writeNewDatabase } from "../store/new-database.ts";
import { createContract } from "./contract.ts";

/** A server over a database file of its own, on a free port, with real tasks, queue, scheduler and sandbox. */
export interface TestServer extends AsyncDisposable {
  url: string;
  api: Api;
  deps: ApiDependencies;
  folder: string;
  log: LogRecord[];
  /** Row id of a task. */
  taskId(label: string): Promise<number>;
  /** Sends JSON and reads JSON. */
  call(method: string, path: string, body?: JsonValue, headers?: Record<string, string>): Promise<Reply>;
}

/** An answer, with its body when that is JSON. */
export interface Reply {
  status: number;
  headers: Headers;
  body: ReturnType<typeof JSON.parse>;
}

/** How a test server differs from the usual one. */
export interface TestServerOptions {
  settings?: ApiSettings;
  /** false: jobs wait. @default true */
  working?: boolean;
  concurrency?: number;
  /** true: callers need credentials as soon as there is a user or key. @default false */
  access?: boolean;
}

/** These servers run tasks on the test's own thread. */
const NO_SANDBOX = {
  threads: 0,
  maxThreads: 0,
  busy: 0,
  running: 0,
  waiting: 0,
  executions: 0,
  accountBytes: 0,
  accountLimitBytes: 0,
  resets: { program: 0, base: 0 },
  machineBytes: 0,
  imageBytes: 0,
};

const PROGRAMS: Readonly<Record<string, string>> = {
  failing: "(function () { throw new ValidationError('no good'); })",
  sleeping: "(async function (input) { await new Promise((done) => setTimeout(done, input.ms)); return input; })",
  talking:
    "(async function (input, context) { console.log('first'); console.warn('second', input); context.progress({ done: 1 }); return null; })",
};

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-api-"));
  const tasks = join(folder, "tasks");
  cpSync(join(import.meta.dir, "../../tasks/addition"), join(tasks, "addition"), { recursive: true });
  for (const [label, program] of Object.entries(PROGRAMS)) writeTask(join(tasks, label), label, program);
  const clock = systemClock;
  const log: LogRecord[] = [];
  const logger = createLogger("warn", (record) => void log.push(record));
  const onError = (error: unknown) => logger.error(String(error));
  await writeNewDatabase(join(folder, "test.db"));
  const store = openStore({ url: `sqlite:${join(folder, "test.db")}`, clock, onListenerError: onError });
  const config = await loadConfig({ env: {}, files: false });
  const database = { ...config.values, "server.database.url": `sqlite:${join(folder, "test.db")}` };
  const vault = createVault(
    store.secrets,
    databaseKeySource(database, {}, () => {}),
  );
  const send = async () => {
    throw new Error("no network in these tests");
  };
  const registry = createRegistry({
    sources: await createSources({
      configured: [{ name: "tasks", uri: `file://${tasks}`, watch: false }],
      refreshMs: 60_000,
      copies: join(folder, "copies"),
      limits: { maxBytes: 1e8, maxFiles: 1_000 },
      send,
      watchAll: false,
      embedded: true,
    }),
    tasks: store.tasks,
    clock,
    logger,
    cache: { maxEntries: 100, maxBytes: 1e8 },
    timeoutMs: 10_000,
  });
  await registry.start();
  const executor = createInlineExecutor();
  const checker = createChecker({ clock });
  const checks = createValueChecks(checker);
  const run = createTaskRunner({
    checks,
    registry,
    tasks: store.tasks,
    executor,
    http: send,
    vault,
    caps: readCaps({ ...config.values, "execution.max_execution_duration": 10_000 }),
    validateSchemas: true,
  });
  const worker = createWorker({ store, clock, run, concurrency: options.concurrency ?? 4, onError });
  const scheduler = createScheduler({ store, clock, onError });
  if (options.working !== false) {
    await worker.start();
    await scheduler.start();
  } else {
    await store.workers.register({ id: "none", host: "test", pid: 1, processStart: "1", leaseMs: 15_000 });
  }
  const workerId = () => (options.working === false ? "none" : worker.id());
  const access = await startAccess({ config: config.values, store, clock, send, logger, onError });
  const deps: ApiDependencies = {
    access: access.services,
    ...(options.access === true ? { accessControl: access.control } : {}),
    store,
    origins: () => [],
    queue: createQueue({ store }),
    vault,
    scheduler,
    notifier: createNotifier({
      store,
      vault,
      clock,
      sources: registry.sources,
      post: { send, mail: undefined, address: () => "http://127.0.0.1" },
      configured: [],
      onError,
    }),
    registry,
    direct: createDirectRunner({ store, clock, run, workerId }),
    checks,
    readJson: createBodyReader(checker),
    clock,
    logger,
    resources: {
      sandbox: () => NO_SANDBOX,
      outboundCalls: () => 0,
      memory: () => ({ level: "normal", usedBytes: 0, highBytes: null, allowedBytes: 0, drops: 0 }),
      refused: () => ({ draining: 0, memory: 0 }),
      credentials: access.remembered,
    },
    readiness: async () => [{ name: "database", ok: true }],
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  };
  const api = createApi(deps);
  const url = await api.start({ host: "127.0.0.1", port: 0 });
  const contract = createContract(api.openApi());
  return {
    url,
    api,
    deps,
    folder,
    log,
    async taskId(label) {
      const task = await store.tasks.byLabel(label);
      if (task === undefined) throw new Error(`no task ${label}`);
      return task.id;
    },
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: "manual",
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get("content-type") ?? "");
      const parsed = isJson && text !== "" ? JSON.parse(text) : text;
      contract.check(method, path, response, parsed);
      return { status: response.status, headers: response.headers, body: parsed };
    },
    async [Symbol.asyncDispose]() {
      await api.stop(1_000);
      if (options.working !== false) {
        await scheduler.stop(1_000);
        await worker.stop(1_000);
      }
      await executor.stop();
      checker.stop();
      await registry.stop(1_000);
      await access.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeTask(folder: string, label: string, program: string): void {
  mkdirSync(folder, { recursive: true });
  const uuid = `00000000-0000-4000-8000-${Bun.hash(label).toString(16).padStart(16, "0").slice(0, 12)}`;
  const metadata = { uuid, version: "1.0.0", label, description: `A task that is ${label}.` };
  writeFileSync(join(folder, "metadata.json"), JSON.stringify(metadata));
  writeFileSync(join(folder, "main.js"), program);
  writeFileSync(join(folder, "input.schema.json"), "{}");
  writeFileSync(join(folder, "output.schema.json"), "{}");
}
