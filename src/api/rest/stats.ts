import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { HISTORY_PERIODS } from "../../store/contract/history.ts";
import { compressedJson } from "../http/compressed-json.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { historyView } from "../resources/history.ts";

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

const GET_HISTORY = {
  method: "GET",
  path: "/api/v1/stats/history",
  access: "read",
  id: "getStatsHistory",
  tag: "stats",
  summary: "Get stats over the last hour, day or week",
  description:
    "The hour has steps of a minute, the day of a quarter of an hour, the week of two hours. The numbers come from counters that are kept while executions end, so the cost does not depend on how much is stored, and deleted jobs still count.",
  query: {
    type: "object",
    properties: {
      period: { type: "string", enum: HISTORY_PERIODS, default: "hour", description: "The period up to now." },
      task: { type: "string", description: "Only stats of this task: its label, uuid or id." },
    },
    additionalProperties: false,
  },
  problems: [404],
  responses: { 200: { description: "The stats.", schema: "StatsHistory" } },
} as const;

/** The routes of stats. */
export function statsRoutes({ stats }: Pick<Services, "stats">): Route[] {
  return [
    defineRoute({
      ...GET_STATS,
      async handle({ query: { task } }) {
        return json(task === undefined ? await stats.server() : await stats.ofJobs(taskReference(task)));
      },
    }),
    defineRoute({
      ...GET_HISTORY,
      async handle({ request, query: { period, task } }) {
        const reference = task === undefined ? undefined : taskReference(task);
        return compressedJson(historyView(await stats.history(period ?? "hour", reference)), request);
      },
    }),
  ];
}
