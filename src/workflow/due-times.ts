import type { Clock, Timer } from "../lib/clock.ts";

/** Calls back when operations of a run in memory are due. */
export interface DueTimes {
  /** @param at ms since the epoch. A time that is set again replaces the earlier one */
  set(number: number, at: number): void;
  clear(number: number): void;
  clearAll(): void;
}

/** Longest time between two looks at the clock, ms: the clock may be set, and waits may be longer than a timer can be. */
const LONGEST_LOOK_MS = 60_000;

/** @param onDue called once for each time, never early by the wall clock */
export function createDueTimes(clock: Clock, onDue: (number: number) => void): DueTimes {
  const timers = new Map<number, Timer>();

  function look(number: number, at: number): void {
    const left = at - clock.now();
    if (left > 0) {
      timers.set(
        number,
        clock.after(Math.min(left, LONGEST_LOOK_MS), () => look(number, at)),
      );
      return;
    }
    timers.delete(number);
    onDue(number);
  }

  function clear(number: number): void {
    timers.get(number)?.cancel();
    timers.delete(number);
  }

  return {
    set(number, at) {
      clear(number);
      timers.set(
        number,
        clock.after(Math.max(0, Math.min(at - clock.now(), LONGEST_LOOK_MS)), () => look(number, at)),
      );
    },
    clear,
    clearAll() {
      for (const number of [...timers.keys()]) clear(number);
    },
  };
}
