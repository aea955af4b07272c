import { RatchetError } from "../domain/errors.ts";
import type { ShareableText } from "../domain/shared-text.ts";
import type { TaskDefinition } from "../domain/task.ts";
import type { AttemptOutcome, EndedOutcome, RunAttempt } from "../execution/attempt.ts";
import type { ChildStreams } from "../execution/durable/memory/children.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import { settlesWithin } from "../lib/deadline.ts";
import type { DurableSession } from "../sandbox/executor.ts";
import type { DirectExecutionEnd } from "../store/contract/executions.ts";
import type { Store } from "../store/contract/store.ts";
import type { ExecutionTrace } from "../telemetry/tracing/execution-trace.ts";
import { newExecutionTrace } from "../telemetry/tracing/new-execution-trace.ts";
import type { RequestSpan } from "../telemetry/tracing/request-traces.ts";
import { createSpanClock } from "../telemetry/tracing/span-clock.ts";
import { type AttemptTraces, directTrace } from "./attempt-traces.ts";
import { storeDirectEnd } from "./direct-end.ts";
import { checkNewJobs, DEFAULT_MAX_INPUT_BYTES } from "./job-requests.ts";
import { createLogBuffer, type LogBuffer } from "./log-buffer.ts";
import { storedError } from "./stored-error.ts";

/** A direct execution. The caller has found the task and checked the input. */
export interface DirectRequest {
  taskId: number;
  /** Exact version. @default the latest version */
  version?: string;
  inputJson: ShareableText;
  /** The request that asks for it. @default none: it has a trace of its own */
  origin?: RequestSpan;
  /** Cancels the execution when it aborts. */
  signal?: AbortSignal;
  /** How deep in calls of other direct executions it is. @default 0 */
  depth?: number;
  /** What it has of the streams between the steps of a workflow. @default nothing */
  streams?: ChildStreams;
}

/** How a direct execution ended. */
export interface DirectResult {
  executionId: number;
  outcome: EndedOutcome;
}

/** Executes tasks while the caller waits, without the queue. The executions are stored like those of jobs. */
export interface DirectRunner {
  /**
   * Resolves when the execution has ended and is on the disk.
   * @throws {RatchetError} INPUT_LIMIT, ENVIRONMENT; a failure of the task is a result
   */
  run(request: DirectRequest): Promise<DirectResult>;
  /**
   * Cancels an execution.
   * @returns false if this process does not run it
   */
  cancel(executionId: number): boolean;
  /** Returns the number of executions in progress. */
  running(): number;
  /**
   * Rejects new executions, gives running ones `graceMs` to end, cancels the rest, and resolves when all results are
   * stored.
   */
  stop(graceMs: number): Promise<void>;
}

/** What carries out what one direct execution asks for durably. */
export interface DirectRun {
  session: DurableSession;
  /** The execution has ended: what is open is cancelled. */
  end(): void;
}

/** Opens the run of a direct execution. @param around.warn adds a line to its console */
export type OpenDirectRun = (
  task: TaskDefinition,
  around: { depth: number; streams: ChildStreams; warn: (message: string) => void },
) => DirectRun;

/** Settings and dependencies of a {@link DirectRunner}. */
export interface DirectRunnerOptions {
  store: Pick<Store, "executions">;
  clock: Clock;
  run: RunAttempt;
  /** Carries out what tasks ask for durably. @default their durable methods are not available */
  openRun?: OpenDirectRun;
  /** The registered worker of this process. If it is lost, its executions end as failed. */
  workerId: () => string;
  /** @default the traces are stored, and nothing else */
  traces?: AttemptTraces;
  /** @default 16 MB */
  maxInputBytes?: number;
}

/** Delay between a console line and its storage, ms: as long as for jobs. */
const LIVE_DELAY_MS = 100;

/** How long cancelled executions may take to end, ms. */
const STOP_LIMIT_MS = 5_000;

/** Everything that changes while the runner is in use. */
interface RunnerState {
  readonly options: DirectRunnerOptions;
  readonly traces: AttemptTraces;
  /** Cancels an execution, by its id. */
  readonly running: Map<number, AbortController>;
  /** Calls of `run` that have not settled. */
  readonly calls: Set<Promise<unknown>>;
  stopping: boolean;
}

export function createDirectRunner(options: DirectRunnerOptions): DirectRunner {
  const runner: RunnerState = {
    options,
    traces: options.traces ?? { now: createSpanClock() },
    running: new Map(),
    calls: new Set(),
    stopping: false,
  };
  return {
    run(request) {
      const call = execute(runner, request);
      runner.calls.add(call);
      const settled = () => void runner.calls.delete(call);
      call.then(settled, settled);
      return call;
    },
    cancel(executionId) {
      const abort = runner.running.get(executionId);
      abort?.abort(new RatchetError("CANCELLED", "The execution was cancelled."));
      return abort !== undefined;
    },
    running: () => runner.running.size,
    stop: (graceMs) => stop(runner, graceMs),
  };
}

