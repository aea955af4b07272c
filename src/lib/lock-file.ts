import { dlopen, FFIType } from "bun:ffi";
import { fstatSync, statSync } from "node:fs";

/** The names of the C library: glibc, musl, macOS. */
const C_LIBRARIES = ["libc.so.6", "libc.so", "libSystem.B.dylib"];
/** flock(2): lock exclusively, and fail instead of waiting. Both values are the same on Linux and macOS. */
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Locks an open file for this process (flock(2)). The system releases the lock when the descriptor is closed or the
 * process ends, however it ends, so a lock is never left behind.
 * @returns false if another process holds the lock; undefined on a system without flock(2), such as Windows
 */
export function lockFile(descriptor: number): boolean | undefined {
  if (process.platform === "win32") return undefined;
  for (const library of C_LIBRARIES) {
    let flock: (descriptor: number, operation: number) => number;
    try {
      flock = dlopen(library, { flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } }).symbols.flock;
    } catch {
      // no such library on this system: try the next
      continue;
    }
    return flock(descriptor, LOCK_EX | LOCK_NB) === 0;
  }
  return undefined;
}

/**
 * Returns true if a path still names the file that a descriptor is open on. A lock file may have been deleted, and created
 * again by another process, between opening and locking it.
 */
export function isSameFile(path: string, descriptor: number): boolean {
  const named = statSync(path, { throwIfNoEntry: false });
  const opened = fstatSync(descriptor);
  return named !== undefined && named.ino === opened.ino && named.dev === opened.dev;
}
