import { type ReadonlySignal, signal } from "@preact/signals";

/** The current time in ms since the epoch, a few seconds old at most. */
export type Now = ReadonlySignal<number>;

const TICK_MS = 5_000;

/** Creates the clock that all texts such as "3 min ago" read. */
export function createNow(window: Window): Now {
  const now = signal(Date.now());
  const tick = () => {
    if (window.document.visibilityState === "visible") now.value = Date.now();
  };
  setInterval(tick, TICK_MS);
  window.document.addEventListener("visibilitychange", tick);
  return now;
}
