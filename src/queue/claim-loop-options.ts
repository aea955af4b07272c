import type { Clock } from "../lib/clock.ts";
import type { ClaimedJob } from "../store/contract/jobs.ts";
import type { Settlement } from "../store/contract/runs.ts";
import type { RunningJob } from "./running-job.ts";
import type { AttemptStorage } from "./store-attempts.ts";

/** Settings and dependencies of a claim loop. */
export interface ClaimLoopOptions {
  storage: AttemptStorage;
  clock: Clock;
  /** Maximum number of jobs that run at once. Jobs whose tasks only wait do not count. */
  concurrency: number;
  /** Maximum number of claimed jobs, including those that only wait. */
  maxClaimed: number;
  /** Returns the share of `concurrency` that may be used now, from 0 to 1. One job may always run. */
  share: () => number;
  running: ReadonlyMap<number, Pick<RunningJob, "isWaiting">>;
  workerId: () => string;
  /** Starts the jobs of a claim, maybe none. They are in `running` afterwards. */
  onClaimed: (claimed: readonly ClaimedJob[]) => void;
  /** An operation of a run of this worker has a result. */
  onSettled: (settlement: Settlement) => void;
  /** Runs of these executions were told results early that do not hold: they have to go on over their journals. */
  onMisled: (executionIds: readonly number[]) => void;
  /** The store no longer knows this worker, so it has to register again. */
  onUnknown: () => Promise<void>;
}
