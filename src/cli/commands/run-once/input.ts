import { closeSync, openSync, readSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import type { JsonValue } from "../../../domain/json.ts";
import { findJsonFault, linePosition, MAX_JSON_DEPTH } from "../../../lib/json-text.ts";
import { formatSize } from "../../../lib/size.ts";
import { systemErrorCode, systemErrorText } from "../../../lib/system-error.ts";

/** Maximum size of an input from a file or standard input, in bytes. */
export const MAX_INPUT_BYTES = 256 * 1024 * 1024;

const STDIN = 0;
const CHUNK_BYTES = 256 * 1024;

/**
 * Parses an input.
 * @param source what it is called in messages, such as `--input-json` or a file's name
 * @param firstLine number of the text's first line, for positions
 * @throws {RatchetError} INVALID_JSON with line and column
 */
export function parseInput(text: string, source: string, firstLine = 1): JsonValue {
  let value: JsonValue | undefined;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    // The scan below finds the same error and its place.
  }
  const fault = findJsonFault(text, MAX_JSON_DEPTH);
  if (fault === undefined && value !== undefined) return value;
  const { message, offset } = fault ?? { message: "it can't be parsed", offset: 0 };
  const { line: within, column } = linePosition(text, offset);
  const line = firstLine - 1 + within;
  throw new RatchetError(
    "INVALID_JSON",
    `${source} is not valid JSON: ${message}, at line ${line}, column ${column}.`,
    {
      remedy: text.trim() === "" ? "Give one JSON value." : "Correct the JSON there.",
      data: { line, column },
    },
  );
}

/**
 * Reads a whole file, or standard input for `-`, as text.
 * @throws {RatchetError} INPUT_UNREADABLE; INVALID_JSON when it is not UTF-8
 */
export function readTextFile(path: string): string {
  return decodeText(readBytes(path), fileLabel(path));
}

/** Returns the name of an input file in messages. */
export function fileLabel(path: string): string {
  return path === "-" ? "standard input" : path;
}

/**
 * Decodes UTF-8 strictly, without the byte order mark that some editors write.
 * @throws {RatchetError} INVALID_JSON
 */
export function decodeText(bytes: Uint8Array, source: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new RatchetError("INVALID_JSON", `${source} is UTF-16 text.`, { remedy: "Save it as UTF-8." });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new RatchetError("INVALID_JSON", `${source} is not UTF-8 text.`, {
      remedy: "Save it as UTF-8.",
      cause: error,
    });
  }
}

/** Creates the error for an input file that can't be read. */
export function unreadableInput(path: string, error: unknown): RatchetError {
  return new RatchetError("INPUT_UNREADABLE", `${fileLabel(path)} cannot be read: ${systemErrorText(error)}.`, {
    remedy: path === "-" ? "Connect standard input to a file or a pipe." : "Check the path and its permissions.",
    cause: error,
  });
}

/** Reads a whole file, or standard input for `-`. @throws {RatchetError} INPUT_UNREADABLE, INVALID_INPUT if it is too long */
export function readBytes(path: string): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  let descriptor: number | undefined;
  try {
    descriptor = path === "-" ? STDIN : openSync(path, "r");
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = readSome(descriptor, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      length += count;
      if (length > MAX_INPUT_BYTES) {
        throw new RatchetError("INVALID_INPUT", `${fileLabel(path)} has more than ${formatSize(MAX_INPUT_BYTES)}.`, {
          remedy: "Split it into lines and use --ndjson.",
          data: { limit: MAX_INPUT_BYTES },
        });
      }
    }
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    throw unreadableInput(path, error);
  } finally {
    if (descriptor !== undefined && descriptor !== STDIN) closeSync(descriptor);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}

/** Reads once. Waits if another process set standard input to non-blocking. */
function readSome(descriptor: number, into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, into, 0, into.length, null);
    } catch (error) {
      const code = systemErrorCode(error);
      // Windows reports the end of a closed pipe as an error.
      if (code === "EOF" || code === "EPIPE") return 0;
      if (code === "EAGAIN") Bun.sleepSync(1);
      else if (code !== "EINTR") throw error;
    }
  }
}
