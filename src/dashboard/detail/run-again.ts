import type { Job } from "../../../dist/generated/api-types.ts";

/** What a job has in common with one that runs the same task again. */
export type JobSettings = Partial<Pick<Job, "priority" | "tags">> & { concurrencyKey?: string; maxRetries?: number };

/** Returns what a job that runs the task of another one again has in common with it. It runs the newest version. */
export function settingsOf({ priority, tags, concurrencyKey, maxRetries }: Job): JobSettings {
  return {
    priority,
    tags,
    ...(concurrencyKey === null ? {} : { concurrencyKey }),
    ...(maxRetries === null ? {} : { maxRetries }),
  };
}
