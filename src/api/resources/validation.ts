import { SEVERITIES } from "../../domain/problem.ts";
import { FLAG, ID, TEXT } from "./parts.ts";
import { definePartialResource, defineResource, type Typed, type View } from "./resource.ts";

/** A problem in a file of a task. */
export const FOUND_PROBLEM = definePartialResource(
  "A problem in a file of a task.",
  {
    severity: {
      type: "string",
      enum: SEVERITIES,
      description: "Whether the problem keeps the task from running.",
    },
    file: { ...TEXT, description: "File that the problem is in." },
    line: { ...ID, description: "Line of the problem, from 1." },
    column: { ...ID, description: "Column of the problem, from 1." },
    pointer: { ...TEXT, description: "JSON pointer (RFC 6901) to the problem within a JSON file." },
    message: { ...TEXT, description: "What is wrong." },
    remedy: { ...TEXT, description: "What to do about it." },
  },
  ["line", "column", "pointer"],
);

/** A place in what was sent that is wrong. */
export const VIOLATION = defineResource("A place in the request that is wrong.", {
  pointer: { ...TEXT, description: "JSON pointer (RFC 6901) into the request." },
  message: { ...TEXT, description: "What is wrong there." },
});

/** Problems, by reference. */
export const FOUND_PROBLEMS: Typed<readonly View<typeof FOUND_PROBLEM>[]> = {
  type: "array",
  items: { $ref: "#/components/schemas/FoundProblem" },
};

/** Violations, by reference. */
export const VIOLATIONS: Typed<readonly View<typeof VIOLATION>[]> = {
  type: "array",
  items: { $ref: "#/components/schemas/Violation" },
};

/** What a check of a task found. */
export const VALIDATION = defineResource("The result of checking a task.", {
  valid: { ...FLAG, description: "Whether the task is valid, and the input too if one was sent." },
  problems: { ...FOUND_PROBLEMS, description: "Problems in the task's own files." },
  violations: { ...VIOLATIONS, description: "Places in the input that do not match the task's input schema." },
});
