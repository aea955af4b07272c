import type { ApiDependencies } from "../dependencies.ts";
import { findTask, taskReference } from "../find-task.ts";
import { json } from "../http/answers.ts";
import { defineRoute, type Route } from "../http/route.ts";

/** The route of figures. They come from counters and cost the same however much is stored. */
export function statsRoutes({ store, direct }: Pick<ApiDependencies, "store" | "direct">): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/stats",
      id: "getStats",
      tag: "stats",
      summary: "Figures over everything that is kept",
      description: "The numbers come from counters and cost the same however much is stored.",
      query: {
        type: "object",
        properties: { task: { type: "string", description: "Of this task only: uuid, label or id." } },
        additionalProperties: false,
      },
      problems: [404],
      answers: { 200: { description: "The stats.", schema: "Stats" } },
      async handle({ query: { task } }) {
        const taskId = task === undefined ? undefined : (await findTask(store.tasks, taskReference(task))).id;
        const { jobs, executions, meanDurationMs } = await store.stats.read(taskId);
        if (taskId !== undefined) return json({ jobs, executions, meanDurationMs });
        const [total, enabled, schedules, activeSchedules, workers, oldestReadyMs] = await Promise.all([
          store.tasks.count({}),
          store.tasks.count({ enabled: true }),
          store.schedules.count({}),
          store.schedules.count({ enabled: true }),
          store.workers.list(),
          store.stats.oldestReadyMs(),
        ]);
        return json({
          jobs,
          executions,
          meanDurationMs,
          oldestReadyMs,
          directRunning: direct.running(),
          tasks: { total, enabled },
          schedules: { total: schedules, enabled: activeSchedules },
          workers: workers.length,
        });
      },
    }),
  ];
}
