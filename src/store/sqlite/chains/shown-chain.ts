import type { JobChain, NewJob } from "../../../domain/job.ts";

/** Most ids of other jobs that a job has in its row. */
const MOST_SHOWN = 100;

/** What a job shows of the jobs after which it starts; null if it waits for no others. @param batch the jobs before it in its request */
export function shownChain({ after }: NewJob, batch: readonly number[] = []): JobChain | null {
  if (after === undefined) return null;
  const ids = after.jobs === "batch" ? batch : after.jobs;
  return { jobs: ids.slice(0, MOST_SHOWN), count: ids.length, when: after.when };
}
