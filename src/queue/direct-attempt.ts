import { isDeepStrictEqual } from "node:util";
import { RatchetError } from "../domain/errors.ts";
import type { AttemptOutcome, RunAttempt } from "../execution/attempt.ts";
import { streamedRenewal } from "../execution/durable/memory/child-streams.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import type { Store } from "../store/contract/store.ts";
import type { ExecutionTrace } from "../telemetry/tracing/execution-trace.ts";
import type { DirectRequest, DirectRun, DirectSignal, OpenDirectRun, SentDirectly } from "./direct-run.ts";
import type { LogBuffer } from "./log-buffer.ts";

/** An execution in progress. */
export interface DirectAttempt {
  readonly id: number;
  readonly request: DirectRequest;
  /** Ends it at once. */
  readonly abort: AbortController;
  readonly logs: LogBuffer;
  readonly trace: ExecutionTrace;
  /** Runs until lines are stored. */
  timer: Timer | undefined;
  /** Stores lines a little later. */
  readonly later: () => Timer;
  /** What carries out what it asks for durably; undefined until its program starts. */
  run: DirectRun | undefined;
  isCancelled: boolean;
  /** How many signals it was sent. */
  signals: number;
  /** What became of signals with an idempotency key. */
  readonly sent: Map<string, { signal: DirectSignal; done: Extract<SentDirectly, { id: number }> }>;
}

/** Creates an attempt. It is cancelled with its request. */
export function newAttempt(
  id: number,
  request: DirectRequest,
  parts: Pick<DirectAttempt, "logs" | "trace" | "later">,
): DirectAttempt {
  return {
    id,
    request,
    abort: new AbortController(),
    ...parts,
    timer: undefined,
    run: undefined,
    isCancelled: false,
    signals: 0,
    sent: new Map(),
  };
}

/** The error of an execution that was cancelled. */
export const wasCancelled = () => new RatchetError("CANCELLED", "The execution was cancelled.");

/** Cancels an execution: one that has called a durable method cleans up, and any other ends at once. */
export function cancelAttempt(attempt: DirectAttempt): void {
  attempt.isCancelled = true;
  if (attempt.run?.cancel() !== true) attempt.abort.abort(wasCancelled());
}

/** Sends a signal to an execution. One that has not begun to run its program takes none yet. */
export function sendSignal(attempt: DirectAttempt, signal: DirectSignal): SentDirectly | undefined {
  const { name, payload, idempotencyKey } = signal;
  const before = idempotencyKey === undefined ? undefined : attempt.sent.get(idempotencyKey);
  if (before !== undefined) {
    return isDeepStrictEqual(before.signal, signal) ? { ...before.done, repeated: true } : { isOther: true };
  }
  const sent = attempt.run?.send(name, payload);
  if (sent === undefined || !("status" in sent)) return sent;
  const done = { id: ++attempt.signals, status: sent.status, repeated: false };
  if (idempotencyKey !== undefined) attempt.sent.set(idempotencyKey, { signal, done });
  return done;
}

/** What an attempt runs with. */
interface AttemptOptions {
  store: Pick<Store, "executions">;
  clock: Clock;
  run: RunAttempt;
  openRun?: OpenDirectRun;
}

/** How an attempt ended, and the input with which its run begins again. */
interface EndedAttempt {
  ended: AttemptOutcome;
  renewed: string | undefined;
}

/** Runs an execution to its end. */
export async function runAttempt(attempt: DirectAttempt, options: AttemptOptions): Promise<EndedAttempt> {
  const { signal } = attempt.request;
  const onAbort = () => cancelAttempt(attempt);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  const ended = await execute(attempt, options);
  signal?.removeEventListener("abort", onAbort);
  const renewed = await attempt.run?.end();
  const { streams } = attempt.request;
  if (renewed !== undefined && (streams?.written !== undefined || streams?.rows !== undefined)) {
    return { ended: { ...ended, result: { status: "failed", error: streamedRenewal() } }, renewed: undefined };
  }
  if (!attempt.isCancelled && !attempt.abort.signal.aborted) return { ended, renewed };
  return { ended: cancelledOutcome(ended), renewed: undefined };
}

/** Whatever a cancelled execution has returned, it was cancelled. */
function cancelledOutcome(ended: AttemptOutcome): AttemptOutcome {
  return ended.result.status === "failed" ? ended : { ...ended, result: { status: "failed", error: wasCancelled() } };
}

async function execute(attempt: DirectAttempt, options: AttemptOptions): Promise<AttemptOutcome> {
  const { run, store, openRun } = options;
  const { id, request, abort, logs, trace } = attempt;
  const { taskId, depth = 0, streams = {} } = request;
  const warn = (message: string) => void logs.add({ level: "warn", message, time: options.clock.now() });
  try {
    return await run({
      executionId: id,
      attempt: 1,
      taskId,
      version: request.version ?? null,
      inputJson: request.inputJson,
      scheduledAt: null,
      urgent: true,
      trace,
      signal: abort.signal,
      durable:
        openRun &&
        ((task) => {
          attempt.run = openRun(task, { executionId: id, taskId, depth, streams, warn });
          return attempt.run.session;
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
  }
}

/** Stores lines while the execution runs: storing all of them at its end could block everything else. */
export function storeLogs(store: AttemptOptions["store"], attempt: DirectAttempt): void {
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
