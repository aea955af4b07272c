import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";
import { table } from "../../framework/table.ts";
import { DATABASE_OPTIONS, isInCurrentFolder, maintenanceOf } from "./database-option.ts";
import { roundedSize } from "./rounded-size.ts";

/** `ratchet db status`. */
export const DB_STATUS = defineCommand({
  meta: {
    name: "db status",
    description: "Print the schema version, size and row counts",
    details: ["Works while a server is running, and changes nothing."],
    examples: [["ratchet db status --json", "for scripts"]],
  },
  args: DATABASE_OPTIONS,
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const status = await (await maintenanceOf(args.database, data)).status();
    if (args.json) {
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
