import { defined } from "../../../lib/defined.ts";
import { TEMPLATES } from "../../../task/templates/templates.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";
import { shellPath } from "../../framework/shell-word.ts";

/** `ratchet init`. */
export const INIT = defineCommand({
  meta: {
    name: "init",
    description: "Create a task to start from",
    details: [
      "Creates a folder with metadata, program, schemas and tests that pass `ratchet validate` and `ratchet test` without " +
        "changes. On a terminal it asks for what the command line doesn't say; elsewhere, and with --yes, it takes the defaults.",
      `Templates: ${Object.entries(TEMPLATES)
        .map(([name, { summary }]) => `${name} (${summary})`)
        .join("; ")}`,
    ],
    examples: [
      ["ratchet init hello", "a task in the folder hello"],
      ["ratchet init --yes --template typescript prices", "no questions"],
    ],
  },
  args: {
    folder: {
      type: "positional",
      required: false,
      complete: "folder",
      description: "The folder, new or empty. Default: the label, or the current folder if it is empty.",
    },
    label: { type: "string", valueHint: "TEXT", description: "The task's short name. Default: the folder's name." },
    template: {
      type: "enum",
      options: Object.keys(TEMPLATES),
      valueHint: "NAME",
      description: `One of ${Object.keys(TEMPLATES).join(", ")}. Default: basic.`,
    },
    description: { type: "string", valueHint: "TEXT", description: "What the task does, in one sentence." },
    yes: { type: "boolean", short: "y", description: "Ask nothing." },
    json: { type: "boolean", description: "Print JSON." },
  },
  needsCurrentFolder: ({ folder }) => folder === undefined,
  async run({ args }) {
    const { chooseTask } = await import("./choose-task.ts");
    const { generateTask } = await import("../../../task/generate.ts");
    const { path, label, template, description } = await chooseTask(args);
    const created = generateTask({ path, ...defined({ label, template, description }) });
    if (args.json) {
      writeStdout(`${JSON.stringify(created)}\n`);
      return EXIT.done;
    }
    const lines = [
      `Created the task "${created.label}":`,
      ...created.files.map((file) => (path === "." ? `  ${file}` : `  ${path}/${file}`)),
      "Next:",
      `  ratchet run ${shellPath(path)} --help`,
      `  ratchet test ${shellPath(path)}`,
    ];
    writeStdout(`${lines.map(printable).join("\n")}\n`);
    return EXIT.done;
  },
});
