import { defineCommand } from "../framework/command.ts";
import { EXIT } from "../framework/exit-codes.ts";
import { writeAll, writeStdout } from "../framework/output.ts";
import { openOutputFile, outputFilePath, unwritable } from "../framework/output-file.ts";

const GUEST_TYPES = "guest-types";

/** `ratchet schema`. */
export const SCHEMA = defineCommand({
  meta: {
    name: "schema",
    description: "Print the JSON Schema of a task's files, or the types of what a task can use",
    details: [
      "Editors check and complete metadata.json, tests/*.json and workflow.yaml with the schemas. guest-types is ratchet.d.ts: what a task can " +
        "use, in TypeScript, for editors and `validate --types`. `init` and `generate task` create it; write it again after an " +
        "upgrade of ratchet.",
    ],
    examples: [
      ["ratchet schema task-metadata > task-metadata.schema.json", "for metadata.json"],
      ["ratchet schema task-test > task-test.schema.json", "for tests/*.json"],
      ["ratchet schema workflow > workflow.schema.json", "for workflow.yaml"],
      ["ratchet schema guest-types -o tasks/hello/ratchet.d.ts", "for the programs of a task, also after an upgrade"],
    ],
  },
  args: {
    name: {
      type: "positional",
      description: "The kind of file.",
      form: { type: "choice", choices: ["task-metadata", "task-test", "workflow", GUEST_TYPES] },
      required: true,
    },
    output: {
      type: "string",
      short: "o",
      valueHint: "FILE",
      complete: "file",
      description: "Write to a file, which appears whole or not at all.",
    },
  },
  async run({ args: { name, output } }) {
    const text = await textOf(name);
    const path = outputFilePath(output);
    if (path === undefined) writeStdout(text);
    else writeWhole(path, text);
    return EXIT.done;
  },
});

async function textOf(name: string): Promise<string> {
  if (name === GUEST_TYPES) return (await import("../../task/guest-types/guest-types.ts")).guestTypes();
  const { PUBLISHED_SCHEMAS } = await import("../../task/published-schemas.ts");
  return `${JSON.stringify(PUBLISHED_SCHEMAS[name]?.schema, null, 2)}\n`;
}

function writeWhole(path: string, text: string): void {
  const file = openOutputFile(path);
  try {
    writeAll(file.descriptor, new TextEncoder().encode(text));
  } catch (error) {
    file.discard();
    throw unwritable(path, error);
  }
  file.commit();
}
