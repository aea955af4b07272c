import { RatchetError } from "../domain/errors.ts";
import type { HttpRequest } from "../domain/http.ts";
import { type StoredError, SUSPECT_RESCUES } from "../domain/job.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import type { AttemptOutcome, AttemptRequest, RunAttempt } from "../execution/attempt.ts";
import type { RetryDefaults } from "../execution/retry-decision.ts";
import type { AttemptReport, AttemptResult, ClaimedJob, FinishedAttempt } from "../store/contract/jobs.ts";
import type { RunWrite, RunWritten } from "../store/contract/runs.ts";
import type { ExecutionTrace } from "../telemetry/tracing/execution-trace.ts";
import { attemptResultOf } from "./attempt-result.ts";
import { type AttemptTraces, jobTrace } from "./attempt-traces.ts";
import { type KeptProgress, keepProgress } from "./keep-progress.ts";
import { createLogBuffer, type LogBuffer } from "./log-buffer.ts";
import { needsAttention, type RunHost, type RunHosts, type RunSurroundings } from "./run-host.ts";
import { storedError } from "./stored-error.ts";
import type { StoredChanges } from "./waiting-changes.ts";

/** Why a running attempt is stopped from outside. */
export type StopReason = keyof typeof STOP_MESSAGES;

/** What a {@link RunningJob} needs in addition to its job. */
export interface RunningJobOptions {
  run: RunAttempt;
  retries: RetryDefaults;
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  /** There are log lines or progress to store. @param urgent its task waits until they are stored */
  onNews: (urgent: boolean) => void;
  traces: AttemptTraces;
  /** Carries out what tasks ask for durably. @default their durable methods are not available */
  runs?: RunHosts | undefined;
  /** Stores changes of a run. */
  write: (change: RunWrite) => Promise<RunWritten>;
  /** What the worker has to store. */
  storage: StoredChanges;
}

/** An attempt in progress. */
export interface RunningJob {
  readonly jobId: number;
  /** Resolves with what has to be stored. It never rejects. */
  readonly ended: Promise<FinishedAttempt>;
  /** Returns true while its task waits for a timer or a response and uses no processor. */
  isWaiting(): boolean;
  stop(reason: StopReason): void;
  /** Tells what carries out what its task asks for durably something: at once, or when its run is loaded. */
  tell(news: (host: RunHost) => void): void;
  /** What carries out what its task asks for durably; undefined until that is known. */
  host(): RunHost | undefined;
  /**
   * It goes on from something that is not stored yet: what it sends from now on is held back until the latest change is on the
   * disk.
   */
  goAhead(): void;
  /** Is something not stored yet from which it went on? */
  isAhead(): boolean;
  /** Returns true once it has opened a connection over which it may send more at any time. */
  isConnected(): boolean;
  /** Returns what has not been stored yet; undefined if there is nothing new. */
  takeReport(): TakenReport | undefined;
  /** Returns the attempt as it is now, to hand back the job of a runner that does not stop. */
  abandon(): FinishedAttempt;
}

/** A report that is being stored. Either `stored` or `failed` has to be called. */
export interface TakenReport {
  report: AttemptReport;
  stored: () => void;
  failed: () => void;
  /** Returns true if the task waits for more lines to be stored. */
  isFull: () => boolean;
}

/** Everything that changes during an attempt. */
interface AttemptState extends KeptProgress {
  readonly claimed: ClaimedJob;
  readonly options: RunningJobOptions;
  readonly abort: AbortController;
  readonly startedAt: number;
  readonly logs: LogBuffer;
  readonly trace: ExecutionTrace;
  /** Why it was stopped from outside. */
  stopped: StopReason | undefined;
  isWaiting: () => boolean;
  host: RunHost | undefined;
  /** Why its run can't be loaded: nothing is lost if somebody looks after it. */
  stuck: StoredError | undefined;
  /** What has happened to the run while it was being loaded. */
  readonly early: ((host: RunHost) => void)[];
  /** The number of the latest change that has to be stored before anything that the task sends. */
  goesOnFrom: number;
  /** The number of the change that stores the job; 0 if it was stored before. */
  readonly storedWith: number;
  isConnected: boolean;
}

