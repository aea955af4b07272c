import { isFinished, type Job } from "../domain/job.ts";
import { noJob } from "../domain/not-found.ts";
import type { Store } from "../store/contract/store.ts";

/**
 * Waits until a job is completed, failed or cancelled. It listens before it looks, so no end is missed.
 * @throws {RatchetError} JOB_NOT_FOUND; whatever `signal` was aborted with
 */
export async function waitForJob(store: Pick<Store, "jobs" | "events">, id: number, signal: AbortSignal): Promise<Job> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const unsubscribe = store.events.subscribe((events) => {
    if (events.some((event) => event.jobId === id && ENDS.has(event.type))) resolve();
  });
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // The wait may never be reached below: then nobody is to be told of its rejection.
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
