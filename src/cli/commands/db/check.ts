import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";
import { DATABASE_OPTIONS, isInCurrentFolder, maintenanceOf } from "./database-option.ts";

/** `ratchet db check`. */
export const DB_CHECK = defineCommand({
  meta: {
    name: "db check",
    description: "Check the database for damage",
    details: [
      "Checks the file, its references, and the invariants of jobs, executions, firings and counters. Exits with 6 if it " +
        "finds a problem.",
    ],
    examples: [["ratchet db check --database sqlite:backup.db", "checks a backup"]],
  },
  args: DATABASE_OPTIONS,
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const problems = await (await maintenanceOf(args.database, data)).check();
    if (args.json) writeStdout(`${JSON.stringify({ ok: problems.length === 0, problems })}\n`);
    else if (problems.length === 0) writeStdout(`${painter("stdout")("green", "sound")}\n`);
    else writeStdout(problems.map((problem) => `${printable(problem)}\n`).join(""));
    return problems.length === 0 ? EXIT.done : EXIT.environment;
  },
});
