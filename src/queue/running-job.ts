import { RatchetError } from "../domain/errors.ts";
import { SUSPECT_RESCUES } from "../domain/job.ts";
import type { JsonValue } from "../domain/json.ts";
import type { AttemptOutcome, RunAttempt } from "../execution/attempt.ts";
import type { AttemptReport, AttemptResult, ClaimedJob, FinishedAttempt } from "../store/contract/jobs.ts";
import { createLogBuffer } from "./log-buffer.ts";
import { decideRetry, type RetryDefaults } from "./retry-decision.ts";
import { storedError } from "./stored-error.ts";

/** Why a running attempt is stopped from outside. */
export type StopReason = "cancelled" | "lost" | "drain";

/** Largest progress value that is kept, characters of JSON. */
const PROGRESS_LIMIT = 65_536;

/** What a {@link RunningJob} needs beside its job. */
export interface RunningJobOptions {
  run: RunAttempt;
  retries: RetryDefaults;
  now: () => number;
  random: () => number;
  /** It has log lines or progress that are not stored; `urgent` when its task waits for that. */
  onNews: (urgent: boolean) => void;
}

/** An attempt under way. */
export interface RunningJob {
  readonly claimed: ClaimedJob;
  /** Resolves with what is to be stored. Never rejects. */
  readonly ended: Promise<FinishedAttempt>;
  /** Its task waits for a timer or a response, so that it takes no processor. */
  isWaiting(): boolean;
  stop(reason: StopReason): void;
  /** What has not been stored yet; undefined when there is nothing. */
  takeReport(): { report: AttemptReport; stored: () => void; failed: () => void; isFull: () => boolean } | undefined;
  /** The attempt given up as it is, for a runner that does not stop when told to. */
  abandon(): FinishedAttempt;
}

/** Starts an attempt. */
export function startJob(claimed: ClaimedJob, options: RunningJobOptions): RunningJob {
  const { job, claim, executionId } = claimed;
  const abort = new AbortController();
  const startedAt = options.now();
  const logs = createLogBuffer();
  let progress: JsonValue = null;
  let progressIsNew = false;
  let progressWasTooLarge = false;
  let reason: StopReason | undefined;
  let isWaiting = () => false;

  const finished = (result: AttemptResult, outcome: AttemptOutcome | undefined): FinishedAttempt => ({
    claimed,
    result,
    version: outcome?.version ?? null,
    startedAt,
    finishedAt: options.now(),
    usage: outcome?.usage ?? null,
    logs: logs.pending(),
    logsStored: logs.stored(),
    progress,
  });

  async function run(): Promise<FinishedAttempt> {
    const outcome = await attempt();
    // Another process that cancels a job is heard of as a job that was lost.
    const gone = reason === "cancelled" || reason === "lost";
    return finished(gone ? { kind: "cancelled" } : attemptResultOf(outcome), outcome);
  }

  async function attempt(): Promise<AttemptOutcome> {
    try {
      return await options.run({
        executionId,
        attempt: claim,
        taskId: job.taskId,
        version: job.version,
        inputJson: job.inputJson,
        scheduledAt: job.scheduledAt,
        // The sooner a suspect is over, the fewer deaths of other causes count against it.
        urgent: job.rescues >= SUSPECT_RESCUES,
        signal: abort.signal,
        onCarried(waits) {
          isWaiting = waits;
        },
        onLog(entry) {
          const room = logs.add(entry);
          options.onNews(logs.isFull());
          return room;
        },
        onProgress(value) {
          const size = JSON.stringify(value).length;
          if (size <= PROGRESS_LIMIT) {
            progress = value;
            progressIsNew = true;
          } else if (!progressWasTooLarge) {
            progressWasTooLarge = true;
            const message = `progress of ${size} characters was not kept; the limit is ${PROGRESS_LIMIT}`;
            void logs.add({ level: "warn", message, time: options.now() });
          } else return;
          options.onNews(false);
        },
      });
    } catch (cause) {
      const error = new RatchetError("INTERNAL", "Ratchet failed while it ran the job.", { cause });
      return { result: { status: "failed", error }, version: null, usage: null };
    }
  }

  function attemptResultOf({ result, retry, missing }: AttemptOutcome): AttemptResult {
    if (result.status === "completed") return { kind: "completed", outputJson: result.outputJson };
    // Nobody cancelled the job: the machinery under it was stopping.
    if (result.error.code === "CANCELLED") return { kind: "released" };
    const decision = decideRetry({
      error: result.error,
      retries: job.retries,
      maxRetries: job.maxRetries,
      policy: retry,
      defaults: options.retries,
      random: options.random(),
    });
    const error = storedError(result.error);
    const otherwise = decision.retry
      ? ({ kind: "retry", error, runAt: options.now() + decision.delayMs } as const)
      : ({ kind: "failed", error } as const);
    return missing ? { kind: "missing", error, otherwise } : otherwise;
  }

  return {
    claimed,
    ended: run(),
    isWaiting: () => isWaiting(),
    stop(why) {
      if (reason !== undefined) return;
      reason = why;
      abort.abort(new RatchetError("CANCELLED", STOP_MESSAGES[why]));
    },
    takeReport() {
      const batch = logs.take();
      if (batch === undefined && !progressIsNew) return undefined;
      const report: AttemptReport = {
        claimed,
        ...(progressIsNew ? { progress } : {}),
        ...(batch === undefined ? {} : { logs: batch.logs, firstLog: batch.first }),
      };
      progressIsNew = false;
      return { report, stored: () => batch?.stored(), failed: () => batch?.failed(), isFull: logs.isFull };
    },
    abandon: () => finished({ kind: "released" }, undefined),
  };
}

const STOP_MESSAGES: Readonly<Record<StopReason, string>> = {
  cancelled: "The job was cancelled.",
  lost: "The lease of the job was lost.",
  drain: "The server is stopping.",
};
