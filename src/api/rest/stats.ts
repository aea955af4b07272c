import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";

/** The route of stats. They come from counters and cost the same however much is stored. */
export function statsRoutes({ stats }: Pick<Services, "stats">): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/stats",
      access: "read",
      id: "getStats",
      tag: "stats",
      summary: "Stats over everything that is kept",
      description: "The numbers come from counters and cost the same however much is stored.",
      query: {
        type: "object",
        properties: { task: { type: "string", description: "Of this task only: uuid, label or id." } },
        additionalProperties: false,
      },
      problems: [404],
      responses: { 200: { description: "The stats.", schema: "Stats" } },
      async handle({ query: { task } }) {
        return json(task === undefined ? await stats.server() : await stats.ofJobs(taskReference(task)));
      },
    }),
  ];
}
