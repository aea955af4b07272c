import { backupDatabase } from "../../store/maintenance.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printable, writeStdout } from "../output.ts";
import { DATABASE_OPTIONS, databaseUrl, isInCurrentFolder } from "./database-option.ts";
import { roundedSize } from "./rounded-size.ts";

/** `ratchet db backup`. */
export const DB_BACKUP = defineCommand({
  name: "db backup",
  summary: "Write a copy, also while a server runs",
  description: [
    "The copy is one state of the whole database, and appears whole or not at all. To restore it, stop the server and " +
      "put the copy in the place of the database; remove files of the same name that end in -wal and -shm.",
  ],
  positionals: [{ name: "FILE", description: "Where to; must not exist.", required: true, complete: "file" }],
  options: DATABASE_OPTIONS,
  examples: [["ratchet db backup backup.db", "every night"]],
  needsCurrentFolder: isInCurrentFolder,
  async run(options, context) {
    const [file = ""] = context.words;
    const bytes = await backupDatabase(await databaseUrl(options.database, context), file);
    if (options.json) writeStdout(`${JSON.stringify({ file, bytes })}\n`);
    else writeStdout(`${printable(file)}  ${roundedSize(bytes)}\n`);
    return EXIT.done;
  },
});
