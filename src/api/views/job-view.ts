import type { Job } from "../../domain/job.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { storedValue } from "./stored-json.ts";
import { taskName } from "./task-view.ts";

/** A job as REST shows it. */
export function jobView(job: Job, task: TaskRecord | undefined) {
  return {
    id: job.id,
    status: job.status,
    taskId: job.taskId,
    task: task === undefined ? null : taskName(task),
    version: job.version,
    priority: job.priority,
    input: storedValue(job.inputJson),
    runAt: timeText(job.runAt),
    attempts: job.attempts,
    retries: job.retries,
    maxRetries: job.maxRetries,
    rescues: job.rescues,
    idempotencyKey: job.idempotencyKey,
    uniqueKey: job.uniqueKey,
    concurrencyKey: job.concurrencyKey,
    tags: job.tags,
    scheduleId: job.scheduleId,
    scheduledAt: timeTextOrNull(job.scheduledAt),
    progress: job.progress,
    error: job.error,
    executionId: job.executionId,
    createdAt: timeText(job.createdAt),
    startedAt: timeTextOrNull(job.startedAt),
    finishedAt: timeTextOrNull(job.finishedAt),
  };
}
