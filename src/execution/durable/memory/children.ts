import type { DurableError, DurableResult } from "../../../domain/durable.ts";
import type { RetryPolicy } from "../../../domain/retry-policy.ts";
import type { TaskMetadata } from "../../../domain/task.ts";
import type { StepStream, StreamReader } from "./step-stream.ts";

/** A child that runs. */
export interface Child {
  /** What `detached` resolves to. */
  ids: { jobId: string; executionId: string };
  /** What errors say about it, see `DurableError`. */
  call: () => NonNullable<DurableError["call"]>;
  /** Resolves when it has ended, and never rejects. */
  ended: Promise<DurableResult>;
  /** Cancels it gracefully: its `finally` runs. */
  cancel(): void;
}

/** What a child has of the streams between the calls of a run. */
export interface ChildStreams {
  /** Its own, if others read it. */
  written?: StepStream | undefined;
  /** The one that it reads as its input. */
  rows?: StreamReader | undefined;
}

/** A task that a run may call. */
export interface Callee {
  label: string;
  /** Checks an input, given as JSON. @returns what the call rejects with */
  check(input: string): Promise<DurableError | undefined>;
  /** The same for a call whose input is the stream of another call. */
  checkRows(): Promise<DurableError | undefined>;
  /** @param retry @default the policy of the task @param streams @default nobody reads its stream, and it has an input */
  start(input: string, retry: RetryPolicy | undefined, streams?: ChildStreams): Child;
}

/** The tasks that the runs of a process may call. */
export interface Children {
  /**
   * Finds a task.
   * @param caller the task that calls
   * @param task label or uuid
   * @param version @default the newest
   */
  find(
    caller: TaskMetadata,
    task: string,
    version: string | undefined,
  ): Promise<{ callee: Callee } | { error: DurableError }>;
}
