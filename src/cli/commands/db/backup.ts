import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";
import { DATABASE_OPTIONS, isInCurrentFolder, maintenanceOf } from "./database-option.ts";
import { roundedSize } from "./rounded-size.ts";

/** `ratchet db backup`. */
export const DB_BACKUP = defineCommand({
  meta: {
    name: "db backup",
    description: "Write a copy of the database, even while a server is running",
    details: [
      "The copy is a consistent state of the whole database. It appears whole or not at all. To restore it, stop the server, " +
        "replace the database with the copy, and remove the files of the same name that end in -wal and -shm.",
    ],
    examples: [["ratchet db backup backup.db", "every night"]],
  },
  args: {
    file: {
      type: "positional",
      description: "Path of the copy, which must not exist.",
      required: true,
      complete: "file",
    },
    ...DATABASE_OPTIONS,
  },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const { file } = args;
    const bytes = await (await maintenanceOf(args.database, data)).backup(file);
    if (args.json) writeStdout(`${JSON.stringify({ file, bytes })}\n`);
    else writeStdout(`${printable(file)}  ${roundedSize(bytes)}\n`);
    return EXIT.done;
  },
});
