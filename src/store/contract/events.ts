import type { RatchetEvent } from "../../domain/events.ts";

/** Events, as they come and as they are stored. */
export interface EventStore {
  /**
   * Calls the listener with the events of each commit, in order. This may be later than the call that caused them
   * returns. A listener that throws loses that call only.
   * @returns a function that ends the subscription
   */
  subscribe(listener: (events: readonly RatchetEvent[]) => void): () => void;
  /** Stored events after `id`, oldest first. */
  since(id: number, limit: number): Promise<RatchetEvent[]>;
  /**
   * First and last id that are kept. A reader that needs events from before the first has missed some. Both are 0 if
   * there are no events.
   */
  bounds(): Promise<{ first: number; last: number }>;
}
