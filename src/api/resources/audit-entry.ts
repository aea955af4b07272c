import type { AuditEntry } from "../../domain/audit.ts";
import type { JsonObject } from "../../domain/json.ts";
import { timeText } from "../../lib/time-text.ts";
import { COUNT, ID, TEXT, TEXT_OR_NULL, TIME } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

/** An entry of the audit log. */
export const AUDIT_ENTRY = defineResource("An entry of the audit log.", {
  id: { ...ID, description: "Id of the entry: 1, 2, 3 and so on, without gaps." },
  at: { ...TIME, description: "When it happened." },
  actor: {
    ...TEXT,
    description:
      "Who did it, such as user:ada, key:ci or command-line:root; local without access control; anonymous without credentials.",
  },
  action: { ...TEXT, description: "What was done: the operationId, whichever way it was asked for." },
  target: {
    ...TEXT_OR_NULL,
    description:
      "What it was done to, as a path below /api/v1; null if there is nothing, or several things in an entry with a count.",
  },
  outcome: { ...TEXT, description: "ok, or the code of the error." },
  address: {
    ...TEXT,
    description: "IP address of the client; empty on the command line, and if an entry with a count has several.",
  },
  count: {
    ...COUNT,
    description:
      "How many refusals with the same actor, action and outcome the entry stands for; 1 for everything else.",
  },
});

export const AUDIT_ENTRY_EXAMPLE: JsonObject = {
  id: 41,
  at: "2026-11-23T08:00:00.000Z",
  actor: "user:ada",
  action: "cancelJob",
  target: "jobs/17",
  outcome: "ok",
  address: "192.0.2.7",
  count: 1,
};

/** An entry of the audit log, as REST shows it. */
export function auditEntryView(entry: AuditEntry): View<typeof AUDIT_ENTRY> {
  const { id, at, actor, action, target, outcome, address, count } = entry;
  return { id, at: timeText(at), actor, action, target, outcome, address, count };
}
