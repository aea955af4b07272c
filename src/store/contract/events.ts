import type { RatchetEvent } from "../../domain/events.ts";

/** Events: those to come, and those that were. */
export interface EventStore {
  /**
   * Calls the listener after each commit with its events, in order. A listener that throws loses that call only.
   * @returns ends the subscription
   */
  subscribe(listener: (events: readonly RatchetEvent[]) => void): () => void;
  /** Stored events after `id`, oldest first. */
  since(id: number, limit: number): Promise<RatchetEvent[]>;
  /** First and last id kept: whoever asks for what was before the first has missed something. 0 when there is none. */
  bounds(): Promise<{ first: number; last: number }>;
}
