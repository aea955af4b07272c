import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import { systemErrorCode } from "../../../lib/system-error.ts";

/**
 * Takes a checkpoint for this process, by a file next to it that has the process's number. Two processes would run the
 * same lines. A process that was killed leaves its file; the next one takes it over.
 * @returns what releases the checkpoint
 * @throws {RatchetError} USAGE if another process has it
 */
export function lockCheckpoint(path: string): () => void {
  const stats = statSync(path, { throwIfNoEntry: false });
  // A device is nobody's.
  if (stats !== undefined && !stats.isFile()) return () => {};
  const lock = `${path}.lock`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const descriptor = openSync(lock, "wx", 0o600);
      writeSync(descriptor, `${process.pid}\n`);
      closeSync(descriptor);
      let isHeld = true;
      return () => {
        if (isHeld) rmSync(lock, { force: true });
        isHeld = false;
      };
    } catch (error) {
      // What else is wrong with the place shows when the checkpoint itself is opened.
      if (systemErrorCode(error) !== "EEXIST") return () => {};
    }
    const owner = ownerOf(lock);
    if (owner === undefined || isRunning(owner)) throw inUse(path, lock, owner);
    rmSync(lock, { force: true });
  }
  throw inUse(path, lock, ownerOf(lock));
}

function ownerOf(lock: string): number | undefined {
  try {
    const owner = Number(readFileSync(lock, "utf8").trim());
    return Number.isSafeInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(owner: number): boolean {
  if (owner === process.pid) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // A process of another user exists, too.
    return systemErrorCode(error) === "EPERM";
  }
}

function inUse(path: string, lock: string, owner: number | undefined): RatchetError {
  const who = owner === undefined ? "another process" : `process ${owner}`;
  return new RatchetError("USAGE", `${path} is in use by ${who}.`, {
    remedy: `Wait until it has ended. If no process uses it, delete ${lock}.`,
  });
}