/** Starts an attempt. @param isEarly its job is the latest change, which is not stored yet. @default false */
export function startJob(claimed: ClaimedJob, options: RunningJobOptions, isEarly = false): RunningJob {
  const storedWith = isEarly ? options.storage.latest() : 0;
  const state: AttemptState = {
    claimed,
    options,
    abort: new AbortController(),
    startedAt: options.now(),
    logs: createLogBuffer(claimed.logsStored),
    trace: jobTrace(claimed, options.traces.now),
    progress: null,
    progressIsNew: false,
    progressWasTooLarge: false,
    stopped: undefined,
    isWaiting: () => false,
    host: undefined,
    stuck: undefined,
    early: [],
    goesOnFrom: storedWith,
    storedWith,
    isConnected: false,
  };
  return {
    jobId: claimed.job.id,
    ended: runToEnd(state),
    isWaiting: () => state.isWaiting(),
    stop(reason) {
      if (state.stopped !== undefined) return;
      state.stopped = reason;
      state.host?.close();
      state.abort.abort(new RatchetError("CANCELLED", STOP_MESSAGES[reason]));
    },
    tell(news) {
      if (state.host === undefined) state.early.push(news);
      else news(state.host);
    },
    host: () => state.host,
    goAhead() {
      state.goesOnFrom = options.storage.latest();
    },
    isAhead: () => !options.storage.isStored(state.goesOnFrom),
    isConnected: () => state.isConnected,
    takeReport: () => takeReport(state),
    abandon: () => finished(state, { kind: "released" }, undefined),
  };
}

async function runToEnd(state: AttemptState): Promise<FinishedAttempt> {
  let outcome: AttemptOutcome;
  let result: AttemptResult | "again" | undefined;
  do {
    outcome = await runOnce(state);
    result = isGone(state) ? undefined : await state.host?.end(outcome);
  } while (result === "again");
  return finished(state, resultOf(state, outcome, result), outcome);
}

function resultOf(state: AttemptState, outcome: AttemptOutcome, result: AttemptResult | undefined): AttemptResult {
  if (isGone(state)) return { kind: "cancelled" };
  if (state.stuck !== undefined) return { kind: "attention", error: state.stuck };
  // Whatever it has done since it was misled, its run goes on from its journal.
  return state.stopped === "misled"
    ? { kind: "released" }
    : (result ?? attemptResultOf(outcome, state.claimed, state.options));
}

/** A job that another process cancels may show up here as a lost lease. */
const isGone = ({ stopped }: AttemptState): boolean => stopped === "cancelled" || stopped === "lost";

async function runOnce(state: AttemptState): Promise<AttemptOutcome> {
  const { claimed, options } = state;
  try {
    // Without a run, nothing is awaited here.
    state.host = claimed.job.runId === claimed.executionId ? await resumeRun(state) : beginRun(state);
    if (state.host !== undefined) for (const news of state.early.splice(0)) news(state.host);
    if (state.stopped !== undefined) state.host?.close();
    return await options.run(attemptRequest(state));
  } catch (cause) {
    const known = cause instanceof RatchetError ? cause : undefined;
    const error = known ?? new RatchetError("INTERNAL", "Ratchet failed while it ran the job.", { cause });
    return { result: { status: "failed", error }, version: null, usage: null };
  }
}

function beginRun(state: AttemptState): RunHost | undefined {
  return state.host ?? state.options.runs?.begin(surroundings(state));
}

async function resumeRun(state: AttemptState): Promise<RunHost | undefined> {
  try {
    return state.host ?? (await state.options.runs?.resume(surroundings(state)));
  } catch (error) {
    const known = toRatchetError(error);
    if (needsAttention(known)) state.stuck = storedError(known);
    throw known;
  }
}

