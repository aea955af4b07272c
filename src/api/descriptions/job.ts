/** One sentence for each status of a job. */
export const JOB_STATUS_VALUES = {
  queued: "It waits to be started, or for its time.",
  processing: "It is running.",
  retrying: "An attempt failed and the job waits for the next one.",
  completed: "It ended and has an output.",
  failed: "It failed and is not retried any more.",
  cancelled: "It was cancelled.",
} as const;

/** One sentence for each priority of a job. */
export const JOB_PRIORITY_VALUES = {
  low: "It starts after all other jobs.",
  normal: "The default.",
  high: "It starts before jobs of normal and low priority.",
  critical: "It starts before all other jobs.",
} as const;
