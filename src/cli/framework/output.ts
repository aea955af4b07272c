import { fstatSync, readFileSync, writeSync } from "node:fs";
import { colourWanted, processEnvironment } from "../../config/environment.ts";
import { RatchetError } from "../../domain/errors.ts";
import { systemErrorCode, systemErrorText } from "../../lib/system-error.ts";

const STDOUT = 1;
const STDERR = 2;
/** O_CLOEXEC as Linux shows it in /proc/PID/fdinfo. */
const CLOSE_ON_EXEC = 0o2000000;

/** The reader of standard output went away: the process ends quietly with its own exit code. */
export class StdoutClosed extends Error {
  override readonly name = "StdoutClosed";
}

/**
 * Writes to standard output, all of it before this returns: a pipe that is full holds up the process.
 * @throws {StdoutClosed} when nobody reads
 * @throws {RatchetError} ENVIRONMENT when it cannot be written, such as on a full disk
 */
export function writeStdout(data: string | Uint8Array): void {
  checkStdout();
  try {
    writeAll(STDOUT, data);
  } catch (error) {
    throw stdoutFailure(error);
  }
}

/**
 * Checks that standard output was open when the process started (`>&-` closes it). The runtime puts the null device in
 * its place, so that writes to it succeed and the result is lost.
 * @throws {RatchetError} ENVIRONMENT
 */
export function checkStdout(): void {
  if (!wasClosed(STDOUT)) return;
  throw new RatchetError("ENVIRONMENT", "standard output cannot be written: it is closed.", {
    remedy: "Connect it to a file, a pipe or /dev/null.",
  });
}

/**
 * A descriptor that the process inherited can't be marked "close on exec", or it would have been closed. The runtime
 * marks the one that it opens. Only Linux shows the mark without a system call of our own.
 */
function wasClosed(descriptor: number): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) !== 0;
  } catch {
    return false;
  }
}

/** What a failed write to standard output means. */
export function stdoutFailure(error: unknown): Error {
  const code = systemErrorCode(error);
  if (code === "EPIPE" || code === "ECONNRESET") return new StdoutClosed();
  return new RatchetError("ENVIRONMENT", `standard output cannot be written: ${systemErrorText(error)}.`, {
    remedy: "Check where the output goes.",
    cause: error,
  });
}

/** Writes lines to standard error. Nothing can be said about a standard error that fails, so that is ignored. */
export function writeStderr(text: string): void {
  try {
    writeAll(STDERR, text);
  } catch {
    // There is no other place to report to.
  }
}

/** Whether people see standard output (or error) directly. Loads the terminal module only for a character device. */
export function isTerminal(stream: "stdout" | "stderr"): boolean {
  const descriptor = stream === "stdout" ? STDOUT : STDERR;
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** Puts text into a colour or weight, when the stream wants colours. */
export type Paint = (style: keyof typeof STYLES, text: string) => string;

const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** The painter for a stream; it leaves text alone where colours are not wanted. */
export function painter(stream: "stdout" | "stderr"): Paint {
  const env = processEnvironment();
  // A forced or refused colour needs no look at the terminal, which costs milliseconds.
  if (!colourWanted(env, true) || (!colourWanted(env, false) && !isTerminal(stream))) return (_, text) => text;
  return (style, text) => {
    const [on, off] = STYLES[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

/**
 * Characters that can move the cursor, change what was printed, or turn its direction: controls (C0, DEL, C1), separators
 * of lines and paragraphs, and the marks of Unicode's bidirectional algorithm (UAX #9). Tab and line feed are not among
 * them.
 */
const UNFIT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** What begins every further line of a text that is not ours. */
const CONTINUATION = "  | ";

/**
 * Text from a task or a file, made fit for a terminal: characters that would change what is seen are written as escapes,
 * and every line after the first has a prefix, so that none can pass for one of ours.
 */
export function printable(text: string): string {
  return text.replace(UNFIT, escaped).replaceAll("\n", `\n${CONTINUATION}`);
}

/** A value as a line of JSON that is fit for a terminal too: the same value, with more of its characters escaped. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(UNFIT, escaped)}\n`;
}

/** Writes all bytes to a descriptor before it returns. */
export function writeAll(descriptor: number, data: string | Uint8Array): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset, bytes.length - offset);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === "EINTR") continue;
      if (code !== "EAGAIN") throw error;
      // Somebody else set the pipe to non-blocking: wait a little for its reader.
      Bun.sleepSync(1);
    }
  }
}
