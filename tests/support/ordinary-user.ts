import { chownSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The user and group "nobody" of Linux. */
const NOBODY = 65_534;

/**
 * Runs `work` as a user to whom permissions apply, with a folder that this user owns. The superuser reads and writes
 * everything, so tests of permissions would show nothing.
 */
export async function asOrdinaryUser<T>(folder: string, work: () => T | Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await work();
  chownSync(folder, NOBODY, NOBODY);
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    chownSync(join(folder, entry), NOBODY, NOBODY);
  }
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
