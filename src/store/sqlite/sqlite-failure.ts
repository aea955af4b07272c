import { SQLiteError } from "bun:sqlite";
import { RatchetError } from "../../domain/errors.ts";

/** Primary result codes of SQLite for failures of the machine (https://sqlite.org/rescode.html). */
const MACHINE: Readonly<Record<number, { what: string; remedy: string }>> = {
  3: { what: "may not be opened", remedy: "Check the permissions of the file and its folder." },
  5: { what: "is locked by another process", remedy: "Stop the other process that uses the file, then try again." },
  6: { what: "is locked", remedy: "Try again." },
  8: { what: "is read-only", remedy: "Make the file and its folder writable for this user." },
  10: {
    what: "cannot be read or written",
    remedy: "Check the disk (it may be full), and the permissions of the folder.",
  },
  11: { what: "is damaged", remedy: "Stop the server, keep a copy of the file, and restore a backup." },
  13: { what: "cannot grow: the disk is full", remedy: "Free some space, then try again." },
  14: { what: "cannot be opened", remedy: "Check that the folder exists and that this user may write to it." },
  26: { what: "is not an SQLite database", remedy: "Point the database URL at another file." },
};

const BUSY = 5;
const FULL = 13;
const CONSTRAINT = 19;

function primaryCode(error: SQLiteError): number {
  return error.errno & 0xff;
}

/** Whether the database was only busy, so that a retry can help. */
export function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && primaryCode(error) === BUSY;
}

/** Whether the disk was full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof SQLiteError && primaryCode(error) === FULL;
}

/** SQLite's message if a constraint (CHECK, UNIQUE, trigger) rejected the statement. */
export function constraintMessage(error: unknown): string | undefined {
  return error instanceof SQLiteError && primaryCode(error) === CONSTRAINT ? error.message : undefined;
}

/**
 * Converts an error of bun:sqlite to the program's own: ENVIRONMENT if the machine is at fault. Other errors are
 * returned unchanged.
 * @param file the name by which the user knows the database
 */
export function fromSqlite(error: unknown, file: string): unknown {
  if (!(error instanceof SQLiteError)) return error;
  const known = MACHINE[primaryCode(error)];
  if (known !== undefined) {
    return new RatchetError("ENVIRONMENT", `The database ${file} ${known.what}.`, {
      remedy: known.remedy,
      data: { sqliteCode: error.code ?? String(error.errno) },
      cause: error,
    });
  }
  if (error.message.includes("illegal job transition") || error.message.includes("illegal execution transition")) {
    return new RatchetError("ILLEGAL_TRANSITION", "This change of status is not allowed.", { cause: error });
  }
  return new RatchetError("INTERNAL", "A statement failed in the database.", { cause: error });
}
