import { isFinished, type Job } from "../domain/job.ts";
import { noJob } from "../domain/not-found.ts";
import type { Store } from "../store/contract/store.ts";

/**
 * Waits until a job is completed, failed or cancelled. It subscribes to events before it reads the job, so that it can't
 * miss the end.
 * @throws {RatchetError} JOB_NOT_FOUND, or the reason with which `signal` was aborted
 */
export async function waitForJob(store: Pick<Store, "jobs" | "events">, id: number, signal: AbortSignal): Promise<Job> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const unsubscribe = store.events.subscribe((events) => {
    if (events.some((event) => event.jobId === id && ENDS.has(event.type))) resolve();
  });
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // Nobody handles a rejection if the job has already finished.
  promise.catch(() => {});
  try {
    const job = await read(store, id);
    if (isFinished(job.status)) return job;
    await promise;
    return await read(store, id);
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", onAbort);
  }
}

const ENDS: ReadonlySet<string> = new Set(["job.completed", "job.failed", "job.cancelled"]);

async function read(store: Pick<Store, "jobs">, id: number): Promise<Job> {
  const job = await store.jobs.get(id);
  if (job === undefined) throw noJob(id);
  return job;
}
