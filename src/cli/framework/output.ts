import { fstatSync, readFileSync, writeSync } from "node:fs";
import { colourWanted, processEnvironment } from "../../config/environment.ts";
import { RatchetError } from "../../domain/errors.ts";
import { systemErrorCode, systemErrorText } from "../../lib/system-error.ts";

const STDOUT = 1;
const STDERR = 2;
/** Value of O_CLOEXEC in /proc/PID/fdinfo on Linux. */
const CLOSE_ON_EXEC = 0o2000000;

/** Thrown when the reader of standard output closed it. The process then ends quietly with a special exit code. */
export class StdoutClosed extends Error {
  override readonly name = "StdoutClosed";
}

/**
 * Writes everything to standard output before it returns. A full pipe blocks the process.
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
 * its place, so that writes succeed but the result is lost.
 * @throws {RatchetError} ENVIRONMENT
 */
export function checkStdout(): void {
  if (!wasClosed(STDOUT)) return;
  throw new RatchetError("ENVIRONMENT", "standard output cannot be written: it is closed.", {
    remedy: "Connect it to a file, a pipe or /dev/null.",
  });
}

/**
 * An inherited descriptor can't be marked "close on exec", or it would have been closed. The runtime marks the one that it
 * opens. Only Linux shows the mark without a system call.
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

/** Converts a failed write to standard output to its error. */
export function stdoutFailure(error: unknown): Error {
  const code = systemErrorCode(error);
  if (code === "EPIPE" || code === "ECONNRESET") return new StdoutClosed();
  return new RatchetError("ENVIRONMENT", `standard output cannot be written: ${systemErrorText(error)}.`, {
    remedy: "Check where the output goes.",
    cause: error,
  });
}

/** Writes lines to standard error. A failure is ignored, because there is no other place to report it. */
export function writeStderr(text: string): void {
  try {
    writeAll(STDERR, text);
  } catch {
    // There is no other place to report to.
  }
}

/** Returns true if a stream is a terminal. Loads the terminal module only for a character device. */
export function isTerminal(stream: "stdout" | "stderr"): boolean {
  const descriptor = stream === "stdout" ? STDOUT : STDERR;
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** Applies a colour or weight to a text, if the stream shows colours. */
export type Paint = (style: keyof typeof STYLES, text: string) => string;

const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Creates the painter for a stream. Without colours, it returns texts unchanged. */
export function painter(stream: "stdout" | "stderr"): Paint {
  const env = processEnvironment();
  // If colours are forced or disabled, there is no need to check the terminal, which takes milliseconds.
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

/** Prefix of the second and further lines of a text that is not ours. */
const CONTINUATION = "  | ";

/**
 * Makes text from a task or a file safe for a terminal. Characters that would change the display are escaped, and every
 * line after the first gets a prefix, so that it can't be mistaken for one of ours.
 */
export function printable(text: string): string {
  return text.replace(UNFIT, escaped).replaceAll("\n", `\n${CONTINUATION}`);
}

/** Formats a value as a line of JSON that is safe for a terminal: the same value, with more characters escaped. */
export function jsonLine(value: unknown): string {
  return `${printableJson(JSON.stringify(value))}\n`;
}

/** Makes text that is JSON safe for a terminal. Its value stays the same. */
export function printableJson(json: string): string {
  return json.replace(UNFIT, escaped);
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
      // Another process set the pipe to non-blocking. Wait a little for its reader.
      Bun.sleepSync(1);
    }
  }
}
