/** A migration of the schema that was applied to a database. */
export interface AppliedMigration {
  version: number;
  name: string;
  checksum: string;
  /** ms since the epoch. */
  appliedAt: number;
}

/** The state of a database. */
export interface DatabaseStatus {
  /** The name by which the user knows the database: its path. */
  file: string;
  /** Size of everything that belongs to the database, bytes. */
  sizeBytes: number;
  applied: AppliedMigration[];
  pending: { version: number; name: string }[];
  /** Number of rows by table; empty if there is no schema yet. */
  rows: Record<string, number>;
}

/** How the audit log is checked. */
export interface AuditCheck {
  /** Compare the log with the file beside the database, which has to exist. @default true */
  anchor?: boolean;
  /** Check only so many entries, the newest. @default all */
  newest?: number;
}

/** What a check of the audit log found. */
export interface AuditVerdict {
  /** Number of entries that are as they were written. */
  count: number;
  /** The first entry that is not, or null if something else than an entry was changed. */
  broken: { id: number | null; reason: string } | undefined;
  /** What keeps the check from being complete, one sentence each. */
  notes: string[];
}

/**
 * Maintains a database from the outside: no store needs to be open, and a server may be using it. All methods reject
 * with ENVIRONMENT if the database can't be used; all but {@link Maintenance.migrate} also if it does not exist.
 */
export interface Maintenance {
  /**
   * Creates the database if it is missing, and applies pending migrations.
   * @param now ms since the epoch
   * @returns the applied migrations, as "number name"
   */
  migrate(now: number): Promise<string[]>;
  /** Returns the migrations of the schema. Reads little, however large the database is, and changes nothing. */
  schema(): Promise<Pick<DatabaseStatus, "applied" | "pending">>;
  /** Changes nothing. */
  status(): Promise<DatabaseStatus>;
  /**
   * Writes a complete, consistent copy while others read and write. The copy appears complete or not at all, and only
   * its owner may use it.
   * @returns its size, bytes
   * @throws {RatchetError} USAGE if the destination exists
   */
  backup(destination: string): Promise<number>;
  /**
   * Returns unused space to the system. The writes of a running server wait in the meantime.
   * @returns size before and after, bytes
   */
  vacuum(): Promise<{ beforeBytes: number; afterBytes: number }>;
  /**
   * Looks for damage: to the data, to references, and to what must hold between jobs, executions, firings and counters.
   * @returns what is wrong, one sentence each; empty if nothing is
   */
  check(): Promise<string[]>;
  /** Looks for entries of the audit log that were changed or removed. */
  verifyAudit(check?: AuditCheck): Promise<AuditVerdict>;
  /**
   * Checks the audit log without the file beside the database, and then writes the file, unless the log is broken.
   */
  anchorAudit(): Promise<AuditVerdict>;
}
