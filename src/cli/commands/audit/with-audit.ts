import { systemClock } from "../../../lib/clock.ts";
import { type AuditConditions, type AuditService, createAuditService } from "../../../service/audit/audit-service.ts";
import type { AuditStore } from "../../../store/contract/audit.ts";
import { createMaintenance } from "../../../store/sqlite/maintenance.ts";
import { openStore } from "../../../store/sqlite/open.ts";
import type { ArgDefinition, Invocation } from "../../framework/command.ts";
import { createNotices } from "../../framework/people-log.ts";

/** Options that select entries, as REST takes them. */
export const AUDIT_FILTER_OPTIONS = {
  actor: { type: "string", valueHint: "ACTOR", description: "Only entries of this actor, such as user:ada." },
  action: { type: "string", valueHint: "ACTION", description: "Only entries about this action, such as cancelJob." },
  target: { type: "string", valueHint: "TARGET", description: "Only entries about this target, such as jobs/17." },
  outcome: { type: "string", valueHint: "OUTCOME", description: "Only entries with this outcome: ok, or a code." },
  "created-from": {
    type: "string",
    valueHint: "TIME",
    description: "Only entries at this time or later, such as 2027-01-01T06:00:00Z.",
  },
  "created-to": { type: "string", valueHint: "TIME", description: "Only entries before this time." },
} as const satisfies Record<string, ArgDefinition>;

type FilterValues = { [K in keyof typeof AUDIT_FILTER_OPTIONS]: string | undefined };

/** Returns the conditions that the options describe. */
export function auditConditions(options: FilterValues): AuditConditions {
  const { actor, action, target, outcome } = options;
  const given = {
    actor,
    action,
    target,
    outcome,
    createdFrom: options["created-from"],
    createdTo: options["created-to"],
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/**
 * Opens the chosen or configured database, which has to exist, does some work with its audit log, and closes it.
 * @throws {RatchetError} USAGE for a database in memory; ENVIRONMENT if the database can't be used
 */
export async function withAudit<T>(
  chosen: string | undefined,
  context: Invocation,
  work: (log: { service: AuditService; store: AuditStore }) => Promise<T>,
): Promise<T> {
  const url = chosen ?? (await context.config()).values["server.database.url"];
  // Fails for a database that does not exist, which opening the store would create.
  await createMaintenance(url).schema();
  const notices = createNotices();
  const store = openStore({ url, clock: systemClock, onListenerError: (error) => notices.warn(String(error)) });
  try {
    return await work({ service: createAuditService({ store }), store: store.audit });
  } finally {
    await store.close();
  }
}
