import { statSync } from "node:fs";
import { RatchetError } from "../../domain/errors.ts";
import type { Clock } from "../../lib/clock.ts";

/** Between two looks, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * Sees to it that a database is still the file of its name. An open file that was deleted can be written to as before,
 * and all of that is gone when it is closed: nobody may be told then that something is on the disk.
 * @returns to be called before writing; looks once a second. Throws {@link RatchetError} ENVIRONMENT.
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

/** What tells a file from another one of its name; undefined when there is none. */
function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
