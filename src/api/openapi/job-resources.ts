import { JOB, JOB_DETAIL } from "../resources/job.ts";
import { CHANGED, JOB_BATCH, JOB_EXPLANATION } from "../resources/job-parts.ts";

/** Schemas about jobs, by name. */
export function jobResources(): Record<string, object> {
  return { Job: JOB, JobDetail: JOB_DETAIL, JobBatch: JOB_BATCH, JobExplanation: JOB_EXPLANATION, Changed: CHANGED };
}
