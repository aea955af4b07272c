import type { ClaimedJob, FinishedAttempt, JobStore } from "../store/contract/jobs.ts";
import type { RunChange, RunWrite, RunWritten } from "../store/contract/runs.ts";
import type { ClaimLoop } from "./claim-loop.ts";
import type { RunningJob } from "./running-job.ts";

/** What early children are started with. */
export interface EarlyChildrenOptions {
  jobs: Pick<JobStore, "startEarly">;
  loop: Pick<ClaimLoop, "write" | "writeSoon" | "mayStart">;
  running: ReadonlyMap<number, RunningJob>;
  workerId: () => string;
  /** Starts a claimed job, which is not stored yet. It is in `running` afterwards. */
  start: (claimed: ClaimedJob) => void;
  /** Receives how long each job has waited, ms. @default nobody */
  onWaited: ((ms: number) => void) | undefined;
}

/**
 * Lets a run that calls one task after the other go on while its calls are stored: a child runs before its job is on the disk, and
 * its parent learns the result before that is. Neither sends anything until then, and both are undone if it can't be stored.
 */
export interface EarlyChildren {
  /** Stores changes of a run, and starts the child of a call at once if nothing speaks against it. */
  write(change: RunWrite): Promise<RunWritten>;
  /** Tells the run that has called a job the result. @returns the parent if that is told */
  tell(attempt: FinishedAttempt): RunningJob | undefined;
  /** Runs of these executions were told what does not hold. */
  mislead(executionIds: readonly number[]): void;
}

/** A child that was claimed before it was stored. */
interface Early {
  claimed: ClaimedJob;
  /** Of the operation that has started it. */
  number: number;
  /** What is to be stored. */
  changes: RunChange[];
}

export function createEarlyChildren(options: EarlyChildrenOptions): EarlyChildren {
  const { jobs, loop, running, workerId, start, onWaited } = options;
  /** They were told once what does not hold, so they wait for the disk from now on. */
  const misled = new Set<number>();

  function claim({ executionId, changes }: RunWrite): Early | undefined {
    const last = changes.at(-1);
    if (last?.type !== "open" || last.early !== true || misled.has(executionId) || !loop.mayStart()) return undefined;
    const { operation } = last;
    const [job] = operation.children ?? [];
    if (job === undefined) return undefined;
    const { number } = operation;
    const claimed = jobs.startEarly({ workerId: workerId(), job, parent: { executionId, number, item: null } });
    if (claimed === undefined) return undefined;
    const { job: child, executionId: childId, trace } = claimed;
    const started = { job: child, executionId: childId, trace };
    return { claimed, number, changes: [...changes.slice(0, -1), { ...last, operation: { ...operation, started } }] };
  }

  async function stopUnlessStored(executionId: number, stored: Promise<RunWritten>): Promise<void> {
    const isOwned = await stored.then(
      ({ owned }) => owned,
      () => false,
    );
    if (!isOwned) running.get(executionId)?.stop("lost");
  }

  return {
    write(change) {
      const early = claim(change);
      if (early === undefined) return loop.write(change);
      const { claimed, number, changes } = early;
      const stored = loop.writeSoon({ ...change, changes });
      running.get(change.executionId)?.host()?.startedEarly(number, claimed.job.id);
      onWaited?.(0);
      start(claimed);
      void stopUnlessStored(claimed.executionId, stored);
      return stored;
    },
    tell({ claimed: { job }, result }) {
      const { id: jobId, parent } = job;
      if (parent === null || parent.item !== null || result.kind !== "completed") return undefined;
      const run = running.get(parent.executionId);
      if (run === undefined || run.isConnected() || misled.has(parent.executionId)) return undefined;
      const { number } = parent;
      const isTold = run.host()?.tellEarly({ number, jobId, outputJson: result.outputJson }) ?? false;
      return isTold ? run : undefined;
    },
    mislead(executionIds) {
      for (const id of executionIds) {
        misled.add(id);
        running.get(id)?.stop("misled");
      }
    },
  };
}
