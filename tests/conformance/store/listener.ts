import type { RatchetEvent } from "../../../src/domain/events.ts";
import type { Store } from "../../../src/store/contract/store.ts";

/** Collects events, whenever they come. */
export interface Collector {
  /** Those received so far, in the order in which they came. */
  readonly events: readonly RatchetEvent[];
  /** Takes events: pass it to `subscribe`. */
  receive(events: readonly RatchetEvent[]): void;
  /** Resolves when the events received meet a condition. */
  until(isMet: (events: readonly RatchetEvent[]) => boolean): Promise<void>;
}

export function createCollector(): Collector {
  const events: RatchetEvent[] = [];
  let waiting: { isMet: (events: readonly RatchetEvent[]) => boolean; resolve: () => void }[] = [];
  return {
    events,
    receive(received) {
      events.push(...received);
      const met = waiting.filter(({ isMet }) => isMet(events));
      waiting = waiting.filter((one) => !met.includes(one));
      for (const { resolve } of met) resolve();
    },
    until(isMet) {
      if (isMet(events)) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ isMet, resolve });
      });
    },
  };
}

/** Subscribes a collector to the events of a store. */
export function listen(store: Store): Collector {
  const collector = createCollector();
  store.events.subscribe(collector.receive);
  return collector;
}
