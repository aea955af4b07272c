import { defineCommand } from "../framework/command.ts";
import { EXIT } from "../framework/exit-codes.ts";
import { writeStdout } from "../framework/output.ts";

/** `ratchet schema`. */
export const SCHEMA = defineCommand({
  meta: {
    name: "schema",
    description: "Print the JSON Schema of a task's files",
    details: ["Editors check and complete metadata.json and tests/*.json with it."],
    examples: [
      ["ratchet schema task-metadata > task-metadata.schema.json", "for metadata.json"],
      ["ratchet schema task-test > task-test.schema.json", "for tests/*.json"],
    ],
  },
  args: {
    name: {
      type: "positional",
      description: "The kind of file.",
      form: { type: "choice", choices: ["task-metadata", "task-test"] },
      required: true,
    },
  },
  async run({ args }) {
    const { PUBLISHED_SCHEMAS } = await import("../../task/published-schemas.ts");
    writeStdout(`${JSON.stringify(PUBLISHED_SCHEMAS[args.name]?.schema, null, 2)}\n`);
    return EXIT.done;
  },
});
