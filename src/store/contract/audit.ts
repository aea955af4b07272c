import type { AuditDraft, AuditEntry } from "../../domain/audit.ts";
import type { Page, PageRequest } from "./page.ts";

/** Conditions for entries of the audit log. All that are given have to hold. */
export interface AuditFilter {
  actor?: string;
  action?: string;
  target?: string;
  outcome?: string;
  /** Entries at this time or later, ms since the epoch. */
  from?: number;
  /** Entries before this time, ms since the epoch. */
  to?: number;
}

/** The audit log. Entries are only ever added. */
export interface AuditStore {
  /**
   * Does the work of a request. The first write in it also stores the entry, in the same transaction; work that writes
   * nothing stores it at its end. If the work throws, an entry says so.
   */
  during<T>(draft: AuditDraft, work: () => T | Promise<T>): Promise<T>;
  /** Does work whose writes are no part of what the current request asks for, such as a record of its refusal. */
  apart<T>(work: () => Promise<T>): Promise<T>;
  /** Stores an entry about something that changed nothing, such as a refusal. @param count equal refusals in it. @default 1 */
  append(draft: AuditDraft, outcome: string, count?: number): Promise<void>;
  /** Lists entries, the newest first. */
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}
