import { RatchetError } from "../domain/errors.ts";
import { LONGEST_VERSION } from "../domain/request-bounds.ts";
import { keyProblem } from "../queue/job-requests.ts";
import { MAX_PAGE_SIZE } from "../store/contract/page.ts";

/** Creates the error for a wrong member of a request. @param message what it must be, after its pointer */
export function wrongMember(pointer: string, message: string, remedy?: string): RatchetError {
  const place = pointer === "" ? "The request" : pointer;
  const data = { violations: [{ pointer, message }] };
  return new RatchetError("USAGE", `${place} ${message}.`, remedy === undefined ? { data } : { data, remedy });
}

/** @throws {RatchetError} USAGE unless the value is absent or a whole number within the bounds */
export function checkWhole(
  value: number | undefined,
  pointer: string,
  { min = 1, max }: { min?: number; max: number },
) {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  throw wrongMember(pointer, `is ${value}; it must be a whole number from ${min} to ${max}`);
}

/** @throws {RatchetError} USAGE if the text has more than `max` characters */
export function checkLength(text: string | undefined, pointer: string, max: number): void {
  if (text === undefined || text.length <= max) return;
  throw wrongMember(pointer, `has ${text.length} characters; it may have up to ${max}`);
}

/** @throws {RatchetError} USAGE unless the value is absent, or can be a key or a tag */
export function checkKey(key: string | undefined, pointer: string): void {
  const problem = key === undefined ? undefined : keyProblem(key);
  if (problem !== undefined) throw wrongMember(pointer, problem);
}

/** @throws {RatchetError} USAGE if the text is empty, or has more than `max` characters */
export function checkWord(text: string | undefined, pointer: string, max: number): void {
  if (text === "") throw wrongMember(pointer, "is empty");
  checkLength(text, pointer, max);
}

/** @throws {RatchetError} USAGE if the text is empty, or too long for an exact version */
export function checkVersion(version: string | null | undefined, pointer: string): void {
  checkWord(version ?? undefined, `${pointer}/version`, LONGEST_VERSION);
}

/**
 * Returns the number of items that a list should have.
 * @throws {RatchetError} USAGE unless it is a whole number from 1 to {@link MAX_PAGE_SIZE}
 */
export function listedItems(requested: number | undefined, usual: number, pointer: string): number {
  checkWhole(requested, pointer, { max: MAX_PAGE_SIZE });
  return requested ?? usual;
}
