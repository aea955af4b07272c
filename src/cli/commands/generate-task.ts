import { RatchetError } from "../../domain/errors.ts";
import { defined } from "../../lib/defined.ts";
import { generateTask } from "../../task/generate.ts";
import { TEMPLATES } from "../../task/templates/templates.ts";
import { defineCommand } from "../framework/command.ts";
import { EXIT } from "../framework/exit-codes.ts";
import { printable, writeStdout } from "../framework/output.ts";
import { shellPath } from "../framework/shell-word.ts";

/** `ratchet generate task`. */
export const GENERATE_TASK = defineCommand({
  meta: {
    name: "generate task",
    description: "Create a task from a template",
    details: [
      "Creates a folder with metadata, program, schemas and tests that pass `ratchet validate` and `ratchet test` without " +
        "changes. Existing files are never changed.",
      `Templates: ${Object.entries(TEMPLATES)
        .map(([name, { summary }]) => `${name} (${summary})`)
        .join("; ")}`,
    ],
    examples: [
      ["ratchet generate task tasks/price --label price", "a task to start from"],
      ["ratchet generate task tasks/weather --template http", "a task that calls a URL, with a mocked test"],
    ],
  },
  args: {
    folder: { type: "positional", required: false, complete: "folder", description: "The folder to create." },
    path: { type: "string", valueHint: "DIR", complete: "folder", description: "Another way to name FOLDER." },
    label: { type: "string", valueHint: "TEXT", description: "Its short name. Default: the folder's name." },
    description: { type: "string", valueHint: "TEXT", description: "What the task does, in one sentence." },
    version: { type: "string", valueHint: "VERSION", description: "Its semantic version. Default: 0.1.0." },
    template: {
      type: "enum",
      options: Object.keys(TEMPLATES),
      valueHint: "NAME",
      description: "The template. Default: basic.",
    },
    json: { type: "boolean", description: "Print JSON." },
  },
  async run({ args: { folder, path: option, label, description, version, template, json } }) {
    const path = folder ?? option;
    if (path === undefined || (folder !== undefined && option !== undefined)) throw oneFolder(path);
    const created = generateTask({ path, ...defined({ label, description, version, template }) });
    const lines = [
      `Created the task "${printable(created.label)}":`,
      ...created.files.map((file) => `  ${path}/${file}`),
      "Next:",
      `  ratchet run ${shellPath(path)} --help`,
      `  ratchet test ${shellPath(path)}`,
    ];
    writeStdout(json ? `${JSON.stringify(created)}\n` : `${lines.map(printable).join("\n")}\n`);
    return EXIT.done;
  },
});

function oneFolder(path: string | undefined): RatchetError {
  if (path !== undefined) {
    return new RatchetError("USAGE", "generate task: the folder is named twice.", { remedy: "Name it once." });
  }
  return new RatchetError("USAGE", "generate task: FOLDER is missing.", {
    remedy: "Name the folder to create, as in `ratchet generate task tasks/price`.",
  });
}
