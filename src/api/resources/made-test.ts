import type { MadeTest } from "../../service/executions/make-test.ts";
import { FLAG, TEXT_OR_NULL, WORDS } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

/** A test that was made from an execution. */
export const MADE_TEST = defineResource("A test that was made from an execution.", {
  written: { ...FLAG, description: "Whether the file was written into the folder of the task." },
  path: { ...TEXT_OR_NULL, description: "Path of the file on the server; null if it was not written." },
  test: { type: "object", additionalProperties: true, description: "Content of the file in `tests/`." },
  missing: { ...WORDS, description: "What the test lacks, one sentence each; empty if it is complete." },
});

/** A test as REST shows it. */
export const madeTestView = (made: MadeTest): View<typeof MADE_TEST> => made;
