import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RatchetError } from "../../../domain/errors.ts";
import { systemErrorCode, systemErrorText } from "../../../lib/system-error.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";

/** `ratchet repo init`. */
export const REPO_INIT = defineCommand({
  meta: {
    name: "repo init",
    description: "Create a folder of tasks with a first task",
    details: [
      "Creates a folder that is a source of tasks, with one task to start from. `ratchet serve` uses ./tasks by default. " +
        "Kept in git, the folder can be the source of many servers.",
    ],
    examples: [["ratchet repo init && ratchet test --from-fs tasks", "a folder of tasks, tested"]],
  },
  args: {
    folder: {
      type: "positional",
      description: "Must be new or empty. Default: tasks.",
      complete: "folder",
      required: false,
    },
    json: { type: "boolean", description: "Print JSON." },
  },
  needsCurrentFolder: ({ folder }) => folder === undefined,
  async run({ args }) {
    const { folder = "tasks" } = args;
    checkEmpty(folder);
    const files = firstTask();
    const written: string[] = [];
    try {
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text, { flag: "wx" });
        written.push(path);
      }
    } catch (error) {
      for (const path of written) rmSync(path, { force: true });
      throw unwritable(folder, error);
    }
    if (args.json) writeStdout(`${JSON.stringify({ folder, files: written })}\n`);
    else writeStdout(`${written.map((path) => `made ${printable(path)}\n`).join("")}`);
    return EXIT.done;
  },
});

function checkEmpty(folder: string): void {
  try {
    if (readdirSync(folder).length === 0) return;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return;
    throw unwritable(folder, error);
  }
  throw new RatchetError("USAGE", `repo init: ${folder} is not empty.`, {
    remedy: "Name a new folder; `ratchet generate task` adds a task to one that is there.",
  });
}

function unwritable(folder: string, error: unknown): RatchetError {
  return new RatchetError("ENVIRONMENT", `${folder} can't be written: ${systemErrorText(error)}.`, {
    remedy: "Name a folder that you may write to.",
    cause: error,
  });
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function firstTask(): Record<string, string> {
  const text = { type: "string", minLength: 1 };
  const object = (property: string) => ({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: { [property]: text },
    required: [property],
    additionalProperties: false,
  });
  return {
    "greeting/metadata.json": json({
      uuid: crypto.randomUUID(),
      version: "1.0.0",
      label: "greeting",
      description: "Greets somebody by name.",
    }),
    "greeting/main.js": "(function (input) {\n  return { greeting: 'Hello, ' + input.name + '!' };\n})\n",
    "greeting/input.schema.json": json(object("name")),
    "greeting/output.schema.json": json(object("greeting")),
    "greeting/tests/ada.json": json({ input: { name: "Ada" }, expected_output: { greeting: "Hello, Ada!" } }),
  };
}
