import { vacuumDatabase } from "../../store/maintenance.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { writeStdout } from "../output.ts";
import { DATABASE_OPTIONS, databaseUrl, isInCurrentFolder } from "./database-option.ts";
import { roundedSize } from "./rounded-size.ts";

/** `ratchet db vacuum`. */
export const DB_VACUUM = defineCommand({
  name: "db vacuum",
  summary: "Rewrite the database without gaps",
  description: ["Needs as much free space as the database has. A server that runs waits with its writes meanwhile."],
  options: DATABASE_OPTIONS,
  examples: [["ratchet db vacuum", "after much was deleted"]],
  needsCurrentFolder: isInCurrentFolder,
  async run(options, context) {
    const sizes = vacuumDatabase(await databaseUrl(options.database, context));
    if (options.json) writeStdout(`${JSON.stringify(sizes)}\n`);
    else writeStdout(`${roundedSize(sizes.beforeBytes)} before, ${roundedSize(sizes.afterBytes)} now\n`);
    return EXIT.done;
  },
});
