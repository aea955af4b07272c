import type { RatchetEvent } from "../../../src/domain/events.ts";
import type { Store } from "../../../src/store/contract/store.ts";

/** Collects the events that a store publishes, whenever they come. */
export interface Listener {
  /** Those received so far, in the order in which they came. */
  readonly events: readonly RatchetEvent[];
  /** Resolves when the events received meet a condition. */
  until(isMet: (events: readonly RatchetEvent[]) => boolean): Promise<void>;
  /** Ends the subscription. */
  stop(): void;
}

export function listen(store: Store): Listener {
  const events: RatchetEvent[] = [];
  let waiting: { isMet: (events: readonly RatchetEvent[]) => boolean; resolve: () => void }[] = [];
  const stop = store.events.subscribe((received) => {
    events.push(...received);
    const met = waiting.filter(({ isMet }) => isMet(events));
    waiting = waiting.filter((one) => !met.includes(one));
    for (const { resolve } of met) resolve();
  });
  return {
    events,
    until(isMet) {
      if (isMet(events)) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ isMet, resolve });
      });
    },
    stop,
  };
}
