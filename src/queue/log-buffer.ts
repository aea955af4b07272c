import type { LogEntry } from "../domain/execution.ts";

/** Log lines of one execution that are not stored yet. A task that writes them faster than they are stored has to wait. */
export interface LogBuffer {
  /** @returns a promise if the buffer is full: the task has to wait until it resolves */
  add(entry: LogEntry): Promise<void> | undefined;
  /** Returns the lines that are not stored. */
  pending(): readonly LogEntry[];
  /** Returns the number of lines that are stored. */
  stored(): number;
  /** Returns true if the task has to wait. */
  isFull(): boolean;
  /**
   * Returns a batch to store; undefined while another one is being stored. Its lines remain in the buffer until then,
   * because the execution may end first.
   */
  take(): LogBatch | undefined;
}

/** Lines that are being stored. Either `stored` or `failed` has to be called. */
export interface LogBatch {
  logs: LogEntry[];
  /** Sequence number of the first line. */
  first: number;
  stored(): void;
  /** Reports that the lines could not be stored. The task continues, and the lines are stored with its result. */
  failed(): void;
}

/** Size from which the buffer is full, characters: one transaction writes as much in about 20 ms. */
const MOST = 256 * 1024;
/** Additional cost of a line for its row, in characters. */
const LINE_COST = 64;

/** @param stored number of lines of the execution that are stored already @default 0 */
export function createLogBuffer(stored = 0): LogBuffer {
  let logs: LogEntry[] = [];
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
