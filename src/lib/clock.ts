/** The latest time that JavaScript supports, in ms since the epoch (ECMA-262, 21.4.1.1). */
export const LATEST_TIME_MS = 8_640_000_000_000_000;

/** A running timer. `cancel` does nothing after it has fired. */
export interface Timer {
  cancel(): void;
}

/** The source of time, which tests can control. */
export interface Clock {
  /** Wall clock in ms since the epoch. It can jump in either direction. */
  now(): number;
  /** Time in ms from an arbitrary start. It never runs backwards. */
  monotonic(): number;
  /** Calls `run` once, `ms` later. It does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
}

/** Maximum delay of setTimeout, in ms. A longer one would fire at once. */
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
