import { defineCommand } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { writeStdout } from "./output.ts";

/** `ratchet schema`. */
export const SCHEMA = defineCommand({
  name: "schema",
  summary: "Print the JSON Schema of a task's files",
  description: ["Editors check and complete metadata.json and tests/*.json with it."],
  positionals: [
    {
      name: "NAME",
      description: "The kind of file.",
      form: { type: "choice", choices: ["task-metadata", "task-test"] },
      required: true,
    },
  ],
  options: {},
  examples: [
    ["ratchet schema task-metadata > task-metadata.schema.json", "for metadata.json"],
    ["ratchet schema task-test > task-test.schema.json", "for tests/*.json"],
  ],
  async run(_options, { words }) {
    const { PUBLISHED_SCHEMAS } = await import("../task/published-schemas.ts");
    writeStdout(`${JSON.stringify(PUBLISHED_SCHEMAS[words[0] ?? ""]?.schema, null, 2)}\n`);
    return EXIT.done;
  },
});
