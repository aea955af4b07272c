import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { RatchetError } from "../../../domain/errors.ts";
import { isForeignLink } from "../../../lib/foreign-link.ts";
import { systemErrorText } from "../../../lib/system-error.ts";
import { writeAll } from "../../framework/output.ts";

/** A file that a server's log goes to. */
export interface LogFile {
  /** Adds a line. Never throws: lines that can't be written are counted, and the next one that can be says how many. */
  write(line: string): void;
  /** Writes what was added, and closes the file. */
  close(): void;
}

/** Which file, and how much of it is kept. */
export interface LogFileOptions {
  path: string;
  /** A file that would become larger is renamed, bytes. */
  maxBytes: number;
  /** Files that are kept, the current one included. */
  maxFiles: number;
  /** What to write in place of lines that could not be written. */
  lost: (lines: number) => string;
  /** Called when lines can't be written, once until they can be again. */
  onFailure?: (reason: string) => void;
}

interface FileState extends LogFileOptions {
  descriptor: number;
  /** Size of the file, bytes. */
  size: number;
  waiting: string[];
  isScheduled: boolean;
  lostLines: number;
}

/** Only the owner may read the log: it may say what nobody else should know. */
const MODE = 0o600;
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * Opens the file, which is continued if it exists.
 * @throws {RatchetError} ENVIRONMENT if it can't be written
 */
export function openLogFile(options: LogFileOptions): LogFile {
  const state: FileState = { ...options, descriptor: -1, size: 0, waiting: [], isScheduled: false, lostLines: 0 };
  try {
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    open(state);
  } catch (cause) {
    throw new RatchetError("ENVIRONMENT", `The log ${options.path} can't be written: ${reasonOf(cause)}.`, {
      remedy: "Set logging.file.path to a file that this user may write, or leave it out.",
      cause,
    });
  }
  return {
    write(line) {
      state.waiting.push(line);
      if (state.isScheduled) return;
      // What one turn of the event loop has to say is written together.
      state.isScheduled = true;
      setImmediate(flush, state);
    },
    close() {
      flush(state);
      closeQuietly(state);
    },
  };
}

/** What the system says, or what {@link open} does. */
function reasonOf(error: unknown): string {
  return error instanceof Error && !("code" in error) ? error.message : systemErrorText(error);
}

function open(state: FileState): void {
  // A folder that somebody else has prepared must not lead the log to another place.
  if (isForeignLink(state.path)) throw new Error("it is a link that leads out of this folder");
  // A device must not get another mode, and to open a pipe would wait for its reader.
  const before = statSync(state.path, { throwIfNoEntry: false });
  if (before !== undefined && !before.isFile() && !before.isDirectory()) throw new Error("it is not a file");
  const descriptor = openSync(state.path, FLAGS, MODE);
  const { size, mode } = fstatSync(descriptor);
  if ((mode & 0o077) !== 0 && process.platform !== "win32") makePrivate(descriptor);
  state.descriptor = descriptor;
  state.size = size;
}

function makePrivate(descriptor: number): void {
  try {
    fchmodSync(descriptor, MODE);
  } catch {
    // It belongs to somebody else, who lets this user write to it.
  }
}

function flush(state: FileState): void {
  state.isScheduled = false;
  const lines = state.waiting;
  if (lines.length === 0) return;
  state.waiting = [];
  let at = 0;
  try {
    followName(state);
    while (at < lines.length) {
      const end = fitting(state, lines, at);
      append(state, lines.slice(at, end));
      at = end;
    }
  } catch (error) {
    // A full disk, or a folder that is gone: the server goes on without.
    const isFirst = state.lostLines === 0;
    state.lostLines += lines.length - at;
    if (isFirst) state.onFailure?.(reasonOf(error));
  }
}

/** Opens the file again if the one that is open has another name now: a tool that rotates logs has renamed it. */
function followName(state: FileState): void {
  const now = statSync(state.path, { throwIfNoEntry: false });
  if (state.descriptor >= 0) {
    const { dev, ino } = fstatSync(state.descriptor);
    if (now?.dev === dev && now.ino === ino) {
      // Somebody may have emptied it, too.
      state.size = now.size;
      return;
    }
  }
  closeQuietly(state);
  open(state);
}

/** Returns how far the lines fit into the file. Makes room first if not even the next one does. */
function fitting(state: FileState, lines: readonly string[], from: number): number {
  let size = state.size;
  for (let at = from; at < lines.length; at++) {
    size += Buffer.byteLength(lines[at] ?? "");
    if (size <= state.maxBytes) continue;
    if (at > from) return at;
    if (state.size === 0) return at + 1;
    rotate(state);
    return fitting(state, lines, from);
  }
  return lines.length;
}

/** Renames the files: `log` becomes `log.1`, `log.1` becomes `log.2`, and the last one is deleted. */
function rotate(state: FileState): void {
  const { path, maxFiles } = state;
  closeQuietly(state);
  const nameOf = (number: number) => (number === 0 ? path : `${path}.${number}`);
  rmSync(nameOf(maxFiles - 1), { force: true });
  for (let number = maxFiles - 2; number >= 0; number--) {
    if (statSync(nameOf(number), { throwIfNoEntry: false }) !== undefined) {
      renameSync(nameOf(number), nameOf(number + 1));
    }
  }
  open(state);
}

/** Writes all lines or none: half a line would spoil the next one. */
function append(state: FileState, lines: readonly string[]): void {
  const text = (state.lostLines > 0 ? state.lost(state.lostLines) : "") + lines.join("");
  try {
    writeAll(state.descriptor, text);
  } catch (error) {
    ftruncateSync(state.descriptor, state.size);
    throw error;
  }
  state.size += Buffer.byteLength(text);
  state.lostLines = 0;
}

function closeQuietly(state: FileState): void {
  if (state.descriptor < 0) return;
  try {
    closeSync(state.descriptor);
  } catch {
    // What was written is written.
  }
  state.descriptor = -1;
}
