import type { TaskFiles } from "../task-files.ts";
import { existsOnDisk, hashOf, isPresent, type RecordedFile, type RecordedReads, stampOf } from "./recorded-reads.ts";

/** Says what a prepared program was made from. */
export interface Manifest extends RecordedReads {
  /** SHA-256 of the program's own file (hex). */
  entry: string;
  /** Name of the file with the prepared program. */
  program: string;
  /** Time at which the first stamp was taken (epoch ms). */
  at: number;
}

/**
 * A stamp is trusted if the file was at rest for this long before the stamp was taken. A later change within the
 * precision of the file system's clock (2 s on FAT) could leave the stamp as it is.
 */
const REST_MS = 2_500;

/** @returns undefined if the text is not a manifest */
export function parseManifest(content: Uint8Array): Manifest | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(content)) as Manifest;
  } catch {
    return undefined;
  }
}

/**
 * Finds out whether preparing a program again would give the same result: all files that were read have the same
 * content, those that were only found still exist, and those that were missing are still missing. A file with the same stamp is not read.
 * @returns the manifest, with new stamps if files had to be read; undefined if something has changed
 */
export async function verify(manifest: Manifest, files: TaskFiles): Promise<Manifest | undefined> {
  const at = Date.now();
  const current: RecordedFile[] = [];
  let hasNewStamps = false;
  for (const file of manifest.files) {
    const { path, hash, stamp } = file;
    const now = stampOf(files, path) ?? null;
    if (isTrusted(stamp, manifest.at) && isSame(stamp, now)) {
      current.push(file);
      continue;
    }
    const content = await files.read(path);
    if (content === undefined || hashOf(content) !== hash) return undefined;
    current.push({ path, hash, stamp: now });
    // There is no better stamp to come for a file that has none.
    hasNewStamps ||= now !== null;
  }
  for (const path of manifest.present) if (!(await isPresent(files, path))) return undefined;
  for (const path of manifest.absent) {
    const place = files.diskPath?.(path);
    const isThere = place === undefined ? (await files.read(path)) !== undefined : existsOnDisk(place);
    if (isThere) return undefined;
  }
  return hasNewStamps ? { ...manifest, files: current, at } : manifest;
}

function isTrusted(stamp: RecordedFile["stamp"], at: number): boolean {
  return stamp !== null && Math.max(stamp[1], stamp[2]) < at - REST_MS;
}

function isSame(stamp: RecordedFile["stamp"], now: RecordedFile["stamp"]): boolean {
  return stamp !== null && now !== null && stamp.every((value, index) => value === now[index]);
}
