import { EXECUTION_COUNTS } from "./execution.ts";
import { JOB_COUNTS } from "./job-parts.ts";
import { CACHE, MEMORY } from "./memory.ts";
import { COUNT, NUMBER_OR_NULL } from "./parts.ts";
import { definePartialResource, defineResource } from "./resource.ts";

/** Numbers of tasks. */
export const TASK_COUNTS = defineResource("Numbers of tasks.", {
  total: { ...COUNT, description: "Total number." },
  enabled: { ...COUNT, description: "Number of enabled ones." },
});

/** Numbers of schedules. */
export const SCHEDULE_COUNTS = defineResource("Numbers of schedules.", {
  total: { ...COUNT, description: "Total number." },
  enabled: { ...COUNT, description: "Number of enabled ones." },
});

/** Stats over everything that is kept; for one task, only its jobs and executions. */
export const STATS = definePartialResource(
  "Stats over everything that is kept; for one task, only its jobs and executions.",
  {
    jobs: JOB_COUNTS,
    executions: EXECUTION_COUNTS,
    meanDurationMs: {
      ...NUMBER_OR_NULL,
      description: "Mean duration of completed executions, in ms; null before the first one completes.",
    },
    oldestReadyMs: {
      ...NUMBER_OR_NULL,
      description: "How long the oldest ready job has been waiting, in ms; null if no job is ready.",
    },
    directRunning: { ...COUNT, description: "Number of direct executions that are running." },
    tasks: TASK_COUNTS,
    schedules: SCHEDULE_COUNTS,
    workers: { ...COUNT, description: "Number of server processes that run jobs." },
    memory: MEMORY,
    caches: {
      type: "array",
      items: CACHE,
      description: "The caches of this process. Absent for callers who are limited to some tasks.",
    },
  },
  ["oldestReadyMs", "directRunning", "tasks", "schedules", "workers", "memory", "caches"],
);
