import { RatchetError } from "../../domain/errors.ts";
import type { Job } from "../../domain/job.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** What the sender of a delivery gets. */
export interface DeliveryOutcome {
  jobId: number;
  /** The output of the job; undefined if the sender does not wait for it, or not long enough. */
  outputJson?: ShareableText;
}

/**
 * Waits for the job of a delivery.
 * @param waitMs the longest wait
 * @throws {RatchetError} TASK_FAILED or CANCELLED if there is no output. It does not say why: senders of deliveries do
 *   not read the server's jobs
 */
export async function outcomeOf(
  { queue, store }: Pick<ServiceDependencies, "queue" | "store">,
  jobId: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const job = await ended(queue, jobId, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]));
  if (job === undefined) return { jobId };
  if (job.status !== "completed") throw withoutOutput(job);
  const execution = job.executionId === null ? undefined : await store.executions.get(job.executionId);
  const outputJson = execution?.outputJson;
  return outputJson == null ? { jobId } : { jobId, outputJson };
}

/** Returns the job once it has ended; undefined if that takes longer, or if the job is gone. */
async function ended(queue: ServiceDependencies["queue"], id: number, signal: AbortSignal): Promise<Job | undefined> {
  try {
    return await queue.wait(id, signal);
  } catch (error) {
    if (signal.aborted || (error instanceof RatchetError && error.code === "JOB_NOT_FOUND")) return undefined;
    throw error;
  }
}

function withoutOutput({ id, status }: Job): RatchetError {
  if (status === "cancelled") {
    return new RatchetError("CANCELLED", `The job ${id} was cancelled.`, { data: { jobId: id } });
  }
  return new RatchetError("TASK_FAILED", `The job ${id} failed.`, { data: { jobId: id } });
}
