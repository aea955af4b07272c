import { databaseStatus } from "../../store/maintenance.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { painter, printable, writeStdout } from "../output.ts";
import { table } from "../table.ts";
import { DATABASE_OPTIONS, databaseUrl, isInCurrentFolder } from "./database-option.ts";
import { roundedSize } from "./rounded-size.ts";

/** `ratchet db status`. */
export const DB_STATUS = defineCommand({
  name: "db status",
  summary: "Print schema, size and rows",
  description: ["Works while a server runs, and changes nothing."],
  options: DATABASE_OPTIONS,
  examples: [["ratchet db status --json", "for scripts"]],
  needsCurrentFolder: isInCurrentFolder,
  async run(options, context) {
    const status = databaseStatus(await databaseUrl(options.database, context));
    if (options.json) {
      writeStdout(`${JSON.stringify(status)}\n`);
      return EXIT.done;
    }
    const paint = painter("stdout");
    const newest = status.applied.at(-1);
    const schema = newest === undefined ? "none" : `${newest.version} (${newest.name})`;
    writeStdout(`${printable(status.file)}  ${roundedSize(status.sizeBytes)}\nschema ${schema}\n`);
    if (status.pending.length > 0) {
      const steps = status.pending.map(({ version, name }) => `${version} ${name}`).join(", ");
      writeStdout(`${paint("yellow", "pending")} ${steps}: \`ratchet db migrate\` applies them\n`);
    }
    const rows = Object.entries(status.rows).map(([name, count]) => [name, String(count)]);
    if (rows.length > 0) writeStdout(`\n${table(["table", "rows"], rows, paint)}`);
    return EXIT.done;
  },
});
