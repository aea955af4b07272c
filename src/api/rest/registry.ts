import { nearest } from "../../lib/nearest.ts";
import type { SourceStatus } from "../../registry/registry.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { json } from "../http/answers.ts";
import { Refusal } from "../http/refusal.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { timeTextOrNull } from "../http/time.ts";

/** Routes of the registry's sources. */
export function registryRoutes({ registry }: Pick<ApiDependencies, "registry">): Route[] {
  const answer = (sources: readonly SourceStatus[]) => json({ items: sources.map(sourceView), nextCursor: null });
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/registry/sources",
      id: "listSources",
      tag: "registry",
      summary: "List the sources of tasks",
      description: "Each source says how it stands and what is wrong with its tasks.",
      answers: { 200: { description: "The sources.", schema: "SourcePage" } },
      handle: () => answer(registry.sources()),
    }),
    defineRoute({
      method: "GET",
      path: "/api/v1/registry/cache",
      id: "getCache",
      tag: "registry",
      summary: "Figures of the cache of tasks' files",
      description: "The cache keeps tasks that are ready to run.",
      answers: { 200: { description: "The stats.", schema: "CacheFigures" } },
      handle: () => json(registry.cache()),
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/registry/sources/refresh",
      id: "refreshSources",
      tag: "registry",
      summary: "Look at all sources now",
      description:
        "Answers when every source was looked at. A source that can't be reached serves its last verified copy.",
      answers: { 200: { description: "The sources.", schema: "SourcePage" } },
      async handle() {
        return answer(await registry.refresh());
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/registry/sources/:name/refresh",
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
      answers: { 200: { description: "The source.", schema: "SourcePage" } },
      async handle({ params: { name } }) {
        const names = registry.sources().map((source) => source.name);
        if (!names.includes(name)) throw noSource(name, names);
        return answer(await registry.refresh(name));
      },
    }),
  ];
}

function noSource(name: string, names: readonly string[]): Refusal {
  const near = nearest(name, names);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const message = `There is no source ${JSON.stringify(name.slice(0, 100))}.${hint}`;
  return new Refusal(404, "SOURCE_NOT_FOUND", message, `There are: ${names.join(", ")}.`);
}

function sourceView(source: SourceStatus) {
  return { ...source, checkedAt: timeTextOrNull(source.checkedAt), loadedAt: timeTextOrNull(source.loadedAt) };
}
