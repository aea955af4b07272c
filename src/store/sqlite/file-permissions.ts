import { chmodSync, closeSync, openSync, statSync } from "node:fs";

/** A database and what SQLite keeps beside it. SQLite gives those the permissions of the database when it makes them. */
const SUFFIXES = ["", "-wal", "-shm", "-journal"];

/** Permission bits of the group and of everybody else. */
const OTHERS = 0o077;

/**
 * Makes an empty file that only its owner may use, unless there is a file of that name. Whoever opens it next says what is
 * wrong when it can't be made.
 */
export function createPrivateFile(path: string): void {
  try {
    // Only a file that is new: closing a second descriptor of an open database drops SQLite's locks on it.
    closeSync(openSync(path, "wx", 0o600));
  } catch {
    // It is there, or the folder can't be written to.
  }
}

/**
 * Takes a database away from all but its owner.
 * @returns what other users could read until now, and what they still can because it belongs to somebody else
 */
export function restrictDatabase(path: string): { restricted: string[]; readable: string[] } {
  const restricted: string[] = [];
  const readable: string[] = [];
  // Windows has no such bits; there the folder's access list decides.
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
