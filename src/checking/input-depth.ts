import { RatchetError } from "../domain/errors.ts";
import { nestsDeeperThan } from "../lib/json-depth.ts";
import { pointerText } from "../lib/json-pointer.ts";
import { MAX_JSON_DEPTH } from "../lib/json-text.ts";

/**
 * Checks the nesting of an input that came inside a request, which is read with more levels than an input may have.
 * @param json its text
 * @param pointer location of the input in the request
 * @throws {RatchetError} INVALID_JSON
 */
export function checkInputDepth(json: string, pointer: string): void {
  if (nestsDeeperThan(json, MAX_JSON_DEPTH)) throw inputTooDeep(pointer);
}

/** The error for an input with too many levels. */
export function inputTooDeep(pointer: string): RatchetError {
  const message = `is nested deeper than ${MAX_JSON_DEPTH} levels`;
  return new RatchetError("INVALID_JSON", `The input cannot be read: ${pointerText(pointer)} ${message}.`, {
    data: { violations: [{ pointer, message }], count: 1 },
    remedy: "Send a flatter value, or send the deep part as a string.",
  });
}
