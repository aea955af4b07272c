import type { SourceStatus } from "../../registry/registry.ts";
import type { CacheStats } from "../../service/registry/registry-service.ts";
import { CACHE_STATS, SOURCE } from "../resources/source.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the queries and the mutation about the registry. */
export function addSourceFields(builder: Builder, { enums, problem }: ObjectTypes): void {
  const source = addSourceType(builder, enums, problem);
  const cache = builder.objectRef<CacheStats>("CacheStats").implement({
    fields: (t) => exposedFields(t, enums, CACHE_STATS, []),
  });
  builder.queryFields((t) => ({
    sources: t.field({ type: [source], resolve: (_root, _args, { services }) => [...services.registry.sources()] }),
    cacheStats: t.field({
      type: cache,
      description: "Stats of the cache of tasks' files.",
      resolve: (_root, _args, { services }) => services.registry.cache(),
    }),
  }));
  builder.mutationFields((t) => ({
    refreshSource: t.field({
      type: [source],
      description:
        "Refreshes a source now, or all of them. A source that can't be reached serves its last verified copy.",
      args: { name: t.arg.string({ required: false }) },
      resolve: async (_root, { name }, { services }) => [...(await services.registry.refresh(name ?? undefined))],
    }),
  }));
}

function addSourceType(builder: Builder, enums: Enums, problem: ObjectTypes["problem"]) {
  return builder.objectRef<SourceStatus>("Source").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, SOURCE, ["problems"]),
      problems: t.field({ type: [problem], resolve: ({ problems }) => [...problems] }),
    }),
  });
}
