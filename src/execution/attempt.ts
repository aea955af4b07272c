import type { RatchetError } from "../domain/errors.ts";
import type { LogEntry, ResourceUsage } from "../domain/execution.ts";
import type { JsonValue } from "../domain/json.ts";
import type { RetryPolicy } from "../domain/retry-policy.ts";

/** One execution of a registered task, as the queue and direct callers ask for it. */
export interface AttemptRequest {
  executionId: number;
  /** From 1. */
  attempt: number;
  /** Row id of the task in the store. */
  taskId: number;
  /** Exact version; null for the newest. */
  version: string | null;
  inputJson: string;
  /** The firing that the job was created for, ms since the epoch; null without a schedule. */
  scheduledAt: number | null;
  /** Goes before others that have not begun: somebody waits for it, or it is to be over soon. */
  urgent: boolean;
  /** Aborted when the job is cancelled, its lease is lost, or the server has run out of grace. */
  signal: AbortSignal;
  /** Called when a thread takes it, with what says whether the task only waits now. */
  onCarried?: (isWaiting: () => boolean) => void;
  /** When it gives a promise, the task waits until that resolves. */
  onLog: (entry: LogEntry) => unknown;
  onProgress: (value: JsonValue) => void;
}

/** How an attempt ended. */
export interface AttemptOutcome {
  result: { status: "completed"; outputJson: string } | { status: "failed"; error: RatchetError };
  /** Version that ran, when it got that far. */
  version: string | null;
  usage: ResourceUsage | null;
  /** What that version says about retries. */
  retry?: RetryPolicy;
  /** There was no task to run: no source has it, or the one that may have it can't be reached. */
  missing?: boolean;
}

/** Runs an attempt. Does not reject: whatever goes wrong is a failed outcome. */
export type RunAttempt = (request: AttemptRequest) => Promise<AttemptOutcome>;
