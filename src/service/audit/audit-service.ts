import type { AuditEntry } from "../../domain/audit.ts";
import { defined } from "../../lib/defined.ts";
import type { Page, PageRequest } from "../../store/contract/page.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { readBounds, type TimeBounds } from "../request-time.ts";

/** Conditions for entries of the audit log, as callers write them. */
export interface AuditConditions extends TimeBounds {
  actor?: string;
  action?: string;
  target?: string;
  outcome?: string;
}

/** Reads the audit log. What it contains is written where requests come in. */
export interface AuditService {
  /** Lists entries, the newest first. @param pointer where the conditions are in the request @throws {RatchetError} USAGE */
  list(conditions: AuditConditions, page: PageRequest, pointer: string): Promise<Page<AuditEntry>>;
}

/** Creates the service of the audit log. */
export function createAuditService({ store }: Pick<ServiceDependencies, "store">): AuditService {
  return {
    async list({ actor, action, target, outcome, ...times }, page, pointer) {
      const { createdFrom: from, createdTo: to } = readBounds(times, pointer);
      return store.audit.list(defined({ actor, action, target, outcome, from, to }), page);
    },
  };
}
