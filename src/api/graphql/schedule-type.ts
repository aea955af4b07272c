import type { Schedule } from "../../domain/schedule.ts";
import { formatDuration } from "../../lib/duration.ts";
import { SCHEDULE } from "../resources/schedule.ts";
import { storedValue } from "../resources/stored-json.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { addTaskType } from "./task-type.ts";

/** Members that the record of a schedule has in another form. */
const RESOLVED = ["task", "cron", "timezone", "every", "at", "input", "catchUpWindow", "jitter"] as const;

/** Adds the type of schedules. */
export function addScheduleType(builder: Builder, enums: Enums, taskType: ReturnType<typeof addTaskType>) {
  return builder.objectRef<Schedule>("Schedule").implement({
    description: "A rule that creates jobs at given times.",
    fields: (t) => ({
      ...exposedFields(t, enums, SCHEDULE, RESOLVED),
      task: t.field({
        type: taskType,
        nullable: true,
        resolve: ({ taskId }, _args, { loaders }) => loaders.task.load(taskId),
      }),
      cron: t.string({ nullable: true, resolve: ({ timing }) => (timing.kind === "cron" ? timing.cron : null) }),
      timezone: t.string({
        nullable: true,
        resolve: ({ timing }) => (timing.kind === "cron" ? timing.timezone : null),
      }),
      everyMs: t.float({ nullable: true, resolve: ({ timing }) => (timing.kind === "every" ? timing.everyMs : null) }),
      at: t.field({
        type: "DateTime",
        nullable: true,
        resolve: ({ timing }) => (timing.kind === "at" ? timing.at : null),
      }),
      every: t.string({
        nullable: true,
        resolve: ({ timing, everyText }) =>
          timing.kind === "every" ? (everyText ?? formatDuration(timing.everyMs)) : null,
      }),
      input: t.field({ type: "JSON", nullable: true, resolve: ({ inputJson }) => storedValue(inputJson) }),
      inputData: t.field({ type: "JSON", nullable: true, resolve: ({ inputJson }) => storedValue(inputJson) }),
      catchUpWindowMs: t.exposeFloat("catchUpWindowMs"),
      jitterMs: t.exposeFloat("jitterMs"),
    }),
  });
}
