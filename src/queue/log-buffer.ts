import type { LogEntry } from "../domain/execution.ts";

/** Console lines of one execution that are not stored yet. A task that writes faster than they are stored waits. */
export interface LogBuffer {
  /** @returns a promise, while too much waits to be stored: the task goes on when it resolves */
  add(entry: LogEntry): Promise<void> | undefined;
  /** Lines that are not stored. */
  pending(): readonly LogEntry[];
  /** Lines that are stored. */
  stored(): number;
  /** Whether a task waits. */
  isFull(): boolean;
  /** A batch to store, unless one is being stored. Its lines stay here meanwhile: the execution may end before. */
  take(): LogBatch | undefined;
}

/** Lines that are being stored. One of the two has to be called. */
export interface LogBatch {
  logs: LogEntry[];
  /** Sequence number of the first line. */
  first: number;
  stored(): void;
  /** It can't be stored now. The task goes on, and the end of the execution stores the lines. */
  failed(): void;
}

/** What waits to be stored at most, characters: one transaction writes it in some 20 ms. */
const MOST = 256 * 1024;
/** A line costs so many characters more, for its row. */
const LINE_COST = 64;

export function createLogBuffer(): LogBuffer {
  let logs: LogEntry[] = [];
  let stored = 0;
  let size = 0;
  let storing = false;
  let waiting: (() => void)[] = [];
  const sizeOf = (entries: readonly LogEntry[]) =>
    entries.reduce((sum, { message }) => sum + message.length + LINE_COST, 0);

  function settle(): void {
    storing = false;
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  }

  return {
    add(entry) {
      logs.push(entry);
      size += entry.message.length + LINE_COST;
      return size < MOST ? undefined : new Promise((resolve) => waiting.push(resolve));
    },
    pending: () => logs,
    stored: () => stored,
    isFull: () => size >= MOST,
    take() {
      if (logs.length === 0 || storing) return undefined;
      storing = true;
      const batch = [...logs];
      return {
        logs: batch,
        first: stored,
        stored() {
          logs = logs.slice(batch.length);
          stored += batch.length;
          size -= sizeOf(batch);
          settle();
        },
        failed: settle,
      };
    },
  };
}
