import { RatchetError } from "../domain/errors.ts";
import { defined } from "../lib/defined.ts";
import { parseTime, TIME_FORMS } from "../lib/time-text.ts";

/** A time as callers write it: ISO 8601 with a zone, or ms since the epoch. */
export type RequestTime = string | number;

/** @returns ms since the epoch @throws {RatchetError} USAGE with the pointer */
export function readTime(value: RequestTime, pointer: string): number {
  const time = parseTime(value);
  if (time !== undefined) return time;
  throw new RatchetError("USAGE", `${pointer} is ${JSON.stringify(value).slice(0, 100)}; it must be ${TIME_FORMS}.`, {
    data: { violations: [{ pointer, message: `must be ${TIME_FORMS}` }] },
  });
}

/** Bounds of a list by creation time, as callers write them. */
export interface TimeBounds {
  createdFrom?: RequestTime;
  createdTo?: RequestTime;
}

/** @param pointer where the bounds are in the request @throws {RatchetError} USAGE with a pointer */
export function readBounds({ createdFrom, createdTo }: TimeBounds, pointer: string) {
  return defined({
    createdFrom: createdFrom === undefined ? undefined : readTime(createdFrom, `${pointer}/createdFrom`),
    createdTo: createdTo === undefined ? undefined : readTime(createdTo, `${pointer}/createdTo`),
  });
}
