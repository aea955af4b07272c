import type { EventType, RatchetEvent } from "../domain/events.ts";

/**
 * Tells the hosts of this process what happens to streams between jobs: there are items, they were taken, a job has ended. Hosts of
 * other processes learn it when their guests go to sleep.
 */
export interface StreamNews {
  /** Something has happened to the stream of a job. */
  tell(jobId: number): void;
  /** @returns a function that stops listening */
  listen(jobId: number, listener: () => void): () => void;
  /** A job reads the stream of another one, which hears when it has ended. */
  reads(jobId: number, sourceId: number): void;
  /** Events of the store. */
  react(events: readonly RatchetEvent[]): void;
}

const ENDS: ReadonlySet<string> = new Set<EventType>(["job.completed", "job.failed", "job.cancelled"]);

export function createStreamNews(): StreamNews {
  const listeners = new Map<number, Set<() => void>>();
  const sources = new Map<number, number>();

  function tell(jobId: number): void {
    for (const listener of [...(listeners.get(jobId) ?? [])]) listener();
  }

  return {
    tell,
    listen(jobId, listener) {
      const all = listeners.get(jobId) ?? new Set();
      listeners.set(jobId, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0 && listeners.get(jobId) === all) listeners.delete(jobId);
      };
    },
    reads(jobId, sourceId) {
      sources.set(jobId, sourceId);
    },
    react(events) {
      if (listeners.size === 0 && sources.size === 0) return;
      for (const { type, jobId } of events) {
        if (jobId === null || !ENDS.has(type)) continue;
        tell(jobId);
        const source = sources.get(jobId);
        if (source === undefined) continue;
        sources.delete(jobId);
        tell(source);
      }
    },
  };
}
