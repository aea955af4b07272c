import { chmodSync, closeSync, openSync, statSync } from "node:fs";

/** A database and the files that SQLite keeps next to it. SQLite creates those with the permissions of the database. */
const SUFFIXES = ["", "-wal", "-shm", "-journal"];

/** Permission bits of the group and of all other users. */
const OTHERS = 0o077;

/**
 * Creates an empty file that only its owner may use, unless the file exists. If it can't be created, opening it will
 * report why.
 */
export function createPrivateFile(path: string): void {
  try {
    // Only a new file: closing a second descriptor of an open database would drop SQLite's locks on it.
    closeSync(openSync(path, "wx", 0o600));
  } catch {
    // It exists, or the folder is not writable.
  }
}

/**
 * Removes the permissions of all users but the owner of a database.
 * @returns files that others could use until now, and files that they still can because they belong to someone else
 */
export function restrictDatabase(path: string): { restricted: string[]; readable: string[] } {
  const restricted: string[] = [];
  const readable: string[] = [];
  // Windows has no such bits; the access list of the folder decides there.
  if (process.platform === "win32") return { restricted, readable };
  for (const suffix of SUFFIXES) {
    const file = `${path}${suffix}`;
    const mode = statSync(file, { throwIfNoEntry: false })?.mode;
    if (mode === undefined || (mode & OTHERS) === 0) continue;
    try {
      chmodSync(file, mode & 0o7700);
      restricted.push(file);
    } catch {
      readable.push(file);
    }
  }
  return { restricted, readable };
}
