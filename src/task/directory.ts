import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import { systemErrorCode, systemErrorText } from "../lib/system-error.ts";
import { MAX_FILE_BYTES, MAX_FILES, type TaskFiles } from "./task-files.ts";

/**
 * A task in a directory. Files are read synchronously: they are small, and the first asynchronous read of a process
 * costs several milliseconds.
 * @param path directory as the user named it; it exists
 */
export function directoryFiles(path: string): TaskFiles {
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
      const real = resolveFile(name(file));
      if (real === undefined) return undefined;
      if (real !== root() && !real.startsWith(root() + sep)) {
        throw new RatchetError("TASK_INVALID", `${name(file)} is a link that leads out of the task's folder.`, {
          remedy: "Copy the file into the task's folder.",
        });
      }
      return readPlainFile(name(file), real);
    },
    list: async () => listFiles(path),
  };
}

/** The real path of a file, `undefined` when there is none. */
function resolveFile(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

/**
 * Reads a regular file. Opened without blocking, so that a named pipe in a task's folder cannot hold up the process.
 * @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID
 */
export function readPlainFile(name: string, path: string, maxBytes: number = MAX_FILE_BYTES): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) {
      throw new RatchetError("TASK_INVALID", `${name} is ${stats.isDirectory() ? "a folder" : "no plain file"}.`, {
        remedy: "Put a plain file in its place.",
      });
    }
    if (stats.size > maxBytes) {
      throw new RatchetError("TASK_INVALID", `${name} has ${stats.size} bytes; ${maxBytes} are allowed.`, {
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
      if (entry.name.startsWith(".")) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      // A link to a folder is not followed: it may lead anywhere, also back up.
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() || (entry.isSymbolicLink() && isFile(join(root, path)))) found.push(path);
      if (found.length > MAX_FILES) {
        throw new RatchetError("TASK_INVALID", `${root} has more than ${MAX_FILES} files.`, {
          remedy: "Name the folder of one task, or take files away.",
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

/** Whether a file system error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** A file system error as the user should see it. */
export function unreadable(path: string, error: unknown): RatchetError {
  const code = systemErrorCode(error);
  return new RatchetError("TASK_UNREADABLE", `${path} cannot be read: ${systemErrorText(error)}.`, {
    remedy: code === "EACCES" || code === "EPERM" ? "Give yourself read permission on it." : "Check the path.",
    data: { path },
    cause: error,
  });
}
