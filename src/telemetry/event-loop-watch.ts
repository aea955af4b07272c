import type { Clock, Timer } from "../lib/clock.ts";

/** How often the event loop is timed, ms. */
const INTERVAL_MS = 500;

/**
 * Measures twice a second how much later than asked for the event loop runs a timer.
 * @param onLag receives the lag in seconds
 * @returns a function that ends the watch
 */
export function watchEventLoop(clock: Clock, onLag: (seconds: number) => void): () => void {
  let timer: Timer;
  const schedule = (): void => {
    const dueAt = clock.monotonic() + INTERVAL_MS;
    timer = clock.after(INTERVAL_MS, () => {
      onLag(Math.max(0, clock.monotonic() - dueAt) / 1_000);
      schedule();
    });
  };
  schedule();
  return () => timer.cancel();
}
