import type { RatchetError } from "../domain/errors.ts";
import type { ShareableText } from "../domain/shared-text.ts";
import type { TaskDefinition } from "../domain/task.ts";
import type { AttemptOutcome } from "../execution/attempt.ts";
import type { DurableSession } from "../sandbox/executor.ts";
import type { AttemptResult, ClaimedJob } from "../store/contract/jobs.ts";
import type { RunChange, RunWritten, Settlement } from "../store/contract/runs.ts";

/** Carries out what the run of one claimed job asks for durably. */
export interface RunHost {
  /** The version that the run keeps; undefined if it has asked for nothing durable before. */
  readonly version: string | undefined;
  /** Returns what the sandbox gets of the host. Called once for each time that the run is started. */
  session(task: TaskDefinition): DurableSession;
  /** An operation has a result. */
  settle(settlement: Settlement): void;
  /** The child of a call has started, which is not stored yet. */
  startedEarly(number: number, jobId: number): void;
  /**
   * The child of a call has completed, which is not stored yet.
   * @returns whether the run knows it now. It does if it waits for nothing else, so that the order of its results is known
   */
  tellEarly(result: EarlyResult): boolean;
  /** Operations of the run were settled by another process or by a request: the host reads their results. */
  settledElsewhere(numbers: readonly number[]): void;
  /** Cancels the run gracefully: its waits are rejected, and the task may clean up. */
  cancel(): void;
  /** Puts the guest to sleep as soon as it only waits for durable operations, and leaves it there. */
  pause(): void;
  /** The run is no longer to be paused: the guest gets what has happened meanwhile. */
  resume(): void;
  /** Puts the guest to sleep as soon as it only waits for durable operations, because the server stops. */
  hurry(): void;
  /**
   * The sandbox has ended. Resolves when everything that the guest has asked for is stored.
   * @returns what the outcome means for the job; undefined to decide as for any job; `again` to start it once more
   */
  end(outcome: AttemptOutcome): Promise<AttemptResult | "again" | undefined>;
  /** What the run waits for, such as `wait paid`, for its trace; undefined if it has asked for nothing durable. */
  waitsFor(): readonly string[] | undefined;
  /** Ends without a result, because the job is no longer this worker's. */
  close(): void;
}

/** The output of a child that is not stored yet. */
export interface EarlyResult {
  /** Of the operation that has started the child. */
  number: number;
  jobId: number;
  outputJson: ShareableText;
}

/** What a host has of the attempt that it works for. */
export interface RunSurroundings {
  claimed: ClaimedJob;
  /** Stores changes of the run in the next transaction of the worker. Rejects if the database refuses them. */
  write: (changes: readonly RunChange[]) => Promise<RunWritten>;
  /** Stores what it has been given at once, since nothing more comes that could be stored with it. */
  storeNow: () => void;
  /** Resolves when the job itself is stored. Only that of an early child is not, at first. */
  whenStored: () => Promise<void>;
  /** Adds a line to the console of the execution. */
  warn: (message: string) => void;
}

/** Creates the hosts of claimed jobs. */
export interface RunHosts {
  /** For a job without a run: it costs nothing until the task asks for something. */
  begin(surroundings: RunSurroundings): RunHost;
  /** For a job whose run goes on. @throws {RatchetError} ENVIRONMENT if the run can't be read now */
  resume(surroundings: RunSurroundings): Promise<RunHost>;
}

/** May a run that can't be loaded go on once somebody has looked after it? Others are tried again, or are gone. */
export function needsAttention({ code }: Pick<RatchetError, "code">): boolean {
  return code !== "ENVIRONMENT" && code !== "EXECUTION_NOT_FOUND";
}
