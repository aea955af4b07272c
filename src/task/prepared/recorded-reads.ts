import { lstatSync, statSync } from "node:fs";
import type { ImportableFiles } from "../program/package-manifests.ts";
import type { TaskFiles } from "../task-files.ts";

/** What the file system says about a file. It changes whenever the file does, except within the clock's precision. */
export type Stamp = readonly [size: number, mtimeMs: number, ctimeMs: number, inode: number, device: number];

/** One file that was read. */
export interface RecordedFile {
  path: string;
  /** SHA-256 of its content (hex). */
  hash: string;
  /** Taken before the file was read; null if no single file on the disk has its content. */
  stamp: Stamp | null;
}

/** Everything that preparing a program learnt from the files of its task. */
export interface RecordedReads {
  files: RecordedFile[];
  /** Paths of files that were found and not read: only that they exist made a difference. */
  present: string[];
  /** Paths that were looked for and did not exist. A file there may change what an import refers to. */
  absent: string[];
}

/** What a recording has seen so far. */
interface Recording {
  readonly read: Map<string, RecordedFile>;
  readonly absent: Set<string>;
  /** Paths that were found, whether or not they were read afterwards. */
  readonly found: Set<string>;
  /** A file changed while it was being recorded. */
  hasChanged: boolean;
}

/**
 * Wraps the files of a task, and records what is read of them and what is found missing.
 * @returns the wrapped files, and a function that returns the record, or undefined if a later change of something that
 *   was learnt could go unnoticed
 */
export function recordReads({ files, paths }: ImportableFiles): {
  importable: ImportableFiles;
  recorded: () => RecordedReads | undefined;
} {
  const recording: Recording = { read: new Map(), absent: new Set(), found: new Set(), hasChanged: false };
  const importable: ImportableFiles = {
    files: {
      ...files,
      async read(path) {
        const stamp = stampOf(files, path);
        const content = await files.read(path);
        note(recording, path, stamp, content);
        return content;
      },
    },
    paths: {
      has(path) {
        const exists = paths.has(path);
        (exists ? recording.found : recording.absent).add(path);
        return exists;
      },
    },
  };
  return { importable, recorded: () => complete(recording, files) };
}

function note(recording: Recording, path: string, stamp: Stamp | undefined, content: Uint8Array | undefined): void {
  if (content === undefined) {
    recording.absent.add(path);
    return;
  }
  const hash = hashOf(content);
  const known = recording.read.get(path);
  if (known === undefined) recording.read.set(path, { path, hash, stamp: stamp ?? null });
  else if (known.hash !== hash) recording.hasChanged = true;
}

function complete({ read, absent, found, hasChanged }: Recording, files: TaskFiles): RecordedReads | undefined {
  if (hasChanged) return undefined;
  for (const path of absent) {
    if (read.has(path) || found.has(path)) return undefined;
    // A file that a list leaves out, such as one behind a link to a folder, looks the same whether or not it counts.
    const place = files.diskPath?.(path);
    if (place !== undefined && existsOnDisk(place)) return undefined;
  }
  return { files: [...read.values()], present: [...found].filter((path) => !read.has(path)), absent: [...absent] };
}

/** Returns the stamp of a file of a task; undefined if it does not exist or no single file on the disk has its content. */
export function stampOf(files: TaskFiles, path: string): Stamp | undefined {
  const place = files.diskPath?.(path);
  if (place === undefined) return undefined;
  try {
    const stats = statSync(place, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const { size, mtimeMs, ctimeMs, ino, dev } = stats;
    return [size, mtimeMs, ctimeMs, ino, dev];
  } catch {
    return undefined;
  }
}

/** Returns true if a task has a file, which may be a link to one. Where it has a place of its own, it is not read. */
export async function isPresent(files: TaskFiles, path: string): Promise<boolean> {
  const place = files.diskPath?.(path);
  if (place === undefined) return (await files.read(path)) !== undefined;
  try {
    return statSync(place, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

/** Returns true if there is a file or a link at a path. */
export function existsOnDisk(place: string): boolean {
  try {
    return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return false;
  }
}

/** Returns the SHA-256 of a content (hex). */
export function hashOf(content: Uint8Array | string): string {
  return new Bun.CryptoHasher("sha256").update(content).digest("hex");
}
