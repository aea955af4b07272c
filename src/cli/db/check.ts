import { checkDatabase } from "../../store/maintenance.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { painter, printable, writeStdout } from "../output.ts";
import { DATABASE_OPTIONS, databaseUrl, isInCurrentFolder } from "./database-option.ts";

/** `ratchet db check`. */
export const DB_CHECK = defineCommand({
  name: "db check",
  summary: "Look for damage",
  description: [
    "Looks at the file, at references, and at what must hold between jobs, executions, firings and counters. Ends " +
      "with 6 when something is wrong.",
  ],
  options: DATABASE_OPTIONS,
  examples: [["ratchet db check --database sqlite:backup.db", "is this backup sound?"]],
  needsCurrentFolder: isInCurrentFolder,
  async run(options, context) {
    const problems = checkDatabase(await databaseUrl(options.database, context));
    if (options.json) writeStdout(`${JSON.stringify({ ok: problems.length === 0, problems })}\n`);
    else if (problems.length === 0) writeStdout(`${painter("stdout")("green", "sound")}\n`);
    else writeStdout(problems.map((problem) => `${printable(problem)}\n`).join(""));
    return problems.length === 0 ? EXIT.done : EXIT.environment;
  },
});
