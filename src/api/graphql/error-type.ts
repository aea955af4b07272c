import type { StoredError } from "../../domain/job.ts";
import type { Builder } from "./builder.ts";

/** Adds the type of errors that are stored with jobs and executions. */
export function addErrorType(builder: Builder) {
  return builder.objectRef<StoredError>("TaskError").implement({
    description: "Why an execution failed.",
    fields: (t) => ({
      code: t.exposeString("code"),
      message: t.exposeString("message"),
      name: t.string({ nullable: true, resolve: ({ guest, type }) => nameOf(guest?.name) ?? type ?? null }),
      remedy: t.string({ nullable: true, resolve: ({ remedy }) => remedy ?? null }),
      status: t.int({ nullable: true, resolve: ({ status }) => status ?? null }),
      data: t.field({ type: "JSON", nullable: true, resolve: ({ data }) => data ?? null }),
      guest: t.field({ type: "JSON", nullable: true, resolve: ({ guest }) => guest ?? null }),
    }),
  });
}

const nameOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