async function stop(runner: RunnerState, graceMs: number): Promise<void> {
  const { clock } = runner.options;
  runner.stopping = true;
  if (await settlesWithin(Promise.allSettled(runner.calls), graceMs, clock)) return;
  for (const abort of runner.running.values()) {
    abort.abort(new RatchetError("CANCELLED", "The server was stopped before the execution had ended."));
  }
  await settlesWithin(Promise.allSettled(runner.calls), STOP_LIMIT_MS, clock);
}

async function execute(runner: RunnerState, request: DirectRequest): Promise<DirectResult> {
  const { traces } = runner;
  const { store, clock, workerId, maxInputBytes = DEFAULT_MAX_INPUT_BYTES } = runner.options;
  if (runner.stopping) {
    throw new RatchetError("ENVIRONMENT", "The server is stopping.", { remedy: "Try again when it is running." });
  }
  checkNewJobs([request], maxInputBytes);
  const { taskId, inputJson, version = null } = request;
  const { origin } = request;
  const start = newExecutionTrace(origin?.context.traceId);
  const trace = directTrace(start, origin, traces.now);
  const id = await store.executions.startDirect({ taskId, version, inputJson, workerId: workerId(), trace: start });
  const abort = new AbortController();
  runner.running.set(id, abort);
  const startedAt = clock.now();
  const logs = createLogBuffer();
  const signal = request.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, request.signal]);
  const later = () => clock.after(LIVE_DELAY_MS, () => storeLogs(store, attempt));
  const attempt: DirectAttempt = { id, request, signal, logs, trace, timer: undefined, later };
  const outcome = withReason(await runAttempt(attempt, runner.options), abort.signal);
  attempt.timer?.cancel();
  runner.running.delete(id);
  const spans = trace.end(outcome.result.status === "failed");
  const { traceId } = start;
  traces.onDirect?.({ executionId: id, traceId, trace: spans, request: origin, outcome });
  await storeDirectEnd(runner.options, {
    id,
    taskId,
    version: outcome.version,
    startedAt,
    finishedAt: clock.now(),
    usage: outcome.usage,
    touched: outcome.touched,
    trace: spans,
    recording: outcome.recording,
    logs: logs.pending(),
    logsStored: logs.stored(),
    result: endOf(outcome),
  });
  return { executionId: id, outcome };
}

/** An execution in progress. */
interface DirectAttempt {
  id: number;
  request: DirectRequest;
  signal: AbortSignal;
  logs: LogBuffer;
  trace: ExecutionTrace;
  /** Runs until lines are stored. */
  timer: Timer | undefined;
  /** Stores lines a little later. */
  later: () => Timer;
}

async function runAttempt(attempt: DirectAttempt, options: DirectRunnerOptions): Promise<AttemptOutcome> {
  const { run, store, openRun } = options;
  const { id, request, signal, logs, trace } = attempt;
  const { depth = 0, streams = {} } = request;
  const warn = (message: string) => void logs.add({ level: "warn", message, time: options.clock.now() });
  let opened: DirectRun | undefined;
  try {
    return await run({
      executionId: id,
      attempt: 1,
      taskId: request.taskId,
      version: request.version ?? null,
      inputJson: request.inputJson,
      scheduledAt: null,
      urgent: true,
      trace,
      signal,
      durable:
        openRun &&
        ((task) => {
          opened = openRun(task, { depth, streams, warn });
          return opened.session;
        }),
      onLog(entry) {
        const room = logs.add(entry);
        if (room !== undefined) storeLogs(store, attempt);
        else attempt.timer ??= attempt.later();
        return room;
      },
      onProgress: () => {},
    });
  } catch (cause) {
    const error = new RatchetError("INTERNAL", "Ratchet failed while running the task.", { cause });
    return { result: { status: "failed", error }, version: null, usage: null };
  } finally {
    opened?.end();
  }
}

/** Stores lines while the execution runs: storing all of them at its end could block everything else. */
function storeLogs(store: DirectRunnerOptions["store"], attempt: DirectAttempt): void {
  const { id, logs } = attempt;
  attempt.timer?.cancel();
  attempt.timer = undefined;
  const batch = logs.take();
  if (batch === undefined) return;
  store.executions.logDirect(id, batch.first, batch.logs).then(() => {
    batch.stored();
    // What was written in the meantime goes at once if its task waits, or else after the same time.
    if (logs.isFull()) storeLogs(store, attempt);
    else if (logs.pending().length > 0) attempt.timer ??= attempt.later();
  }, batch.failed);
}

/** Adds why an execution was cancelled, which the sandbox does not know. */
function withReason(outcome: AttemptOutcome, { reason }: AbortSignal): EndedOutcome {
  const { result } = outcome;
  if (result.status === "asleep") return { ...outcome, result: { status: "failed", error: notWoken() } };
  if (result.status === "completed" || result.error.code !== "CANCELLED") return { ...outcome, result };
  return reason instanceof RatchetError ? { ...outcome, result: { ...result, error: reason } } : { ...outcome, result };
}

/** Its session asks for no sleep. */
const notWoken = () => new RatchetError("INTERNAL", "A direct execution went to sleep, and nothing can wake it.");

function endOf({ result }: EndedOutcome): DirectExecutionEnd["result"] {
  if (result.status === "completed") return result;
  const status = result.error.code === "CANCELLED" ? "cancelled" : "failed";
  return { status, error: storedError(result.error) };
}
