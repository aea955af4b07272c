import { defineCommand } from "../framework/command.ts";
import { problemJson, problemLines } from "../framework/error-report.ts";
import { EXIT } from "../framework/exit-codes.ts";
import { painter, writeStderr, writeStdout } from "../framework/output.ts";
import { table } from "../framework/table.ts";

/** `ratchet list`. */
export const LIST = defineCommand({
  meta: {
    name: "list",
    description: "List the tasks at a path",
    details: [
      "Lists a collection, or a single task, without a server. Tasks that can't be loaded are reported on standard error, and " +
        "the exit code is then 3. `ratchet tasks list` lists those of a running server.",
    ],
    examples: [
      ["ratchet list tasks", "a table of labels, versions and descriptions"],
      ["ratchet list tasks.zip --json", "for a program"],
    ],
  },
  args: {
    path: {
      type: "positional",
      description: "A folder of tasks, a .zip, a task, or a .js or .ts file. Default: the current folder.",
      complete: "file",
      required: false,
    },
    json: { type: "boolean", description: "Print JSON." },
  },
  needsCurrentFolder: ({ path }) => path === undefined,
  async run({ args }) {
    const { loadCollection } = await import("../../task/load.ts");
    const { tasks, problems } = await loadCollection(args.path ?? ".");
    const errors = problems.filter(({ severity }) => severity === "error");
    const rows = tasks.map(({ metadata, origin }) => ({ ...metadata, path: origin }));
    if (args.json) {
      const shown = rows.map(({ label, version, uuid, description, path }) => ({
        label,
        version,
        uuid,
        description,
        path,
      }));
      writeStdout(`${JSON.stringify({ tasks: shown, problems: problems.map(problemJson) })}\n`);
    } else {
      const names = ["task", "version", "path", "description"];
      const cells = rows.map(({ label, version, path, description }) => [label, version, path, description]);
      writeStdout(table(names, cells, painter("stdout")));
      const paint = painter("stderr");
      for (const problem of problems) writeStderr(`${problemLines(problem, paint).join("\n")}\n`);
    }
    return errors.length === 0 ? EXIT.done : EXIT.data;
  },
});
