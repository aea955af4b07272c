import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { RatchetError } from "../../domain/errors.ts";
import { systemErrorCode, systemErrorText } from "../../lib/system-error.ts";

const STDOUT = 1;
/** Maximum number of links that are followed, as in the system itself. */
const MAX_LINKS = 40;

/** A file that appears at its path in one step, whole or not at all. */
export interface OutputFile {
  /** The descriptor to write to. */
  readonly descriptor: number;
  /**
   * Syncs the content to the disk and moves the file to its path.
   * @throws {RatchetError} ENVIRONMENT
   */
  commit(): void;
  /** Removes the written content and leaves the path unchanged. Has no effect after a commit. */
  discard(): void;
}

/**
 * Returns the path from `--output`; undefined if the result goes to standard output. `/dev/stdout` and its other names mean
 * the stream itself: as a file, it would be replaced and lose its previous content.
 */
export function outputFilePath(option: string | undefined): string | undefined {
  return option === undefined || option === "-" || namedDescriptor(option) === STDOUT ? undefined : option;
}

/** Returns the open descriptor that a path such as `/dev/stderr`, `/dev/fd/3` or `/proc/self/fd/3` stands for. */
function namedDescriptor(path: string): number | undefined {
  let current = path;
  try {
    for (let links = 0; links < MAX_LINKS; links++) {
      const folder = realpathSync(dirname(current));
      const name = basename(current);
      const isListing = folder === "/dev/fd" || /^\/proc\/\d+(?:\/task\/\d+)?\/fd$/.test(folder);
      if (isListing) return /^\d{1,9}$/.test(name) ? Number(name) : undefined;
      const whole = join(folder, name);
      if (!lstatSync(whole).isSymbolicLink()) return undefined;
      current = resolve(folder, readlinkSync(whole));
    }
  } catch {
    // The file does not exist yet, so it is not a descriptor.
  }
  return undefined;
}

/**
 * Checks before any work is done that the output can be written.
 * @throws {RatchetError} ENVIRONMENT
 */
export function checkOutputPath(path: string): void {
  try {
    if (namedDescriptor(path) !== undefined) return;
    const target = statSync(path, { throwIfNoEntry: false });
    if (target?.isDirectory()) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
    if (target !== undefined && !target.isFile()) return;
    if (target !== undefined) accessSync(path, constants.W_OK);
    accessSync(folderOf(target === undefined ? path : realpathSync(path)), constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Opens an output file. A link stays a link, and its target is replaced. Anything that is not a regular file (a terminal, a
 * named pipe, `/dev/null`, a stream such as `/dev/stderr`) is written directly.
 * @throws {RatchetError} ENVIRONMENT
 */
export function openOutputFile(path: string): OutputFile {
  checkOutputPath(path);
  const stream = namedDescriptor(path);
  if (stream !== undefined) return { descriptor: stream, commit: () => {}, discard: () => {} };
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile()) return openDirectly(path);
    const target = existing === undefined ? path : realpathSync(path);
    const temporary = `${target}.${process.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
    const descriptor = openSync(temporary, "wx", 0o666);
    if (existing !== undefined) fchmodSync(descriptor, existing.mode & 0o7777);
    return atomicFile(path, target, temporary, descriptor);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function atomicFile(path: string, target: string, temporary: string, descriptor: number): OutputFile {
  let open = true;
  const discard = () => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
    unlinkSync(temporary);
  };
  return {
    descriptor,
    discard,
    commit: () => {
      try {
        fsyncSync(descriptor);
        renameSync(temporary, target);
        open = false;
        closeSync(descriptor);
        syncFolder(folderOf(target));
      } catch (error) {
        discard();
        throw unwritable(path, error);
      }
    },
  };
}

function openDirectly(path: string): OutputFile {
  const descriptor = openSync(path, "w");
  let open = true;
  const close = () => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return { descriptor, commit: close, discard: close };
}

/** The new name is durable only once the folder is. Not every system can sync a folder. */
function syncFolder(folder: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
  } catch {
    // The file itself is synced; there is nothing better to do.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function folderOf(path: string): string {
  const slash = Math.max(path.lastIndexOf("/"), process.platform === "win32" ? path.lastIndexOf("\\") : -1);
  if (slash === -1) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}

/** Why the output cannot be written. */
export function unwritable(path: string, cause: unknown): RatchetError {
  const code = systemErrorCode(cause);
  return new RatchetError("ENVIRONMENT", `${path} cannot be written: ${systemErrorText(cause)}.`, {
    remedy:
      code === "ENOSPC" || code === "EDQUOT"
        ? "Free some space and try again."
        : "Name a file in a folder that exists and can be written to.",
    cause,
  });
}
