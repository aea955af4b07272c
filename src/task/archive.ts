import { inflateRawSync } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import { messageOf } from "../domain/unknown-error.ts";
import { formatSize } from "../lib/size.ts";
import { systemErrorCode } from "../lib/system-error.ts";
import { checkEntryName, isNoise } from "./archive-name.ts";
import { readPlainFile } from "./directory.ts";
import { MAX_FILE_BYTES, MAX_FILES, MAX_TASK_BYTES, type TaskFiles } from "./task-files.ts";

/** Maximum size of an archive, in bytes. */
export const MAX_ARCHIVE_BYTES = 128 * 1024 * 1024;

/** An archive whose directory was read and found valid. Files stay compressed until they are read. */
export interface Archive {
  /** The archive as the user named it. */
  readonly origin: string;
  /** Sorted paths of the files. */
  readonly paths: readonly string[];
  readonly warnings: readonly Problem[];
  /** Returns the files in a folder; "" means all files. */
  files(folder: string): TaskFiles;
}

/** How much an archive may unpack to, in bytes. */
export interface ArchiveLimits {
  /** @default what a file of a task may have */
  maxFileBytes?: number;
  /** @default what all files of a task may have together */
  maxBytes?: number;
}

/**
 * Opens a zip archive. Its content is never written to disk.
 * @throws {RatchetError} TASK_UNREADABLE when it is not a complete zip archive; TASK_INVALID with one problem for each
 *   unsafe entry: names that leave the folder, links, duplicates, more or larger files than a task may have
 */
export async function openArchive(
  path: string,
  { maxFileBytes = MAX_FILE_BYTES, maxBytes = MAX_TASK_BYTES }: ArchiveLimits = {},
): Promise<Archive> {
  const bytes = readPlainFile(path, path, MAX_ARCHIVE_BYTES);
  const zip = await readDirectory(path, bytes);
  const problems: Problem[] = [];
  const entries = new Map<string, Entry>();
  const folded = new Map<string, string>();
  let total = 0;
  for (const { name, entry } of zip.entries) {
    const found = checkEntry(name, entry, maxFileBytes);
    if (found !== undefined) problems.push({ severity: "error", file: path, ...found });
    if (name.endsWith("/") || isNoise(name)) continue;
    if (entries.has(name)) {
      const message = `The archive contains the entry ${JSON.stringify(name)} twice.`;
      problems.push({ severity: "error", file: path, message, remedy: "Pack the archive again." });
    }
    const key = name.normalize("NFC").toLowerCase();
    const twin = folded.get(key);
    if (twin !== undefined && twin !== name) {
      const message = `${JSON.stringify(twin)} and ${JSON.stringify(name)} are the same file on many file systems.`;
      problems.push({ severity: "warning", file: path, message, remedy: "Rename one of them." });
    }
    entries.set(name, entry);
    folded.set(key, name);
    total += entry.uncompressedSize;
  }
  if (total > maxBytes) {
    const message = `The archive unpacks to ${total} bytes; the limit is ${formatSize(maxBytes)}.`;
    problems.push({ severity: "error", file: path, message, remedy: "Remove files from it." });
  }
  refuseErrors(path, problems);
  const paths = [...entries.keys()].sort();
  return {
    origin: path,
    paths,
    warnings: problems,
    files: (folder) => {
      const prefix = folder === "" ? "" : `${folder}/`;
      return {
        origin: folder === "" ? path : `${path}!${folder}`,
        name: (file) => `${path}!${prefix}${file}`,
        read: async (file) => {
          const entry = entries.get(prefix + file);
          return entry === undefined ? undefined : await readEntry(`${path}!${prefix}${file}`, zip.file, bytes, entry);
        },
        list: async () => paths.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
        // The archive's content was read before anyone could look at its dates.
        diskPath: () => undefined,
      };
    },
  };
}

/** @throws {RatchetError} TASK_INVALID if one of the problems is an error */
function refuseErrors(path: string, problems: Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors[0] === undefined) return;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more problems)` : "";
  throw new RatchetError("TASK_INVALID", `${path}: ${errors[0].message}${more}`, {
    problems,
    remedy: errors[0].remedy,
  });
}

async function readDirectory(path: string, bytes: Uint8Array) {
  const { fromBufferPromise } = await import("yauzl");
  const entries: { name: string; entry: Entry }[] = [];
  try {
    // Names are decoded here because yauzl gives up at the first invalid one.
    const file = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      decodeStrings: false,
    });
    for await (const entry of file.eachEntry()) {
      entries.push({ name: Buffer.from(entry.fileName).toString("utf8"), entry });
      if (entries.length > MAX_FILES) {
        throw new RatchetError("TASK_INVALID", `${path} has more than ${MAX_FILES} entries.`, {
          remedy: "Remove files from it.",
          data: { limit: MAX_FILES },
        });
      }
    }
    return { file, entries };
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
    const reason = messageOf(error).replace(/\.+$/, "");
    const message = isZip
      ? `${path} is not a complete zip archive: ${reason}.`
      : `${path} is a file, but not a zip archive.`;
    throw new RatchetError("TASK_UNREADABLE", message, {
      remedy: isZip
        ? "It is truncated or damaged: download or pack it again."
        : "Pass a task's folder, a .zip of it, or a .js or .ts file.",
      data: { path },
      cause: error,
    });
  }
}

function checkEntry(name: string, entry: Entry, maxFileBytes: number): { message: string; remedy: string } | undefined {
  const unsafe = checkEntryName(name);
  if (unsafe !== undefined) return unsafe;
  const quoted = JSON.stringify(name);
  // The upper half of the attributes is the Unix mode (APPNOTE 4.4.15, "external file attributes").
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) {
    const what = kind === 0o120000 ? "a symbolic link" : "not a regular file";
    return { message: `The entry ${quoted} is ${what}.`, remedy: "Pack the file itself." };
  }
  if (entry.isEncrypted()) return { message: `The entry ${quoted} is encrypted.`, remedy: "Pack without a password." };
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    const message = `The entry ${quoted} uses compression method ${entry.compressionMethod}, which is not supported.`;
    return { message, remedy: 'Use the method "deflate" or "store".' };
  }
  if (entry.uncompressedSize > maxFileBytes) {
    const message = `The entry ${quoted} unpacks to ${entry.uncompressedSize} bytes; the limit is ${formatSize(maxFileBytes)}.`;
    return { message, remedy: "Make the file smaller." };
  }
  return undefined;
}

/** Unpacks one entry. It never returns more bytes than the directory, which was checked before, declares. */
async function readEntry(name: string, zip: ZipFile, bytes: Uint8Array, entry: Entry): Promise<Uint8Array> {
  const damaged = (why: string, cause?: unknown) =>
    new RatchetError("TASK_UNREADABLE", `${name} cannot be unpacked: ${why}.`, {
      remedy: "The archive is damaged: download or pack it again.",
      cause,
    });
  const content = await (async () => {
    try {
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      const packed = bytes.subarray(fileDataStart, fileDataStart + entry.compressedSize);
      if (entry.compressionMethod === 0) return packed;
      return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
    } catch (error) {
      const tooMuch = systemErrorCode(error) === "ERR_BUFFER_TOO_LARGE";
      throw damaged(
        tooMuch ? `it contains more than the ${entry.uncompressedSize} bytes it declares` : "bad data",
        error,
      );
    }
  })();
  if (content.length !== entry.uncompressedSize) throw damaged("its size differs from the declared size");
  if (Bun.hash.crc32(content) !== entry.crc32) throw damaged("its checksum is wrong");
  return content;
}
