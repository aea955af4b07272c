import { FIRING, NEXT_FIRING, SCHEDULE } from "../descriptions/schedule.ts";
import { JOB } from "../resources/job.ts";
import {
  COUNT,
  COUNT_OR_NULL,
  described,
  FLAG,
  ID,
  ID_OR_NULL,
  list,
  nullable,
  partial,
  ref,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  whole,
} from "../resources/parts.ts";

/** Schemas about schedules, by name. */
export function scheduleResources(): Record<string, object> {
  const schedule = {
    id: ID,
    name: TEXT,
    taskId: ID,
    task: nullable(ref("TaskName")),
    version: TEXT_OR_NULL,
    cron: TEXT_OR_NULL,
    timezone: TEXT_OR_NULL,
    every: { type: ["string", "integer", "null"] },
    at: TIME_OR_NULL,
    input: {},
    enabled: FLAG,
    pausedReason: TEXT_OR_NULL,
    overlap: { type: "string", enum: ["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"] },
    catchUpWindow: COUNT,
    jitter: COUNT,
    startAt: TIME_OR_NULL,
    endAt: TIME_OR_NULL,
    pauseOnFailure: FLAG,
    priority: JOB.properties.priority,
    maxRetries: COUNT_OR_NULL,
    concurrencyKey: TEXT_OR_NULL,
    tags: list(TEXT),
    nextAt: TIME_OR_NULL,
    lastAt: TIME_OR_NULL,
    createdAt: TIME,
    updatedAt: TIME,
  };
  const firing = {
    kind: { type: "string", enum: ["planned", "manual"] },
    fireAt: TIME,
    status: { type: "string", enum: ["enqueued", "buffered", "skipped", "missed"] },
    jobId: ID_OR_NULL,
    note: TEXT_OR_NULL,
    decidedAt: TIME,
  };
  return {
    Schedule: whole(described(schedule, SCHEDULE), "A plan by which jobs are created."),
    NextFiring: partial(
      described({ at: TIME, local: TEXT, note: TEXT }, NEXT_FIRING),
      ["at", "local"],
      "A coming firing of a schedule.",
    ),
    Firing: whole(described(firing, FIRING), "What became of a firing of a schedule."),
  };
}
