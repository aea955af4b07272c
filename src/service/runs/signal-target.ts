import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionRecord } from "../../domain/execution-record.ts";
import { type Job, UNFINISHED_STATUSES } from "../../domain/job.ts";
import { noExecution, noJob } from "../../domain/not-found.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** How a caller says for which run a signal is. */
export type SignalTarget = { executionId: number } | { jobId: number } | { correlationKey: string };

/** Which run gets a signal. */
export interface SignalReceiver {
  jobId: number;
  /** Set if the signal is for exactly this execution. */
  executionId?: number;
  /** The execution that has the run; null if nothing durable has been asked for yet. */
  runId: number | null;
}

/** A direct execution gets a signal while it runs. */
export interface DirectReceiver {
  direct: ExecutionRecord;
}

/**
 * Finds the run that a signal is for.
 * @throws {RatchetError} EXECUTION_NOT_FOUND, JOB_NOT_FOUND; CONFLICT if unfinished jobs of several tasks have the key
 */
export async function findReceiver(
  { store }: Pick<ServiceDependencies, "store">,
  target: SignalTarget,
): Promise<SignalReceiver | DirectReceiver> {
  if ("executionId" in target) {
    const { executionId } = target;
    const [execution] = await store.executions.getMany([executionId]);
    if (execution === undefined) throw noExecution(executionId);
    if (execution.jobId === null) return { direct: execution };
    return { jobId: execution.jobId, executionId, runId: executionId };
  }
  const job = "jobId" in target ? await store.jobs.get(target.jobId) : await byKey(store, target.correlationKey);
  if (job === undefined) throw "jobId" in target ? noJob(target.jobId) : noJobWithKey(target.correlationKey);
  return { jobId: job.id, runId: job.runId };
}

/** Returns the unfinished job with a correlation key, or else the one that had it last. */
async function byKey({ jobs }: ServiceDependencies["store"], correlationKey: string): Promise<Job | undefined> {
  const unfinished = await jobs.list({ correlationKey, status: [...UNFINISHED_STATUSES] }, { limit: 2 });
  if (unfinished.items.length > 1) throw ambiguousKey(correlationKey);
  return unfinished.items[0] ?? (await jobs.list({ correlationKey }, { limit: 1 })).items[0];
}

function noJobWithKey(correlationKey: string): RatchetError {
  return new RatchetError("JOB_NOT_FOUND", "There is no job with this correlation key.", {
    data: { correlationKey },
    remedy: "Send the key that the job was created with; finished jobs are deleted after their retention time.",
  });
}

function ambiguousKey(correlationKey: string): RatchetError {
  return new RatchetError("CONFLICT", "Unfinished jobs of several tasks have this correlation key.", {
    data: { correlationKey },
    remedy: "Send the signal to one of them: POST /api/v1/jobs/ID/signals/NAME.",
  });
}
