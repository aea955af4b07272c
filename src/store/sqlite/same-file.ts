import { statSync } from "node:fs";
import { RatchetError } from "../../domain/errors.ts";
import type { Clock } from "../../lib/clock.ts";

/** Interval between two checks, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * Checks that the path of a database still refers to the open file. Writes to an open file that was deleted succeed,
 * and are lost when it is closed, so they must not be acknowledged.
 * @returns a function to call before writing, which checks once a second. It throws {@link RatchetError} ENVIRONMENT.
 */
export function sameFileCheck(path: string, clock: Clock): () => void {
  const first = inodeOf(path);
  let lookedAt = clock.monotonic();
  let replaced = false;
  return () => {
    const now = clock.monotonic();
    if (now - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = now;
      replaced = inodeOf(path) !== first;
    }
    if (!replaced) return;
    throw new RatchetError("ENVIRONMENT", `The database ${path} was deleted or replaced while it was open.`, {
      remedy: "Put the file back, or restart the server.",
    });
  };
}

/** Distinguishes a file from another one with the same path; undefined if there is no file. */
function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
