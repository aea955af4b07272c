import { RatchetError } from "../domain/errors.ts";
import type { AttemptOutcome, EndedOutcome, RunAttempt } from "../execution/attempt.ts";
import type { Clock } from "../lib/clock.ts";
import { settlesWithin } from "../lib/deadline.ts";
import type { DirectExecutionEnd } from "../store/contract/executions.ts";
import type { Store } from "../store/contract/store.ts";
import { newExecutionTrace } from "../telemetry/tracing/new-execution-trace.ts";
import { createSpanClock } from "../telemetry/tracing/span-clock.ts";
import { type AttemptTraces, directTrace } from "./attempt-traces.ts";
import {
  cancelAttempt,
  type DirectAttempt,
  newAttempt,
  runAttempt,
  sendSignal,
  storeLogs,
  wasCancelled,
} from "./direct-attempt.ts";
import { storeDirectEnd } from "./direct-end.ts";
import type { DirectRequest, DirectSignal, OpenDirectRun, SentDirectly } from "./direct-run.ts";
import { checkNewJobs, DEFAULT_MAX_INPUT_BYTES } from "./job-requests.ts";
import { createLogBuffer } from "./log-buffer.ts";
import { storedError } from "./stored-error.ts";

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
   * Cancels an execution. One that has called a durable method cleans up first.
   * @returns false if this process does not run it
   */
  cancel(executionId: number): boolean;
  /** Ends an execution at once. @returns false if this process does not run it */
  kill(executionId: number): boolean;
  /**
   * Sends a signal to the run of an execution.
   * @returns what became of it; undefined if this process does not run the execution
   */
  send(executionId: number, signal: DirectSignal): SentDirectly | undefined;
  /** Returns the number of executions in progress. */
  running(): number;
  /**
   * Rejects new executions, gives running ones `graceMs` to end, cancels the rest, and resolves when all results are
   * stored.
   */
  stop(graceMs: number): Promise<void>;
}

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
  /** By the ids of the executions. */
  readonly running: Map<number, DirectAttempt>;
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
      const attempt = runner.running.get(executionId);
      if (attempt !== undefined) cancelAttempt(attempt);
      return attempt !== undefined;
    },
    kill(executionId) {
      const attempt = runner.running.get(executionId);
      attempt?.abort.abort(wasCancelled());
      return attempt !== undefined;
    },
    send(executionId, signal) {
      const attempt = runner.running.get(executionId);
      return attempt === undefined ? undefined : sendSignal(attempt, signal);
    },
    running: () => runner.running.size,
    stop: (graceMs) => stop(runner, graceMs),
  };
}

async function stop(runner: RunnerState, graceMs: number): Promise<void> {
  const { clock } = runner.options;
  runner.stopping = true;
  if (await settlesWithin(Promise.allSettled(runner.calls), graceMs, clock)) return;
  for (const { abort } of runner.running.values()) {
    abort.abort(new RatchetError("CANCELLED", "The server was stopped before the execution had ended."));
  }
  await settlesWithin(Promise.allSettled(runner.calls), STOP_LIMIT_MS, clock);
}

/** A run that begins again does so in another execution, with another input. */
async function execute(runner: RunnerState, request: DirectRequest): Promise<DirectResult> {
  for (let next = request; ; ) {
    const { renewed, ...result } = await executeOnce(runner, next);
    if (renewed === undefined) return result;
    next = { ...next, inputJson: renewed };
  }
}

async function executeOnce(
  runner: RunnerState,
  request: DirectRequest,
): Promise<DirectResult & { renewed: string | undefined }> {
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
  const startedAt = clock.now();
  const logs = createLogBuffer();
  const later = () => clock.after(LIVE_DELAY_MS, () => storeLogs(store, attempt));
  const attempt = newAttempt(id, request, { logs, trace, later });
  const { abort } = attempt;
  runner.running.set(id, attempt);
  const { ended, renewed } = await runAttempt(attempt, runner.options);
  const outcome = withReason(ended, abort.signal);
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
  return { executionId: id, outcome, renewed };
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
