import { migrateDatabase } from "../../store/maintenance.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { writeStdout } from "../output.ts";
import { DATABASE_OPTIONS, databaseUrl, isInCurrentFolder } from "./database-option.ts";

/** `ratchet db migrate`. */
export const DB_MIGRATE = defineCommand({
  name: "db migrate",
  summary: "Make the database, or bring its schema up to date",
  description: ["`ratchet serve` does the same when it starts. Each step is applied whole or not at all."],
  options: DATABASE_OPTIONS,
  examples: [["ratchet db migrate --database sqlite:/var/lib/ratchet/ratchet.db", "before the first start"]],
  needsCurrentFolder: isInCurrentFolder,
  async run(options, context) {
    const applied = migrateDatabase(await databaseUrl(options.database, context), Date.now());
    if (options.json) writeStdout(`${JSON.stringify({ applied })}\n`);
    else if (applied.length === 0) writeStdout("The schema is up to date.\n");
    else writeStdout(applied.map((step) => `applied ${step}\n`).join(""));
    return EXIT.done;
  },
});
