import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { DATABASE_OPTIONS, isInCurrentFolder, maintenanceOf } from "./database-option.ts";
import { roundedSize } from "./rounded-size.ts";

/** `ratchet db vacuum`. */
export const DB_VACUUM = defineCommand({
  meta: {
    name: "db vacuum",
    description: "Rewrite the database to reclaim free space",
    details: [
      "Needs as much free space as the size of the database. Meanwhile, a running server waits with its writes.",
    ],
    examples: [["ratchet db vacuum", "after much was deleted"]],
  },
  args: DATABASE_OPTIONS,
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const sizes = await (await maintenanceOf(args.database, data)).vacuum();
    if (args.json) writeStdout(`${JSON.stringify(sizes)}\n`);
    else writeStdout(`${roundedSize(sizes.beforeBytes)} before, ${roundedSize(sizes.afterBytes)} now\n`);
    return EXIT.done;
  },
});
