import type { Line } from "./line-source.ts";

/** Digests of the lines of a stream, to find out whether the finished ones are still the same. */
export interface LineDigests {
  /** Takes a line, in the order of the input. @param isDone it was finished by an earlier run */
  saw(line: Line, isDone: boolean): void;
  /** Takes the number of a line that is finished now. */
  finished(number: number): void;
  /** Returns the digest of all finished lines, those of earlier runs included. */
  digest(): string;
  /** Returns true if the finished lines that were seen are those that earlier runs finished. */
  areAsBefore(): boolean;
}

/**
 * Creates digests.
 * @param before digest of the lines that earlier runs finished
 */
export function createLineDigests(before = "0"): LineDigests {
  const expected = BigInt(`0x${before}`);
  let skipped = 0n;
  let all = expected;
  /** Lines under way. */
  const pending = new Map<number, bigint>();
  return {
    saw: (line, isDone) => {
      if (isDone) skipped ^= digestOf(line);
      else pending.set(line.number, digestOf(line));
    },
    finished: (number) => {
      all ^= pending.get(number) ?? 0n;
      pending.delete(number);
    },
    digest: () => all.toString(16),
    areAsBefore: () => skipped === expected,
  };
}

/** Returns a digest of 64 bits. The number of the line is part of it, so that lines can't change places. */
export function digestOf({ number, bytes, fields, size }: Line): bigint {
  const content = fields === undefined ? (bytes ?? String(size)) : JSON.stringify(fields);
  return BigInt(Bun.hash.wyhash(content, BigInt(number)));
}

/** Tells whether a value is a digest as text. */
export function isDigest(value: unknown): boolean {
  return typeof value === "string" && /^[\da-f]{1,16}$/.test(value);
}
