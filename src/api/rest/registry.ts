import type { SourceStatus } from "../../registry/registry.ts";
import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { sourceView } from "../resources/source.ts";

/** Routes of the registry's sources. */
export function registryRoutes({ registry }: Pick<Services, "registry">): Route[] {
  const page = (sources: readonly SourceStatus[]) => json({ items: sources.map(sourceView), nextCursor: null });
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/registry/sources",
      access: "read",
      id: "listSources",
      tag: "registry",
      summary: "List the sources of tasks",
      description: "Each source says how it stands and what is wrong with its tasks.",
      responses: { 200: { description: "The sources.", schema: "SourcePage" } },
      handle: () => page(registry.sources()),
    }),
    defineRoute({
      method: "GET",
      path: "/api/v1/registry/cache",
      access: "read",
      id: "getCache",
      tag: "registry",
      summary: "Stats of the cache of tasks' files",
      description: "The cache keeps tasks that are ready to run.",
      responses: { 200: { description: "The stats.", schema: "CacheStats" } },
      handle: () => json(registry.cache()),
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/registry/sources/refresh",
      access: "admin",
      id: "refreshSources",
      tag: "registry",
      summary: "Look at all sources now",
      description:
        "Answers when every source was looked at. A source that can't be reached serves its last verified copy.",
      responses: { 200: { description: "The sources.", schema: "SourcePage" } },
      async handle() {
        return page(await registry.refresh());
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/registry/sources/:name/refresh",
      access: "admin",
      id: "refreshSource",
      tag: "registry",
      summary: "Look at a source now",
      description: "A source that can't be reached serves its last verified copy: its state says so.",
      params: {
        type: "object",
        properties: { name: { type: "string", description: "Name of the source." } },
        required: ["name"],
        additionalProperties: false,
      },
      problems: [404],
      responses: { 200: { description: "The source.", schema: "SourcePage" } },
      async handle({ params: { name } }) {
        return page(await registry.refresh(name));
      },
    }),
  ];
}
