import { Database } from "bun:sqlite";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Folders in `dist/` that a build works in. */
const FOLDER_PREFIX = ".build-";

/**
 * Runs `work` while no other build runs, in this process or another. SQLite's lock is one the kernel lets go of when
 * its holder dies, so a killed build never blocks the next.
 */
export async function withLock(dist: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(dist, { recursive: true });
  using lock = new Database(join(dist, ".build-lock.sqlite"));
  lock.run("PRAGMA busy_timeout = 600000");
  lock.run("BEGIN EXCLUSIVE");
  // A killed build leaves its folder behind. Whoever has the lock is the only one that builds.
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name.startsWith(FOLDER_PREFIX)) {
      rmSync(join(dist, entry.name), { recursive: true });
    }
  }
  await work();
}

/** Makes a folder for one build to work in. The next holder of the lock removes it if this one can't. */
export function makeWorkFolder(dist: string): string {
  return mkdtempSync(join(dist, FOLDER_PREFIX));
}
