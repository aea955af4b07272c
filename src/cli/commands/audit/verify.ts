import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";
import { DATABASE_OPTIONS, isInCurrentFolder, maintenanceOf } from "../db/database-option.ts";

/** `ratchet audit verify`. */
export const AUDIT_VERIFY = defineCommand({
  meta: {
    name: "audit verify",
    description: "Check that no entry of the audit log was changed or removed",
    details: [
      "Recomputes the hash of every entry, and compares the end of the log with the file DATABASE.audit, which the server " +
        "keeps beside the database. Reads only, and may run while a server does. Exits with 1 if it finds an entry that is " +
        "missing or was changed, and prints the id of the first one.",
    ],
    examples: [["ratchet audit verify --database sqlite:ratchet.db", "prints the number of entries, or what is wrong"]],
  },
  args: DATABASE_OPTIONS,
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const { count, broken, notes } = await (await maintenanceOf(args.database, data)).verifyAudit();
    if (args.json) {
      writeStdout(`${JSON.stringify({ ok: broken === undefined, count, broken: broken ?? null, notes })}\n`);
    } else {
      const paint = painter("stdout");
      const verdict =
        broken === undefined
          ? `${paint("green", "intact")}: ${count} ${count === 1 ? "entry" : "entries"}`
          : `${paint("red", "broken")}: entry ${broken.id}: ${broken.reason}`;
      writeStdout([verdict, ...notes].map((line) => `${printable(line)}\n`).join(""));
    }
    return broken === undefined ? EXIT.done : EXIT.failed;
  },
});
