import type { StoredError } from "../../domain/job.ts";
import { TASK_ERROR } from "../resources/error.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";

/** Adds the type of errors that are stored with jobs and executions. */
export function addErrorType(builder: Builder, enums: Enums) {
  return builder.objectRef<StoredError>("TaskError").implement({
    description: "Why an execution failed.",
    fields: (t) => ({
      ...exposedFields(t, enums, TASK_ERROR, ["type", "data", "guest"]),
      name: t.string({ nullable: true, resolve: ({ guest, type }) => nameOf(guest?.name) ?? type ?? null }),
      data: t.field({ type: "JSON", nullable: true, resolve: ({ data }) => data ?? null }),
      guest: t.field({ type: "JSON", nullable: true, resolve: ({ guest }) => guest ?? null }),
    }),
  });
}

const nameOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
