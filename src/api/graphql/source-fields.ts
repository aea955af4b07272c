import type { Problem } from "../../domain/problem.ts";
import type { SourceStatus } from "../../registry/registry.ts";
import { SOURCE } from "../resources/source.ts";
import { FOUND_PROBLEM } from "../resources/validation.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the query and the mutation about the registry's sources. */
export function addSourceFields(builder: Builder, { enums }: ObjectTypes): void {
  const source = addSourceType(builder, enums);
  builder.queryFields((t) => ({
    sources: t.field({ type: [source], resolve: (_root, _args, { services }) => [...services.registry.sources()] }),
  }));
  builder.mutationFields((t) => ({
    refreshSource: t.field({
      type: [source],
      description: "Looks at a source now, or at all. One that can't be reached serves its last verified copy.",
      args: { name: t.arg.string({ required: false }) },
      resolve: async (_root, { name }, { services }) => [...(await services.registry.refresh(name ?? undefined))],
    }),
  }));
}

function addSourceType(builder: Builder, enums: Enums) {
  const problem = builder
    .objectRef<Problem>("FoundProblem")
    .implement({ fields: (t) => exposedFields(t, enums, FOUND_PROBLEM, []) });
  return builder.objectRef<SourceStatus>("Source").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, SOURCE, ["problems"]),
      problems: t.field({ type: [problem], resolve: ({ problems }) => [...problems] }),
    }),
  });
}
