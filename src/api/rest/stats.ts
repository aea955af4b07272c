import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";

const GET_STATS = {
  method: "GET",
  path: "/api/v1/stats",
  access: "read",
  id: "getStats",
  tag: "stats",
  summary: "Get stats over everything that is kept",
  description: "The numbers come from counters, so the cost does not depend on how much is stored.",
  query: {
    type: "object",
    properties: { task: { type: "string", description: "Only stats of this task: its label, uuid or id." } },
    additionalProperties: false,
  },
  problems: [404],
  responses: { 200: { description: "The stats.", schema: "Stats" } },
} as const;

/** The route of stats. */
export function statsRoutes({ stats }: Pick<Services, "stats">): Route[] {
  return [
    defineRoute({
      ...GET_STATS,
      async handle({ query: { task } }) {
        return json(task === undefined ? await stats.server() : await stats.ofJobs(taskReference(task)));
      },
    }),
  ];
}
