import { CACHE, PROBLEM, QUEUE, SERVER, SOURCE, STATS, WORKER } from "../descriptions/server.ts";
import { JOB_COUNTS } from "../resources/job-parts.ts";
import {
  COUNT,
  described,
  FACTS,
  FLAG,
  ID,
  ID_OR_NULL,
  list,
  NUMBER_OR_NULL,
  partial,
  ref,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  whole,
} from "../resources/parts.ts";
import { executionCounts } from "./execution-resources.ts";

/** Schemas about the server, its queue and its sources, by name. */
export function serverResources(): Record<string, object> {
  const source = {
    name: TEXT,
    uri: TEXT,
    kind: { type: "string", enum: ["embedded", "directory", "zip", "http", "git"] },
    watch: FLAG,
    state: { type: "string", enum: ["pending", "current", "stale", "unavailable"] },
    revision: TEXT_OR_NULL,
    tasks: COUNT,
    versions: COUNT,
    checkedAt: TIME_OR_NULL,
    loadedAt: TIME_OR_NULL,
    error: TEXT_OR_NULL,
    problems: list(ref("FoundProblem")),
  };
  const cache = {
    entries: COUNT,
    bytes: COUNT,
    maxEntries: COUNT,
    maxBytes: COUNT,
    hits: COUNT,
    misses: COUNT,
    purged: COUNT,
  };
  const problem = {
    type: TEXT,
    title: TEXT,
    status: { type: "integer" },
    detail: TEXT,
    code: TEXT,
    remedy: TEXT,
    data: FACTS,
    errors: list(ref("Violation")),
  };
  return {
    Source: whole(described(source, SOURCE), "A place that tasks come from."),
    CacheFigures: whole(described(cache, CACHE), "Stats of the cache of tasks' files."),
    QueueState: queueState(),
    Worker: worker(),
    Stats: stats(),
    ...aboutServer(),
    Problem: partial(
      described(problem, PROBLEM),
      ["type", "title", "status", "detail", "code"],
      "Problem details (RFC 9457).",
    ),
  };
}

function queueState(): object {
  const { taskId, key, count, periodMs, concurrency, rate } = QUEUE;
  const ofTask = whole({ taskId: { ...ID, description: taskId } }, "One task.");
  const ofKey = whole({ key: { ...TEXT, description: key } }, "One concurrency key.");
  const pause = described(
    { scope: { anyOf: [{ const: "all" }, ofTask] }, note: TEXT_OR_NULL, pausedAt: TIME },
    { scope: QUEUE.pauseScope, note: QUEUE.note, pausedAt: QUEUE.pausedAt },
  );
  const limit = described(
    {
      scope: { anyOf: [{ const: "any key" }, ofTask, ofKey] },
      concurrency: ID,
      rate: whole(described({ count: ID, periodMs: ID }, { count, periodMs })),
    },
    { scope: QUEUE.limitScope, concurrency, rate },
  );
  const state = {
    paused: FLAG,
    pauses: list(whole(pause, "A pause.")),
    limits: list(partial(limit, ["scope"], "Limits of one scope.")),
  };
  const { paused, pauses, limits } = QUEUE;
  return whole(described(state, { paused, pauses, limits }), "Pauses and limits of the queue.");
}

function worker(): object {
  const { executionId, jobId, taskId, attempt, runningSince, ...sentences } = WORKER;
  const execution = described(
    { executionId: ID, jobId: ID_OR_NULL, taskId: ID, attempt: ID, startedAt: TIME_OR_NULL },
    { executionId, jobId, taskId, attempt, startedAt: runningSince },
  );
  return whole(
    described(
      {
        id: TEXT,
        host: TEXT,
        pid: ID,
        startedAt: TIME,
        seenAt: TIME,
        running: list(whole(execution, "An execution that is running.")),
      },
      sentences,
    ),
    "A process that works on the queue.",
  );
}

function stats(): object {
  const { total, enabled, ...sentences } = STATS;
  const counts = whole(described({ total: COUNT, enabled: COUNT }, { total, enabled }));
  const properties = {
    jobs: JOB_COUNTS,
    executions: whole(executionCounts()),
    meanDurationMs: NUMBER_OR_NULL,
    oldestReadyMs: NUMBER_OR_NULL,
    directRunning: COUNT,
    tasks: counts,
    schedules: counts,
    workers: COUNT,
  };
  return partial(
    described(properties, sentences),
    ["jobs", "executions", "meanDurationMs"],
    "Stats over everything that is kept; for one task, only its jobs and executions.",
  );
}

function aboutServer(): Record<string, object> {
  const { healthStatus, uptimeSeconds, readyStatus, ready, checks, checkName, checkOk, checkMessage, ...build } =
    SERVER;
  const { version } = build;
  const check = described(
    { name: TEXT, ok: FLAG, message: TEXT },
    { name: checkName, ok: checkOk, message: checkMessage },
  );
  return {
    Health: whole(
      described(
        { status: { type: "string", const: "ok" }, version: TEXT, uptimeSeconds: COUNT },
        { status: healthStatus, version, uptimeSeconds },
      ),
      "The process is alive.",
    ),
    Readiness: whole(
      described(
        {
          status: { type: "string", enum: ["ready", "not ready"] },
          ready: FLAG,
          checks: list(partial(check, ["name", "ok"], "A part that has to work.")),
        },
        { status: readyStatus, ready, checks },
      ),
      "Whether the server can take jobs and run them.",
    ),
    Version: whole(
      described({ name: TEXT, version: TEXT, commit: TEXT, buildDate: TEXT, bun: TEXT }, build),
      "What the program was built from.",
    ),
  };
}
