/** The latest time that there is, ms since the epoch (ECMA-262, 21.4.1.1). */
export const LATEST_TIME_MS = 8_640_000_000_000_000;

/** A timer that was set; `cancel` is harmless when it has fired. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from, so that tests can turn it. */
export interface Clock {
  /** Wall clock, ms since the epoch. It can jump in either direction. */
  now(): number;
  /** ms from an arbitrary start; never runs backwards. */
  monotonic(): number;
  /** Calls `run` once, `ms` later. It does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
}

/** Longest delay setTimeout can hold, ms; a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const handle = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_TIMEOUT_MS));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
