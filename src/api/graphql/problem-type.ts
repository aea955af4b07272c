import type { Problem } from "../../domain/problem.ts";
import { FOUND_PROBLEM } from "../resources/validation.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";

/** Adds the type of problems in the files of a task. */
export function addProblemType(builder: Builder, enums: Enums) {
  return builder
    .objectRef<Problem>("FoundProblem")
    .implement({ fields: (t) => exposedFields(t, enums, FOUND_PROBLEM, []) });
}
