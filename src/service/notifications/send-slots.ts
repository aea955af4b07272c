import type { Clock } from "../../lib/clock.ts";

/** The most requests that begin at once, and how many of them may be for receivers that have not responded lately. */
const SLOTS = 24;
const SLOW_SLOTS = SLOTS / 2;

/** A request that takes longer than this leaves its slot to another, ms. */
const LINGERING_MS = 1_000;
/** The most requests that have left their slots and are still under way. */
const MOST_LINGERING = 200;

/** Bounds how many requests are under way, so that receivers that do not respond can't hold up the others. */
export interface SendSlots {
  /** Resolves with a function that frees the slot. @param slow the receiver has not responded lately */
  take(slow: boolean): Promise<() => void>;
}

interface Waiter {
  slow: boolean;
  begin: () => void;
}

/** Everything that changes. */
interface SlotState {
  readonly clock: Clock;
  readonly waiting: Waiter[];
  used: number;
  slowUsed: number;
  lingering: number;
}

export function createSendSlots(clock: Clock): SendSlots {
  const state: SlotState = { clock, waiting: [], used: 0, slowUsed: 0, lingering: 0 };
  return {
    take(slow) {
      if (isFree(state, slow)) return Promise.resolve(occupy(state, slow));
      return new Promise((resolve) => {
        state.waiting.push({ slow, begin: () => resolve(occupy(state, slow)) });
      });
    },
  };
}

function isFree({ used, slowUsed }: SlotState, slow: boolean): boolean {
  return used < SLOTS && !(slow && slowUsed >= SLOW_SLOTS);
}

function occupy(state: SlotState, slow: boolean): () => void {
  state.used += 1;
  if (slow) state.slowUsed += 1;
  let lingers = false;
  const free = () => {
    state.used -= 1;
    const next = state.waiting.findIndex((one) => isFree(state, one.slow));
    if (next !== -1) state.waiting.splice(next, 1)[0]?.begin();
  };
  const timer = state.clock.after(LINGERING_MS, () => {
    if (state.lingering >= MOST_LINGERING) return;
    lingers = true;
    state.lingering += 1;
    free();
  });
  return () => {
    timer.cancel();
    if (slow) state.slowUsed -= 1;
    if (lingers) state.lingering -= 1;
    else free();
  };
}
