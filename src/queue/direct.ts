import { RatchetError } from "../domain/errors.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import type { AttemptOutcome, RunAttempt } from "../execution/attempt.ts";
import type { Clock } from "../lib/clock.ts";
import { settlesWithin } from "../lib/deadline.ts";
import type { DirectExecutionEnd } from "../store/contract/executions.ts";
import type { Store } from "../store/contract/store.ts";
import { checkNewJobs, DEFAULT_MAX_INPUT_BYTES } from "./job-requests.ts";
import { createLogBuffer, type LogBuffer } from "./log-buffer.ts";
import { isMachineFault } from "./store-attempts.ts";
import { storedError } from "./stored-error.ts";

/** What is executed directly. The caller has found the task and checked the input. */
export interface DirectRequest {
  taskId: number;
  /** Exact version; the newest when absent. */
  version?: string;
  inputJson: string;
  /** Ends it with CANCELLED. */
  signal?: AbortSignal;
}

/** How it ended. */
export interface DirectResult {
  executionId: number;
  outcome: AttemptOutcome;
}

/** Executes tasks while the caller waits, past the queue, and stores each execution like the queue's. */
export interface DirectRunner {
  /**
   * Resolves when the execution has ended and is on the disk.
   * @throws {RatchetError} INPUT_LIMIT, ENVIRONMENT; not for anything the task did
   */
  run(request: DirectRequest): Promise<DirectResult>;
  /**
   * Cancels an execution that runs here.
   * @returns false when no such execution runs here
   */
  cancel(executionId: number): boolean;
  running(): number;
  /** Takes nothing new, lets what runs end within `graceMs`, cancels the rest, and resolves when all ends are stored. */
  stop(graceMs: number): Promise<void>;
}

/** What a {@link DirectRunner} needs. */
export interface DirectRunnerOptions {
  store: Pick<Store, "executions">;
  clock: Clock;
  run: RunAttempt;
  /** The registered worker of this process: its executions are closed when it is lost. */
  workerId: () => string;
  /** @default 16 MB */
  maxInputBytes?: number;
}

/** How long what was cancelled may take to end, ms. */
const STOP_LIMIT_MS = 5_000;
/** Between two tries to store that an execution's end could not be stored, ms. */
const STORE_PAUSE_MS = 5_000;
/** An hour of them. */
const STORE_TRIES = 720;

export function createDirectRunner(options: DirectRunnerOptions): DirectRunner {
  const { store, clock } = options;
  const maxInputBytes = options.maxInputBytes ?? DEFAULT_MAX_INPUT_BYTES;
  const running = new Map<number, AbortController>();
  const underWay = new Set<Promise<unknown>>();
  let stopping = false;

  async function attempt(request: DirectRequest, executionId: number, signal: AbortSignal, logs: LogBuffer) {
    try {
      return await options.run({
        executionId,
        attempt: 1,
        taskId: request.taskId,
        version: request.version ?? null,
        inputJson: request.inputJson,
        scheduledAt: null,
        urgent: true,
        signal,
        onLog(entry) {
          const room = logs.add(entry);
          if (room !== undefined) storeLogs(executionId, logs);
          return room;
        },
        onProgress: () => {},
      });
    } catch (cause) {
      const error = new RatchetError("INTERNAL", "Ratchet failed while running the task.", { cause });
      return { result: { status: "failed", error }, version: null, usage: null } satisfies AttemptOutcome;
    }
  }

  /** Stores lines while the execution runs: all of them at its end could hold up everything else. */
  function storeLogs(executionId: number, logs: LogBuffer): void {
    const batch = logs.take();
    if (batch === undefined) return;
    store.executions.logDirect(executionId, batch.first, batch.logs).then(() => {
      batch.stored();
      if (logs.isFull()) storeLogs(executionId, logs);
    }, batch.failed);
  }

  /** Stores the end of an execution. When that fails the caller hears of it, and the failure is stored once it can be. */
  async function finish(end: DirectExecutionEnd): Promise<void> {
    try {
      await store.executions.finishDirect(end);
    } catch (cause) {
      const error = toRatchetError(cause);
      const failure = { ...end, logs: [], result: { status: "failed" as const, error: storedError(error) } };
      later(failure, isMachineFault(error) ? STORE_PAUSE_MS : 0, STORE_TRIES);
      throw error;
    }
  }

  function later(end: DirectExecutionEnd, ms: number, tries: number): void {
    clock.after(ms, () => {
      store.executions.finishDirect(end).catch((error: unknown) => {
        if (isMachineFault(error) && tries > 1) later(end, STORE_PAUSE_MS, tries - 1);
      });
    });
  }

  return {
    running: () => running.size,
    cancel(executionId) {
      const abort = running.get(executionId);
      abort?.abort(new RatchetError("CANCELLED", "The execution was cancelled."));
      return abort !== undefined;
    },
    async stop(graceMs) {
      stopping = true;
      if (await settlesWithin(Promise.allSettled(underWay), graceMs, clock)) return;
      for (const abort of running.values()) {
        abort.abort(new RatchetError("CANCELLED", "The server was stopped before the execution had ended."));
      }
      await settlesWithin(Promise.allSettled(underWay), STOP_LIMIT_MS, clock);
    },
    run(request) {
      const execution = runNow(request);
      underWay.add(execution);
      const ended = () => void underWay.delete(execution);
      execution.then(ended, ended);
      return execution;
    },
  };

  async function runNow(request: DirectRequest): Promise<DirectResult> {
    if (stopping) {
      throw new RatchetError("ENVIRONMENT", "The server is stopping.", { remedy: "Try again once it runs." });
    }
    checkNewJobs([request], maxInputBytes);
    const { taskId, inputJson, version = null } = request;
    const executionId = await store.executions.startDirect({
      taskId,
      version,
      inputJson,
      workerId: options.workerId(),
    });
    const abort = new AbortController();
    const signal = request.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, request.signal]);
    running.set(executionId, abort);
    const startedAt = clock.now();
    const logs = createLogBuffer();
    const outcome = withReason(await attempt(request, executionId, signal, logs), abort.signal);
    running.delete(executionId);
    const end = { id: executionId, taskId, version: outcome.version, startedAt, finishedAt: clock.now() };
    await finish({
      ...end,
      usage: outcome.usage,
      logs: logs.pending(),
      logsStored: logs.stored(),
      result: endOf(outcome),
    });
    return { executionId, outcome };
  }
}

/** A cancelled execution says why: the sandbox only knows that. */
function withReason(outcome: AttemptOutcome, { reason }: AbortSignal): AttemptOutcome {
  const { result } = outcome;
  if (result.status === "completed" || result.error.code !== "CANCELLED") return outcome;
  return reason instanceof RatchetError ? { ...outcome, result: { ...result, error: reason } } : outcome;
}

function endOf({ result }: AttemptOutcome): DirectExecutionEnd["result"] {
  if (result.status === "completed") return result;
  const status = result.error.code === "CANCELLED" ? "cancelled" : "failed";
  return { status, error: storedError(result.error) };
}
