import { auditEntryView } from "../../../api/resources/audit-entry.ts";
import type { AuditEntry } from "../../../domain/audit.ts";
import { defined } from "../../../lib/defined.ts";
import { timeText } from "../../../lib/time-text.ts";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "../../../store/contract/page.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { LIMIT_OPTION } from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";
import { DATABASE_OPTIONS, isInCurrentFolder } from "../db/database-option.ts";
import { AUDIT_FILTER_OPTIONS, auditConditions, withAudit } from "./with-audit.ts";

/** `ratchet audit list`. */
export const AUDIT_LIST = defineCommand({
  meta: {
    name: "audit list",
    description: "List entries of the audit log, newest first",
    details: [
      "Reads the database itself, whether or not a server is running. Lists the entries that match all filters.",
    ],
    examples: [
      ["ratchet audit list --outcome FORBIDDEN", "who was refused?"],
      ["ratchet audit list --action createKey --json | jq .actor", "who created keys?"],
    ],
  },
  args: {
    ...AUDIT_FILTER_OPTIONS,
    ...LIMIT_OPTION,
    ...DATABASE_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const { limit: wanted = DEFAULT_PAGE_SIZE } = args;
    const entries = await withAudit(args.database, data, async ({ service }) => {
      const found: AuditEntry[] = [];
      let cursor: string | undefined;
      do {
        const limit = Math.min(wanted - found.length, MAX_PAGE_SIZE);
        const page = await service.list(auditConditions(args), { limit, ...defined({ cursor }) }, "");
        found.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined && found.length < wanted);
      return found;
    });
    if (args.json) writeStdout(entries.map(jsonLineOf).join(""));
    else if (entries.length === 0) writeStdout("No entries match.\n");
    else writeStdout(table(COLUMNS, entries.map(row), painter("stdout")));
    return EXIT.done;
  },
});

/** There is no other format than JSON. */
const { json: _json, ...EXPORT_OPTIONS } = DATABASE_OPTIONS;

/** `ratchet audit export`. */
export const AUDIT_EXPORT = defineCommand({
  meta: {
    name: "audit export",
    description: "Print the audit log as JSON lines, oldest first",
    details: [
      "Reads the database itself, whether or not a server is running. Prints all entries that match all filters, one JSON object per " +
        "line, as GET /api/v1/audit returns them.",
    ],
    examples: [
      ["ratchet audit export > audit.jsonl", "the whole log"],
      ["ratchet audit export --created-from 2027-01-01T00:00:00Z --actor key:ci", "what a key did this year"],
    ],
  },
  args: { ...AUDIT_FILTER_OPTIONS, ...EXPORT_OPTIONS },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    return withAudit(args.database, data, async ({ service }) => {
      let cursor: string | undefined;
      do {
        const request = { limit: MAX_PAGE_SIZE, order: "asc", ...defined({ cursor }) } as const;
        const page = await service.list(auditConditions(args), request, "");
        writeStdout(page.items.map(jsonLineOf).join(""));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return EXIT.done;
    });
  },
});

const jsonLineOf = (entry: AuditEntry): string => `${JSON.stringify(auditEntryView(entry))}\n`;

const COLUMNS = ["id", "at", "actor", "action", "target", "outcome", "address", "count"];

function row({ id, at, actor, action, target, outcome, address, count }: AuditEntry): string[] {
  return cells([id, timeText(at), actor, action, target ?? "", outcome, address, count]);
}
