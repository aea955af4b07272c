import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { WorkerState } from "../../service/queue/queue-service.ts";

/** A process that runs jobs, as REST shows it. */
export function workerView({ worker, running }: WorkerState) {
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
