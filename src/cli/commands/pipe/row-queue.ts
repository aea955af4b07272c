/** A row on its way from one task to the next. */
export interface Row {
  json: string;
  /** Its number in the output of the task before; of the first task, the number of its line in the input. */
  line: number;
  /** Called when the next task has it. */
  taken?: (() => void) | undefined;
}

/** Rows between two tasks. */
export interface RowQueue {
  /** Resolves when there is room for more; undefined if there is. */
  put(row: Row): Promise<void> | undefined;
  /** There are no more rows. */
  end(): void;
  /** Resolves to all rows that wait: at least one, unless there are no more. */
  take(): Promise<{ rows: Row[]; end: boolean }>;
  /** Nobody reads any more. */
  close(): void;
  /** Calls back when nobody reads any more. */
  onClose(callback: () => void): void;
}

/** How much may wait between two tasks. */
const MOST_ROWS = 1_000;
const MOST_CHARACTERS = 1024 * 1024;

/** Creates a queue. */
export function createRowQueue(): RowQueue {
  let rows: Row[] = [];
  let characters = 0;
  let hasEnded = false;
  let isClosed = false;
  let reader: (() => void) | undefined;
  let writers: (() => void)[] = [];
  const closers: (() => void)[] = [];
  const isFull = () => rows.length >= MOST_ROWS || characters >= MOST_CHARACTERS;
  const wakeWriters = () => {
    const woken = writers;
    writers = [];
    for (const wake of woken) wake();
  };
  const wakeReader = () => {
    const wake = reader;
    reader = undefined;
    wake?.();
  };
  return {
    put(row) {
      if (isClosed) return undefined;
      rows.push(row);
      characters += row.json.length;
      wakeReader();
      return isFull() ? new Promise((resolve) => writers.push(resolve)) : undefined;
    },
    end() {
      hasEnded = true;
      wakeReader();
    },
    async take() {
      if (rows.length === 0 && !hasEnded) {
        await new Promise<void>((resolve) => {
          reader = resolve;
        });
      }
      const taken = rows;
      rows = [];
      characters = 0;
      wakeWriters();
      for (const row of taken) row.taken?.();
      return { rows: taken, end: hasEnded };
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      hasEnded = true;
      rows = [];
      characters = 0;
      wakeWriters();
      wakeReader();
      for (const callback of closers) callback();
    },
    onClose(callback) {
      if (isClosed) callback();
      else closers.push(callback);
    },
  };
}
