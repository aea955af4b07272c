import { generateTask, TEMPLATES } from "../task/generate.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { printable, writeStdout } from "./output.ts";

/** `ratchet generate task`. */
export const GENERATE_TASK = defineCommand({
  name: "generate task",
  summary: "Make a new task from a template",
  description: [
    "Makes a folder with metadata, program, schemas and tests that pass `ratchet validate` and `ratchet test` as they " +
      "are. Nothing that exists is changed.",
    `Templates: ${Object.entries(TEMPLATES)
      .map(([name, { summary }]) => `${name} (${summary})`)
      .join("; ")}`,
  ],
  options: {
    path: {
      form: { type: "string" },
      value: "DIR",
      required: true,
      complete: "folder",
      description: "The folder to make.",
    },
    label: { form: { type: "string" }, value: "TEXT", description: "Its short name. Default: the folder's name." },
    description: { form: { type: "string" }, value: "TEXT", description: "What it does, in a sentence." },
    version: { form: { type: "string" }, value: "VERSION", description: "Its semantic version. Default: 0.1.0." },
    template: {
      form: { type: "choice", choices: Object.keys(TEMPLATES) },
      value: "NAME",
      description: "The template. Default: basic.",
    },
    json: { description: "Print JSON." },
  },
  examples: [
    ["ratchet generate task --path tasks/price --label price", "a task to start from"],
    ["ratchet generate task --path tasks/weather --template http", "one that calls a web address, with a mocked test"],
  ],
  async run({ path, label, description, version, template, json }) {
    const made = generateTask({
      path,
      ...(label !== undefined && { label }),
      ...(description !== undefined && { description }),
      ...(version !== undefined && { version }),
      ...(template !== undefined && { template }),
    });
    const lines = [`Made the task "${printable(made.label)}":`, ...made.files.map((file) => `  ${path}/${file}`)];
    writeStdout(json ? `${JSON.stringify(made)}\n` : `${lines.map(printable).join("\n")}\n`);
    return EXIT.done;
  },
});
