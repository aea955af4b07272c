import { LOG_LEVELS } from "../../domain/execution.ts";
import { timeText } from "../../lib/time-text.ts";
import type { LogLine } from "../../store/contract/logs.ts";
import { COUNT_OR_NULL, ID_OR_NULL, TEXT, TEXT_OR_NULL, TIME } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

/** A line of the log. */
export const LOG_ITEM = defineResource(
  "A line of the log: what a task wrote to its console, or a message of the server.",
  {
    id: { ...TEXT, description: "Id of the line. Later ones are larger numbers." },
    time: { ...TIME, description: "When it was written." },
    level: { type: "string", enum: LOG_LEVELS, description: "Level of the line." },
    message: { ...TEXT, description: "Text of the line." },
    task: { ...TEXT_OR_NULL, description: "Label of the task that it concerns; null if it concerns none." },
    jobId: { ...ID_OR_NULL, description: "Id of the job that it concerns; null if it concerns none." },
    executionId: { ...ID_OR_NULL, description: "Id of the execution that it concerns; null if it concerns none." },
    seq: {
      ...COUNT_OR_NULL,
      description: "Number of a console line within its execution, from 0; null for a message of the server.",
    },
    traceId: {
      ...TEXT_OR_NULL,
      description: "Id of the trace that it belongs to, 32 hex digits; null if it has no trace.",
    },
  },
);

/** A line of the log, as REST shows it. */
export function logItemView(line: LogLine): View<typeof LOG_ITEM> {
  const { id, time, level, message, task, jobId, executionId, traceId, seq } = line;
  return { id: String(id), time: timeText(time), level, message, task, jobId, executionId, seq, traceId };
}

export const LOG_ITEM_EXAMPLE = {
  id: "1204",
  time: "2026-11-23T08:00:00.004Z",
  level: "info",
  message: "adding",
  task: "addition",
  jobId: 17,
  executionId: 23,
  seq: 0,
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
} satisfies View<typeof LOG_ITEM>;
