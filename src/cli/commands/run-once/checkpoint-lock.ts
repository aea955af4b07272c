import { closeSync, constants, ftruncateSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import { isSameFile, lockFile } from "../../../lib/lock-file.ts";
import { systemErrorCode } from "../../../lib/system-error.ts";

/** How often a lock file is opened again because the process that had it deleted it at that moment. */
const MAX_ATTEMPTS = 100;

/**
 * Takes a checkpoint for this process, by locking a file next to it that has the process's number. Two processes would run
 * the same lines. A process that was killed leaves its file, but no lock.
 * @returns what releases the checkpoint
 * @throws {RatchetError} USAGE if another process has it
 */
export function lockCheckpoint(path: string): () => void {
  const stats = statSync(path, { throwIfNoEntry: false });
  // A device is nobody's.
  if (stats !== undefined && !stats.isFile()) return () => {};
  const lock = `${path}.lock`;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const descriptor = openLock(lock);
    // What is wrong with the place shows when the checkpoint itself is opened.
    if (descriptor === undefined) return () => {};
    // Without locks, the number in the file decides. Two processes that start in the same moment may then both get it.
    const isMine = lockFile(descriptor) ?? !isRunning(ownerOf(lock));
    if (!isMine) {
      closeSync(descriptor);
      throw inUse(path, lock);
    }
    if (isSameFile(lock, descriptor)) {
      ftruncateSync(descriptor);
      writeSync(descriptor, `${process.pid}\n`, 0);
      return releaseOnce(lock, descriptor);
    }
    closeSync(descriptor);
  }
  throw inUse(path, lock);
}

function openLock(lock: string): number | undefined {
  try {
    return openSync(lock, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch {
    return undefined;
  }
}

/** The file is deleted before it is unlocked: nobody else can have it then. */
function releaseOnce(lock: string, descriptor: number): () => void {
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    rmSync(lock, { force: true });
    closeSync(descriptor);
  };
}

function isRunning(owner: number | undefined): boolean {
  if (owner === undefined || owner === process.pid) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // A process of another user exists, too.
    return systemErrorCode(error) === "EPERM";
  }
}

function inUse(path: string, lock: string): RatchetError {
  const owner = ownerOf(lock);
  const who = owner === undefined ? "another process" : `process ${owner}`;
  return new RatchetError("USAGE", `${path} is in use by ${who}.`, { remedy: "Wait until it has ended, or end it." });
}

function ownerOf(lock: string): number | undefined {
  try {
    const owner = Number(readFileSync(lock, "utf8").trim());
    return Number.isSafeInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}
