import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import { formatSize } from "../lib/size.ts";
import { systemErrorCode, systemErrorText } from "../lib/system-error.ts";
import { isForEditors } from "./archive-name.ts";
import { MAX_FILE_BYTES, MAX_FILES, type TaskFiles } from "./task-files.ts";
import { composedTsconfig, TSCONFIG_FILE } from "./tsconfig-file.ts";

/**
 * Returns the files of a task in a directory. Files are read synchronously: they are small, and the first asynchronous
 * read of a process takes several milliseconds.
 * @param path an existing directory, as the user named it
 * @param collection the folder to which it belongs; its tsconfig.json applies to the task
 */
export function directoryFiles(path: string, collection: string = path): TaskFiles {
  let realRoot: string | undefined;
  const root = () => {
    realRoot ??= realpathSync(path);
    return realRoot;
  };
  const name = (file: string) => join(path, file);
  return {
    origin: path,
    name,
    read: async (file) => {
      const composed = file === TSCONFIG_FILE ? composedTsconfig(path, collection) : undefined;
      if (composed !== undefined) return Buffer.from(composed);
      const real = resolveFile(name(file));
      if (real === undefined) return undefined;
      if (real !== root() && !real.startsWith(root() + sep)) {
        throw new RatchetError("TASK_INVALID", `${name(file)} is a link that points outside the task's folder.`, {
          remedy: "Copy the file into the task's folder.",
        });
      }
      return readPlainFile(name(file), real);
    },
    list: async () => {
      const found = listFiles(path);
      if (found.includes(TSCONFIG_FILE) || composedTsconfig(path, collection) === undefined) return found;
      return [...found, TSCONFIG_FILE].sort();
    },
    // Several files may have the content of this one.
    diskPath: (file) => (file === TSCONFIG_FILE ? undefined : join(resolve(path), file)),
  };
}

/** Returns the real path of a file, `undefined` when the file does not exist. */
function resolveFile(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

/**
 * Reads a regular file. It is opened in non-blocking mode, so that a named pipe in a task's folder cannot block the
 * process.
 * @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID
 */
export function readPlainFile(name: string, path: string, maxBytes: number = MAX_FILE_BYTES): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) {
      throw new RatchetError("TASK_INVALID", `${name} is ${stats.isDirectory() ? "a folder" : "not a regular file"}.`, {
        remedy: "Replace it with a regular file.",
      });
    }
    if (stats.size > maxBytes) {
      throw new RatchetError("TASK_INVALID", `${name} has ${stats.size} bytes; the limit is ${formatSize(maxBytes)}.`, {
        remedy: "Make the file smaller.",
        data: { bytes: stats.size, limit: maxBytes },
      });
    }
    return readAll(descriptor, stats.size);
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    throw unreadable(name, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Returns the first bytes of a file; fewer if it is shorter. @throws {RatchetError} TASK_UNREADABLE */
export function readStart(path: string, length: number): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return readAll(descriptor, length);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readAll(descriptor: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, bytes, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return length === size ? bytes : bytes.subarray(0, length);
}

function listFiles(root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith(".") || isForEditors(entry.name)) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      // A link to a folder is not followed: it may point anywhere, even to a parent folder.
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() || (entry.isSymbolicLink() && isFile(join(root, path)))) found.push(path);
      if (found.length > MAX_FILES) {
        throw new RatchetError("TASK_INVALID", `${root} has more than ${MAX_FILES} files.`, {
          remedy: "Pass the folder of one task, or remove files.",
          data: { limit: MAX_FILES },
        });
      }
    }
  };
  try {
    visit("");
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    throw unreadable(root, error);
  }
  return found.sort();
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Returns true if a file system error means that the file does not exist. */
export function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Converts a file system error to one for the user. */
export function unreadable(path: string, error: unknown): RatchetError {
  const code = systemErrorCode(error);
  return new RatchetError("TASK_UNREADABLE", `${path} cannot be read: ${systemErrorText(error)}.`, {
    remedy: code === "EACCES" || code === "EPERM" ? "Grant yourself read permission." : "Check the path.",
    data: { path },
    cause: error,
  });
}
