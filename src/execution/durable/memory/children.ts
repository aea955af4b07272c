import type { DurableError, DurableResult } from "../../../domain/durable.ts";
import type { RetryPolicy } from "../../../domain/retry-policy.ts";
import type { TaskMetadata } from "../../../domain/task.ts";

/** A child that runs. */
export interface Child {
  /** What `detached` resolves to. */
  ids: { jobId: string; executionId: string };
  /** Resolves when it has ended, and never rejects. */
  ended: Promise<DurableResult>;
  /** Cancels it gracefully: its `finally` runs. */
  cancel(): void;
}

/** A task that a run may call. */
export interface Callee {
  label: string;
  /** Checks an input, given as JSON. @returns what the call rejects with */
  check(input: string): Promise<DurableError | undefined>;
  /** @param retry @default the policy of the task */
  start(input: string, retry: RetryPolicy | undefined): Child;
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
