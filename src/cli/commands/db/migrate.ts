import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { DATABASE_OPTIONS, isInCurrentFolder, maintenanceOf } from "./database-option.ts";

/** `ratchet db migrate`. */
export const DB_MIGRATE = defineCommand({
  meta: {
    name: "db migrate",
    description: "Create the database, or bring its schema up to date",
    details: ["`ratchet serve` does the same when it starts. Each step is applied whole or not at all."],
    examples: [["ratchet db migrate --database sqlite:/var/lib/ratchet/ratchet.db", "before the first start"]],
  },
  args: DATABASE_OPTIONS,
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const applied = await (await maintenanceOf(args.database, data)).migrate(Date.now());
    if (args.json) writeStdout(`${JSON.stringify({ applied })}\n`);
    else if (applied.length === 0) writeStdout("The schema is up to date.\n");
    else writeStdout(applied.map((step) => `applied ${step}\n`).join(""));
    return EXIT.done;
  },
});
