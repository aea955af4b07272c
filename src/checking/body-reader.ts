import { RatchetError } from "../domain/errors.ts";
import { findJsonFault, type JsonFault, linePosition } from "../lib/json-text.ts";
import type { BodyForm } from "./check-request.ts";
import type { Checker } from "./checker.ts";
import { inputTooDeep } from "./input-depth.ts";
import { unpackBody } from "./packed-body.ts";
import { MAX_REQUEST_DEPTH } from "./request-depth.ts";
import { INLINE_VALUE } from "./value-checks.ts";

/**
 * Reads the JSON of a request body, as strictly as every door does.
 * @param pieces the body's bytes in order; those of a large body can't be used afterwards
 * @returns its value; in a large body the caller's own values are {@link RawJson}
 * @throws {RatchetError} INVALID_JSON with line and column; USAGE if any other member is too large; and what
 *   {@link Checker} throws
 */
export type BodyReader = (pieces: readonly Uint8Array[], form: BodyForm) => Promise<unknown>;

/** Time limit for a body on another thread, in ms. */
const BODY_TIME_MS = 30_000;

/** Reads small bodies on the calling thread and large ones on the threads of a checker. */
export function createBodyReader(checker: Checker): BodyReader {
  return async (pieces, form) => {
    const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    if (size <= INLINE_VALUE)
      return parseBody(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, size));
    const request = { kind: "body", pieces: pieces.map(movable), form } as const;
    const check = await checker.check(request, { caller: "request bodies", timeMs: BODY_TIME_MS });
    if ("notUtf8" in check) throw notUtf8();
    if ("fault" in check) throw notJson(check.fault);
    if ("tooDeep" in check) throw inputTooDeep(check.tooDeep.pointer);
    if ("packed" in check) return unpackBody(check.packed);
    const { pointer, characters, limit } = check.tooLarge;
    const place = pointer === "/" ? "The body" : `The body's ${pointer}`;
    const message = `${place} has ${characters} characters of JSON; only inputs may have more than ${limit}.`;
    throw new RatchetError("USAGE", message, {
      data: { violations: [{ pointer, message: `must have at most ${limit} characters of JSON` }] },
      remedy: "GET /openapi.json describes what each request takes.",
    });
  };
}

/** A piece that is alone in its memory, so that it can move to another thread. */
function movable(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = piece;
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === piece.byteLength;
  return isAlone ? (piece as Uint8Array<ArrayBuffer>) : new Uint8Array(piece);
}

/** Reads the JSON of a small body on the calling thread. @throws {RatchetError} INVALID_JSON with line and column */
export function parseBody(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notUtf8(cause);
  }
  const fault = findJsonFault(text, MAX_REQUEST_DEPTH);
  if (fault !== undefined) throw notJson({ ...fault, ...linePosition(text, fault.offset) });
  return JSON.parse(text);
}

function notUtf8(cause?: unknown): RatchetError {
  return new RatchetError("INVALID_JSON", "The body is not valid UTF-8.", { cause, remedy: "Send JSON in UTF-8." });
}

function notJson({ message, line, column }: JsonFault & { line: number; column: number }): RatchetError {
  return new RatchetError("INVALID_JSON", `The JSON is not valid at line ${line}, column ${column}: ${message}.`, {
    data: { line, column },
    remedy: "Correct the JSON at this position.",
  });
}
