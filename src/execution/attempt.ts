import type { SleepingGuest } from "../domain/durable.ts";
import type { RatchetError } from "../domain/errors.ts";
import type { LogEntry, ResourceUsage } from "../domain/execution.ts";
import type { HttpRequest } from "../domain/http.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Touched } from "../domain/ledger.ts";
import type { KeptRecording } from "../domain/recording.ts";
import type { RetryPolicy } from "../domain/retry-policy.ts";
import type { ShareableText } from "../domain/shared-text.ts";
import type { TaskDefinition } from "../domain/task.ts";
import type { DurableSession } from "../sandbox/executor.ts";
import type { ExecutionTrace } from "../telemetry/tracing/execution-trace.ts";

/** One execution of a registered task, as requested by the queue or directly. */
export interface AttemptRequest {
  executionId: number;
  /** Counted from 1. */
  attempt: number;
  /** Row id of the task in the store. */
  taskId: number;
  /** Exact version; null for the latest. */
  version: string | null;
  inputJson: ShareableText;
  /** The firing time that the job was created for, in ms since the epoch; null without a schedule. */
  scheduledAt: number | null;
  /** Starts before others that have not started: someone waits for it, or it should end soon. */
  urgent: boolean;
  /** Records its spans. @default none are recorded */
  trace?: ExecutionTrace;
  /** Aborts when the job is cancelled, its lease is lost, or the grace period of the server ends. */
  signal: AbortSignal;
  /** Returns what carries out what the task asks for durably. Called once it is known which task runs. @default nothing does */
  durable?: ((task: TaskDefinition) => DurableSession) | undefined;
  /** Called before each request of the task. If it returns a promise, the request is sent when that resolves. @default nothing is held back */
  holdBack?: (request: HttpRequest) => Promise<void> | undefined;
  /** Called when a thread takes it. `isWaiting` returns true while the task only waits. */
  onCarried?: (isWaiting: () => boolean) => void;
  /** If it returns a promise, the task waits until the promise resolves. */
  onLog: (entry: LogEntry) => unknown;
  onProgress: (value: JsonValue) => void;
}

/** How an attempt ended, or went to sleep. */
export interface AttemptOutcome {
  result: EndedResult | { status: "asleep"; guest: SleepingGuest };
  /** Label of the task; undefined if the store does not know the task. */
  task?: string | undefined;
  /** Version that ran, if it got that far. */
  version: string | null;
  usage: ResourceUsage | null;
  /** What it touched; undefined if that is nothing. */
  touched?: Touched | undefined;
  /** What a replay needs; undefined if it can be derived, or if nothing is recorded. */
  recording?: KeptRecording | undefined;
  /** The retry policy of that version. */
  retry?: RetryPolicy;
  /** The task is missing: no source has it, or the source that may have it cannot be reached. */
  missing?: boolean;
}

/** How an attempt ended for good. */
export type EndedResult =
  | { status: "completed"; outputJson: ShareableText }
  | { status: "failed"; error: RatchetError };

/** The outcome of an attempt that can't go to sleep, as nothing would wake it. */
export type EndedOutcome = AttemptOutcome & { result: EndedResult };

/** Runs an attempt. It never rejects: every error becomes a failed outcome. */
export type RunAttempt = (request: AttemptRequest) => Promise<AttemptOutcome>;
