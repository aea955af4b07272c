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
      "The copy is one state of the whole database, and appears whole or not at all. To restore it, stop the server and " +
        "put the copy in the place of the database; remove files of the same name that end in -wal and -shm.",
    ],
    examples: [["ratchet db backup backup.db", "every night"]],
  },
  args: {
    file: { type: "positional", description: "Where to; must not exist.", required: true, complete: "file" },
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
