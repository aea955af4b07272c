import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { originView } from "../resources/origin.ts";

const LIST_ORIGINS = {
  method: "GET",
  path: "/api/v1/http/origins",
  access: "read",
  allTasks: true,
  id: "listOrigins",
  tag: "http",
  summary: "List the origins that tasks call",
  description: "Returns the state of the circuit of each origin that tasks of this process have called lately.",
  responses: { 200: { description: "The origins, the one that was called last first.", schema: "OriginPage" } },
} as const;

/** Routes about the calls of tasks to other servers. */
export function httpRoutes({ http }: Pick<Services, "http">): Route[] {
  return [
    defineRoute({
      ...LIST_ORIGINS,
      handle: () => json({ items: http.origins().map(originView), nextCursor: null }),
    }),
  ];
}
