import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** A folder of small files that can be created again at any time. No operation ever throws. */
export interface KeptFiles {
  /** Returns the content of a file; undefined if it does not exist or can't be trusted. */
  read(name: string): Buffer | undefined;
  /** Writes a file, and removes those that were used least recently when the folder is too large. */
  write(name: string, content: Uint8Array): void;
}

/** Where files are kept, and how many. */
export interface KeptFilesOptions {
  /** The folder. It is created when the first file is written, if the folder two levels above exists. */
  folder: string;
  /** Largest total size of the files, in bytes. */
  maxBytes: number;
}

/** Size of the hash before the content of each file. It reveals damage; the file's owner and mode show who wrote it. */
const DIGEST_BYTES = 8;
/** Largest number of files. Each write looks at all of them. */
const MAX_FILES = 2_000;
/** The part that remains after files were removed, so that the next write does not have to remove any. */
const REMAINING = 0.8;
/** A file that is used counts as used for this long, so that most uses write nothing. */
const USE_COUNTS_MS = 3_600_000;
/** A file of this size or more is mapped into memory, bytes. */
const WORTH_MAPPING = 256 * 1024;
/** A file of an interrupted write is removed after this time. */
const ABANDONED_AFTER_MS = 3_600_000;
const TEMPORARY = ".new";

/**
 * Opens a folder of files that only the user can have written. A file is ignored if someone else owns it or may write
 * to it, if it is a link, or if it does not have the content that was written. Several processes may use the folder at
 * once: a file is written under a temporary name and then renamed.
 */
export function openKeptFiles({ folder, maxBytes }: KeptFilesOptions): KeptFiles {
  let isOurs: boolean | undefined;
  const usable = (create: boolean) => {
    isOurs ??= quietly(() => isPrivate(statSync(folder)) || undefined);
    if (isOurs === undefined && create) isOurs = quietly(() => createFolder(folder)) ?? false;
    return isOurs === true;
  };
  return {
    read: (name) => (usable(false) ? quietly(() => readTrusted(join(folder, name))) : undefined),
    write(name, content) {
      if (content.length + DIGEST_BYTES > maxBytes / 2 || !usable(true)) return;
      quietly(() => replaceFile(join(folder, name), content));
      quietly(() => removeOldest(folder, maxBytes));
    },
  };
}

/** A failure of the file system means that there is no file, or that none can be kept. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Returns true if nobody but the user of this process can have changed a file or folder. Windows has no such modes. */
function isPrivate({ uid, mode }: Pick<Stats, "uid" | "mode">): boolean {
  if (process.getuid === undefined) return true;
  return uid === process.getuid() && (mode & 0o022) === 0;
}

/** Creates the folder, but never the user's home: whoever has none gets none. */
function createFolder(folder: string): boolean {
  const outer = dirname(dirname(folder));
  if (!statSync(dirname(outer)).isDirectory()) return false;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return isPrivate(statSync(folder));
}

function readTrusted(path: string): Buffer | undefined {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || !isPrivate(stats) || stats.size < DIGEST_BYTES) return undefined;
    const bytes = stats.size >= WORTH_MAPPING ? mapped(descriptor) : readWhole(descriptor, stats.size);
    if (bytes === undefined || bytes.length !== stats.size) return undefined;
    const content = bytes.subarray(DIGEST_BYTES);
    if (!digestOf(content).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
    const now = Date.now();
    // On a read-only file system the order of use is lost, and nothing else.
    if (now - stats.mtimeMs > USE_COUNTS_MS) quietly(() => futimesSync(descriptor, now / 1_000, now / 1_000));
    return content;
  } finally {
    closeSync(descriptor);
  }
}

function readWhole(descriptor: number, size: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const count = readSync(descriptor, bytes, length, size - length, null);
    if (count === 0) return undefined;
    length += count;
  }
  return bytes;
}

/**
 * Returns the content of a file where the system has it in memory already: providing other memory for a copy takes several
 * times as long as copying. No file is ever changed in place.
 */
function mapped(descriptor: number): Buffer | undefined {
  if (process.platform !== "linux") return readWhole(descriptor, fstatSync(descriptor).size);
  const { buffer, byteOffset, length } = Bun.mmap(`/proc/self/fd/${descriptor}`, { shared: false });
  return Buffer.from(buffer, byteOffset, length);
}

function digestOf(content: Uint8Array): Buffer {
  const digest = Buffer.alloc(DIGEST_BYTES);
  digest.writeBigUInt64LE(Bun.hash.xxHash3(content));
  return digest;
}

function replaceFile(path: string, content: Uint8Array): void {
  const draft = `${path}.${process.pid}.${crypto.randomUUID()}${TEMPORARY}`;
  try {
    writeFileSync(draft, Buffer.concat([digestOf(content), content]), { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
  } catch (error) {
    quietly(() => unlinkSync(draft));
    throw error;
  }
}

/** Removes the files that were used least recently, until those that remain are few and small enough. */
function removeOldest(folder: string, maxBytes: number): void {
  const now = Date.now();
  const files: { path: string; size: number; usedAt: number }[] = [];
  let total = 0;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // Another process may have removed it since it was listed.
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory()) continue;
    const { size, mtimeMs: usedAt } = stats;
    if (!name.endsWith(TEMPORARY)) files.push({ path, size, usedAt });
    else if (now - usedAt > ABANDONED_AFTER_MS) quietly(() => unlinkSync(path));
    total += size;
  }
  if (total <= maxBytes && files.length <= MAX_FILES) return;
  files.sort((a, b) => a.usedAt - b.usedAt);
  let count = files.length;
  for (const { path, size } of files) {
    if (total <= maxBytes * REMAINING && count <= MAX_FILES * REMAINING) return;
    quietly(() => unlinkSync(path));
    total -= size;
    count -= 1;
  }
}
