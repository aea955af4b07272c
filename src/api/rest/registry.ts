import type { SourceStatus } from "../../registry/registry.ts";
import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { sourceView } from "../resources/source.ts";

const LIST_SOURCES = {
  method: "GET",
  path: "/api/v1/registry/sources",
  access: "read",
  allTasks: true,
  id: "listSources",
  tag: "registry",
  summary: "List the sources of tasks",
  description: "Returns the state of each source and the problems with its tasks.",
  responses: { 200: { description: "The sources.", schema: "SourcePage" } },
} as const;

const GET_CACHE = {
  method: "GET",
  path: "/api/v1/registry/cache",
  access: "read",
  allTasks: true,
  id: "getCache",
  tag: "registry",
  summary: "Get stats of the cache of tasks' files",
  description: "The cache keeps loaded tasks in memory.",
  responses: { 200: { description: "The stats.", schema: "CacheStats" } },
} as const;

const REFRESH_SOURCES = {
  method: "POST",
  path: "/api/v1/registry/sources/refresh",
  access: "admin",
  id: "refreshSources",
  tag: "registry",
  summary: "Refresh all sources now",
  description: "Responds when every source is refreshed. A source that can't be reached serves its last verified copy.",
  responses: { 200: { description: "The sources.", schema: "SourcePage" } },
} as const;

const REFRESH_SOURCE = {
  method: "POST",
  path: "/api/v1/registry/sources/:name/refresh",
  access: "admin",
  id: "refreshSource",
  tag: "registry",
  summary: "Refresh a source now",
  description: "A source that can't be reached serves its last verified copy, which its state shows.",
  params: {
    type: "object",
    properties: { name: { type: "string", description: "Name of the source." } },
    required: ["name"],
    additionalProperties: false,
  },
  problems: [404],
  responses: { 200: { description: "The source.", schema: "SourcePage" } },
} as const;

/** Routes of the registry. */
export function registryRoutes({ registry }: Pick<Services, "registry">): Route[] {
  const page = (sources: readonly SourceStatus[]) => json({ items: sources.map(sourceView), nextCursor: null });
  return [
    defineRoute({
      ...LIST_SOURCES,
      handle: () => page(registry.sources()),
    }),
    defineRoute({
      ...GET_CACHE,
      handle: () => json(registry.cache()),
    }),
    defineRoute({
      ...REFRESH_SOURCES,
      async handle() {
        return page(await registry.refresh());
      },
    }),
    defineRoute({
      ...REFRESH_SOURCE,
      async handle({ params: { name } }) {
        return page(await registry.refresh(name));
      },
    }),
  ];
}
