/**
 * Everything of an execution that did not follow from its program and input, except HTTP bodies (those are in the HAR).
 * With it a replay takes the same path.
 */
export interface Journal {
  /** Seed of Math.random, 16 hex digits (64 bits, never zero). */
  seed: string;
  /** ms since the epoch when the execution started. */
  startedAt: number;
  /**
   * Clock reads in order, run-length coded: `[value in ns as a decimal string, how many reads gave it]`. Values are
   * absolute.
   */
  clock: [nanoseconds: string, reads: number][];
  /** Bytes handed out by the random source, base64, in order. */
  random: string[];
  /** What was delivered into the guest, in order. `index` counts fetches or timers from 0 in the order of the calls. */
  deliveries: { kind: "fetch" | "timer" | "crypto"; index: number }[];
}