function surroundings({ claimed, options, logs, storedWith }: AttemptState): RunSurroundings {
  const { job, claim, executionId } = claimed;
  return {
    claimed,
    write: (changes) => options.write({ executionId, jobId: job.id, claim, changes }),
    whenStored: () => options.storage.stored(storedWith),
    storeNow: () => void options.storage.stored(options.storage.latest()),
    warn(message) {
      void logs.add({ level: "warn", message, time: options.now() });
      options.onNews(logs.isFull());
    },
  };
}

function attemptRequest(state: AttemptState): AttemptRequest {
  const { claimed, options, abort, host } = state;
  const { job, executionId } = claimed;
  return {
    executionId,
    attempt: job.attempts,
    taskId: job.taskId,
    version: host?.version ?? job.version,
    inputJson: job.inputJson,
    scheduledAt: job.scheduledAt,
    // The sooner a suspect ends, the fewer crashes with other causes count against it.
    urgent: job.rescues >= SUSPECT_RESCUES,
    trace: state.trace,
    signal: abort.signal,
    holdBack: (request) => holdBack(state, request),
    durable: host === undefined ? undefined : (task) => host.session(task),
    onCarried(isWaiting) {
      state.isWaiting = isWaiting;
    },
    onLog(entry) {
      const room = state.logs.add(entry);
      options.onNews(state.logs.isFull());
      return room;
    },
    onProgress(value) {
      const message = keepProgress(state, value);
      if (message !== undefined) void state.logs.add({ level: "warn", message, time: options.now() });
      options.onNews(false);
    },
  };
}

/** Nothing leaves the machine that follows from what may still be undone. */
function holdBack(state: AttemptState, { socket, upload }: HttpRequest): Promise<void> | undefined {
  const { goesOnFrom, options, abort } = state;
  state.isConnected ||= socket !== undefined || upload !== undefined;
  if (options.storage.isStored(goesOnFrom)) return undefined;
  return options.storage.stored(goesOnFrom).then(() => abort.signal.throwIfAborted());
}

function takeReport(state: AttemptState): TakenReport | undefined {
  const batch = state.logs.take();
  if (batch === undefined && !state.progressIsNew) return undefined;
  const report: AttemptReport = { claimed: state.claimed };
  if (state.progressIsNew) report.progress = state.progress;
  if (batch !== undefined) {
    report.logs = batch.logs;
    report.firstLog = batch.first;
  }
  state.progressIsNew = false;
  return { report, stored: () => batch?.stored(), failed: () => batch?.failed(), isFull: state.logs.isFull };
}

function finished(state: AttemptState, result: AttemptResult, outcome: AttemptOutcome | undefined): FinishedAttempt {
  const { claimed, startedAt, options, logs, progress } = state;
  const trace = traceOf(state, result, outcome);
  options.traces.onJob?.(claimed, trace, outcome);
  return {
    claimed,
    result,
    version: outcome?.version ?? null,
    startedAt,
    finishedAt: options.now(),
    usage: outcome?.usage ?? null,
    touched: outcome?.touched,
    trace,
    recording: outcome?.recording,
    logs: logs.pending(),
    logsStored: logs.stored(),
    progress,
  };
}

/** A run that goes on later, also on another worker, ends only a stretch of its trace. */
function traceOf({ trace, host }: AttemptState, { kind }: AttemptResult, outcome: AttemptOutcome | undefined): string {
  const isRest = kind === "asleep" || kind === "attention" || kind === "released";
  const waitsFor = isRest ? host?.waitsFor() : undefined;
  return waitsFor === undefined ? trace.end(outcome?.result.status === "failed") : trace.rest(waitsFor);
}

const STOP_MESSAGES = {
  cancelled: "The job was cancelled.",
  lost: "The lease of the job was lost.",
  drain: "The server is stopping.",
  misled: "Its run goes on from what is stored.",
} as const;
