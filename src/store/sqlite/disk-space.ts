import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { RatchetError } from "../../domain/errors.ts";

/** With less than this a small write may still find room in what the files have already, and the next one none, bytes. */
const LEAST_SPACE = 1024 * 1024;

/**
 * Says whether the disk of a database has room to write to.
 * @throws {RatchetError} ENVIRONMENT when it has not
 */
export async function checkDiskSpace(file: string): Promise<void> {
  const free = await freeSpace(dirname(file));
  if (free >= LEAST_SPACE) return;
  throw new RatchetError("ENVIRONMENT", `The disk of the database ${file} is full: ${free} bytes are left.`, {
    remedy: "Free some space.",
    data: { freeBytes: free },
  });
}

/** Bytes that this user may still write; no end of them where the system does not say. */
async function freeSpace(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
