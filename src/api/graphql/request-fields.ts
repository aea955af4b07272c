import type { RunRequest } from "../../domain/job.ts";
import type { FieldsOf } from "./exposed-fields.ts";

/** Sentences about the fields. */
interface Described {
  cancelling: { description: string };
  pausing: { description: string };
}

/** Fields that say what the run of a job or an execution has been asked to do. */
export function requestFields<Source extends { readonly request: RunRequest | null }>(
  t: FieldsOf<Source>,
  { cancelling, pausing }: Described,
) {
  return {
    cancelling: t.boolean({ description: cancelling.description, resolve: ({ request }) => request === "cancel" }),
    pausing: t.boolean({ description: pausing.description, resolve: ({ request }) => request === "pause" }),
  };
}
