import { malformed, shown, TOKEN } from "./grammar.ts";

/** Longest line between chunks, bytes. */
const MAX_LINE_BYTES = 8 * 1024;

/** White space around a size is refused, because readers differ in what they make of it. */
const CHUNK_LINE = new RegExp(`^([\\dA-Fa-f]{1,13})((?:;${TOKEN}(?:=(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*"))?)*)$`);
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;

/** Reads lines that may come in pieces; undefined while the end of one is missing. */
export type LineReader = (bytes: Buffer) => { line: string; rest: Buffer } | undefined;

/** @throws {Refusal} (the reader) 400 for a line that is too long, or that does not end with CR and LF */
export function createLineReader(): LineReader {
  let begun = "";
  return (bytes) => {
    const feed = bytes.indexOf(10);
    const end = feed === -1 ? bytes.length : feed + 1;
    if (begun.length + end > MAX_LINE_BYTES) throw malformed("A line between chunks is too long.");
    const text = begun + bytes.toString("latin1", 0, end);
    const first = text.indexOf("\r");
    // A carriage return is the last byte but one, or the last one so far.
    if (feed === -1 ? first !== -1 && first !== text.length - 1 : first === -1 || first !== text.length - 2) {
      throw malformed("A line between chunks does not end with carriage return and line feed.");
    }
    begun = feed === -1 ? text : "";
    return feed === -1 ? undefined : { line: text.slice(0, -2), rest: bytes.subarray(end) };
  };
}

/**
 * Reads the line before a chunk: its size in bytes, and how many bytes its extensions take.
 * @throws {Refusal} 400
 */
export function parseChunkLine(line: string): { size: number; extensions: number } {
  const [, size, extensions = ""] = CHUNK_LINE.exec(line) ?? [];
  if (size === undefined || CONTROL.test(line)) {
    throw malformed(`The chunk size ${shown(line)} is not a hexadecimal number.`);
  }
  return { size: Number.parseInt(size, 16), extensions: extensions.length };
}

/**
 * Reads a chunk's line without extensions that lies whole in `bytes`: the usual case, without making a text.
 * @returns its size and where the chunk begins; undefined for any other line
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
