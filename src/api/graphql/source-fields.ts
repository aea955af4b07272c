import type { Problem } from "../../domain/problem.ts";
import type { SourceStatus } from "../../registry/registry.ts";
import type { Builder } from "./builder.ts";

/** Adds the query and the mutation about the registry's sources. */
export function addSourceFields(builder: Builder): void {
  const source = addSourceType(builder);
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

function addSourceType(builder: Builder) {
  const problem = builder.objectRef<Problem>("FoundProblem").implement({
    fields: (t) => ({
      severity: t.exposeString("severity"),
      file: t.exposeString("file"),
      line: t.int({ nullable: true, resolve: ({ line }) => line ?? null }),
      column: t.int({ nullable: true, resolve: ({ column }) => column ?? null }),
      pointer: t.string({ nullable: true, resolve: ({ pointer }) => pointer ?? null }),
      message: t.exposeString("message"),
      remedy: t.exposeString("remedy"),
    }),
  });
  return builder.objectRef<SourceStatus>("Source").implement({
    fields: (t) => ({
      name: t.exposeString("name"),
      uri: t.exposeString("uri"),
      kind: t.exposeString("kind"),
      watch: t.exposeBoolean("watch"),
      state: t.exposeString("state"),
      revision: t.exposeString("revision", { nullable: true }),
      tasks: t.exposeInt("tasks"),
      versions: t.exposeInt("versions"),
      checkedAt: t.expose("checkedAt", { type: "DateTime", nullable: true }),
      loadedAt: t.expose("loadedAt", { type: "DateTime", nullable: true }),
      error: t.exposeString("error", { nullable: true }),
      problems: t.field({ type: [problem], resolve: ({ problems }) => [...problems] }),
    }),
  });
}
