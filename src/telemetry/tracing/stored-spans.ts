import { SPAN_PREFIX_DIGITS } from "../../domain/trace.ts";

/** The steps of an execution, by their numbers. The numbers are part of the ids of their spans. */
export const STEPS = { input: 2, run: 3, output: 4 } as const;

/** The name of a step. */
export type Step = keyof typeof STEPS;

/**
 * The numbers of the other spans of an execution. Fetches are numbered from `firstCall` on. `sleep` is the one before a stretch,
 * and `lasting` the one after it.
 */
export const SPAN_NUMBERS = {
  attempt: 0,
  wait: 1,
  firstCall: 5,
  stretch: 0xffff,
  sleep: 0xfffe,
  lasting: 0xfffd,
} as const;

/** The largest number of a fetch. */
export const LAST_CALL_NUMBER = 0xfffc;

/** A fetch as it is stored. `offset` and `duration` are µs, from the start of the execution. The error is 0 if it did not fail. */
export type StoredCall = [
  number: number,
  offset: number,
  duration: number,
  method: string,
  url: string,
  status: number,
  error: string | 0,
];

/** The spans of an execution as they are stored. The names are short, because every execution has them. */
export interface StoredSpans {
  /** Start, µs since the epoch. */
  s: number;
  /** Duration, µs. */
  d: number;
  /** Since when its job had waited, µs since the epoch. */
  w?: number;
  /** Steps: number, offset and duration in µs. */
  p: [number: number, offset: number, duration: number][];
  /** Number of the step that failed. */
  f?: number;
  /** Fetches. */
  c?: StoredCall[];
  /** Number of fetches that are not listed, because they are too many. */
  x?: number;
  /** The request that asked for a direct execution: span, parent, method, route, start. */
  q?: [spanId: string, parentSpanId: string | null, method: string, route: string, startedUs: number];
  /** What the ids of its spans begin with, for a stretch after a sleep. */
  i?: string;
  /** What was before it, for such a stretch: start and latest end in µs since the epoch, and what was waited for. */
  b?: [startedUs: number, endedUs: number, waitedFor: readonly string[]];
  /** What the execution waits for, if the stretch ended with a sleep. */
  z?: readonly string[];
}

/** Splits what the row of an execution has: the common part of the ids, and the spans once it has ended. */
export function readStoredSpans(text: string): { spanPrefix: string; spans: StoredSpans | undefined } {
  const json = text.slice(SPAN_PREFIX_DIGITS);
  return {
    spanPrefix: text.slice(0, SPAN_PREFIX_DIGITS),
    spans: json === "" ? undefined : (JSON.parse(json) as StoredSpans),
  };
}

/** Returns the id of a span of an execution. @param number up to 0xffff */
export function spanIdOf(spanPrefix: string, number: number): string {
  return spanPrefix + number.toString(16).padStart(4, "0");
}
