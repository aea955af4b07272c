import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { WorkerState } from "../../service/queue/queue-service.ts";
import { ID, ID_OR_NULL, TEXT, TIME, TIME_OR_NULL } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

/** An execution that is running. */
export const RUNNING_EXECUTION = defineResource("An execution that is running.", {
  executionId: { ...ID, description: "Id of the execution." },
  jobId: { ...ID_OR_NULL, description: "Id of the job; null for a direct execution." },
  taskId: { ...ID, description: "Id of the task that is running." },
  attempt: { ...ID, description: "Number of the attempt, from 1." },
  startedAt: { ...TIME_OR_NULL, description: "When the task started; null before." },
});

/** A process that works on the queue. */
export const WORKER = defineResource("A process that works on the queue.", {
  id: { ...TEXT, description: "Id of the worker, as shown with executions." },
  host: { ...TEXT, description: "Name of the machine that the process runs on." },
  pid: { ...ID, description: "Process id." },
  startedAt: { ...TIME, description: "When the worker started." },
  seenAt: { ...TIME, description: "When the worker last renewed its lease." },
  running: { type: "array", items: RUNNING_EXECUTION, description: "The executions that it is running, latest first." },
});

/** A process that runs jobs, as REST shows it. */
export function workerView({ worker, running }: WorkerState): View<typeof WORKER> {
  return {
    id: worker.id,
    host: worker.host,
    pid: worker.pid,
    startedAt: timeText(worker.startedAt),
    seenAt: timeText(worker.beatAt),
    running: running.map(({ id, jobId, taskId, attempt, startedAt }) => ({
      executionId: id,
      jobId,
      taskId,
      attempt,
      startedAt: timeTextOrNull(startedAt),
    })),
  };
}
