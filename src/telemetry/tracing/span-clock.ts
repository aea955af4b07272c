/** Returns the time in whole µs since the epoch. */
export type SpanClock = () => number;

/** How far the two clocks may be apart before the wall clock counts as set, in ms. */
const TOLERANCE_MS = 20;

/**
 * Creates a clock for spans. `Date.now()` has whole milliseconds only, so the time since a common start is measured with
 * the monotonic clock. When the wall clock is set, or the machine has slept, the clock starts again from there.
 */
export function createSpanClock(): SpanClock {
  let origin = Date.now() - performance.now();
  return () => {
    const elapsed = performance.now();
    const wall = Date.now();
    if (Math.abs(origin + elapsed - wall) > TOLERANCE_MS) origin = wall - elapsed;
    return Math.round((origin + elapsed) * 1_000);
  };
}
