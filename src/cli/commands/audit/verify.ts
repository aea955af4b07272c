import { AUDIT_OK } from "../../../domain/audit.ts";
import type { AuditVerdict } from "../../../store/contract/maintenance.ts";
import { defineCommand } from "../../framework/command.ts";
import { commandDraft } from "../../framework/command-audit.ts";
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
        "missing or was changed, and prints the id of the first one; also if the file was removed or is not what the server wrote.",
      "A backup has no such file. `ratchet audit anchor` writes it for a database that was restored from a backup.",
    ],
    examples: [
      ["ratchet audit verify --database sqlite:ratchet.db", "prints the number of entries, or what is wrong"],
      ["ratchet audit verify --database sqlite:backup.db --no-anchor", "checks a backup"],
    ],
  },
  args: {
    "no-anchor": { type: "boolean", description: "Do without the file DATABASE.audit, as for a backup." },
    ...DATABASE_OPTIONS,
  },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const maintenance = await maintenanceOf(args.database, data);
    return reportVerdict(await maintenance.verifyAudit({ anchor: !args["no-anchor"] }), args.json);
  },
});

/** `ratchet audit anchor`. */
export const AUDIT_ANCHOR = defineCommand({
  meta: {
    name: "audit anchor",
    description: "Write the file DATABASE.audit for a log that is intact",
    details: [
      "For a database that was restored from a backup, which has no such file. Checks the whole log first, and writes nothing and " +
        "exits with 1 if an entry was changed or removed. Entries that were removed at the end before that are not noticed any more, so " +
        "restore the file itself if you have a copy. The audit log gets an entry.",
    ],
    examples: [["ratchet audit anchor --database sqlite:ratchet.db", "after restoring a backup"]],
  },
  args: DATABASE_OPTIONS,
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const maintenance = await maintenanceOf(args.database, data);
    const verdict = await maintenance.anchorAudit();
    if (verdict.broken === undefined) {
      const { withAudit } = await import("./with-audit.ts");
      await withAudit(args.database, data, ({ store }) => store.append(commandDraft("anchorAudit", "audit"), AUDIT_OK));
    }
    return reportVerdict(verdict, args.json);
  },
});

function reportVerdict({ count, broken, notes }: AuditVerdict, asJson: boolean): number {
  if (asJson) writeStdout(`${JSON.stringify({ ok: broken === undefined, count, broken: broken ?? null, notes })}\n`);
  else {
    const paint = painter("stdout");
    const place = broken === undefined || broken.id === null ? "" : `entry ${broken.id}: `;
    const verdict =
      broken === undefined
        ? `${paint("green", "intact")}: ${count} ${count === 1 ? "entry" : "entries"}`
        : `${paint("red", "broken")}: ${place}${broken.reason}`;
    writeStdout([verdict, ...notes].map((line) => `${printable(line)}\n`).join(""));
  }
  return broken === undefined ? EXIT.done : EXIT.failed;
}
