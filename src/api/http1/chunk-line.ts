import { malformed, shown, TOKEN } from "./grammar.ts";

/** Maximum length of a line between chunks, in bytes. */
const MAX_LINE_BYTES = 8 * 1024;

/** White space around a size is not allowed, because readers interpret it differently. */
const CHUNK_LINE = new RegExp(`^([\\dA-Fa-f]{1,13})((?:;${TOKEN}(?:=(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*"))?)*)$`);
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;

/** Reads lines that may arrive in pieces. Returns undefined while a line is incomplete. */
export type LineReader = (bytes: Buffer) => { line: string; rest: Buffer } | undefined;

/** Creates a reader. It throws {@link HttpError} 400 for a line that is too long or does not end with CR and LF. */
export function createLineReader(): LineReader {
  let begun = "";
  return (bytes) => {
    const feed = bytes.indexOf(10);
    const end = feed === -1 ? bytes.length : feed + 1;
    if (begun.length + end > MAX_LINE_BYTES) throw malformed("A line between chunks is too long.");
    const text = begun + bytes.toString("latin1", 0, end);
    const first = text.indexOf("\r");
    // A carriage return may only stand before the line feed, or at the end of the bytes so far.
    if (feed === -1 ? first !== -1 && first !== text.length - 1 : first === -1 || first !== text.length - 2) {
      throw malformed("A line between chunks does not end with carriage return and line feed.");
    }
    begun = feed === -1 ? text : "";
    return feed === -1 ? undefined : { line: text.slice(0, -2), rest: bytes.subarray(end) };
  };
}

/**
 * Parses the line before a chunk.
 * @returns the size of the chunk and of the line's extensions, in bytes
 * @throws {HttpError} 400
 */
export function parseChunkLine(line: string): { size: number; extensions: number } {
  const [, size, extensions = ""] = CHUNK_LINE.exec(line) ?? [];
  if (size === undefined || CONTROL.test(line)) {
    throw malformed(`The chunk size ${shown(line)} is not a hexadecimal number.`);
  }
  return { size: Number.parseInt(size, 16), extensions: extensions.length };
}

/**
 * Parses a complete line without extensions, the usual case, without creating a string.
 * @returns the chunk's size and where it begins; undefined for any other line
 */
export function readPlainChunkLine(bytes: Buffer, from: number): { size: number; end: number } | undefined {
  let at = from;
  let size = 0;
  for (; at < bytes.length && at - from < 13; at++) {
    const digit = hexDigit(bytes[at] ?? 0);
    if (digit === -1) break;
    size = size * 16 + digit;
  }
  return at > from && bytes[at] === 13 && bytes[at + 1] === 10 ? { size, end: at + 2 } : undefined;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
