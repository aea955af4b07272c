import type { Schedule } from "../../domain/schedule.ts";
import { formatDuration } from "../../lib/duration.ts";
import { storedValue } from "../resources/stored-json.ts";
import type { Builder, Enums } from "./builder.ts";
import type { addTaskType } from "./task-type.ts";

/** Adds the type of schedules. */
export function addScheduleType(builder: Builder, enums: Enums, taskType: ReturnType<typeof addTaskType>) {
  return builder.objectRef<Schedule>("Schedule").implement({
    description: "Jobs that are made when they are due.",
    fields: (t) => ({
      id: t.exposeInt("id"),
      name: t.exposeString("name"),
      taskId: t.exposeInt("taskId"),
      task: t.field({
        type: taskType,
        nullable: true,
        resolve: ({ taskId }, _args, { loaders }) => loaders.task.load(taskId),
      }),
      version: t.exposeString("version", { nullable: true }),
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
      maxRetries: t.exposeInt("maxRetries", { nullable: true }),
      concurrencyKey: t.exposeString("concurrencyKey", { nullable: true }),
      tags: t.stringList({ resolve: ({ tags }) => [...tags] }),
      inputData: t.field({ type: "JSON", nullable: true, resolve: ({ inputJson }) => storedValue(inputJson) }),
      enabled: t.exposeBoolean("enabled"),
      pausedReason: t.exposeString("pausedReason", { nullable: true }),
      overlap: t.expose("overlap", { type: enums.overlapPolicy }),
      catchUpWindowMs: t.exposeFloat("catchUpWindowMs"),
      jitterMs: t.exposeFloat("jitterMs"),
      startAt: t.expose("startAt", { type: "DateTime", nullable: true }),
      endAt: t.expose("endAt", { type: "DateTime", nullable: true }),
      pauseOnFailure: t.exposeBoolean("pauseOnFailure"),
      priority: t.expose("priority", { type: enums.jobPriority }),
      nextAt: t.expose("nextAt", { type: "DateTime", nullable: true }),
      lastAt: t.expose("lastAt", { type: "DateTime", nullable: true }),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      updatedAt: t.expose("updatedAt", { type: "DateTime" }),
    }),
  });
}
