import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { RatchetError } from "../../domain/errors.ts";

/**
 * With less free space than this a small write may still fit into the existing files, but the next one may not, bytes.
 */
const LEAST_SPACE = 1024 * 1024;

/**
 * Checks that the disk of a database has room for writes.
 * @throws {RatchetError} ENVIRONMENT if it has not
 */
export async function checkDiskSpace(file: string): Promise<void> {
  const free = await freeSpace(dirname(file));
  if (free >= LEAST_SPACE) return;
  throw new RatchetError("ENVIRONMENT", `The disk of the database ${file} is full: ${free} bytes are left.`, {
    remedy: "Free some space.",
    data: { freeBytes: free },
  });
}

/** How much this user may still write, bytes; infinity if the system does not say. */
async function freeSpace(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
