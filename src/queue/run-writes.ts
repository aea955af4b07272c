import type { RunWrite, RunWritten } from "../store/contract/runs.ts";

/** The database has refused a change. */
export class RefusedWrite {
  constructor(readonly error: unknown) {}
}

/** Changes of runs that wait for the next transaction of the worker. */
export interface RunWrites {
  /** Resolves when the changes are stored. Rejects if the database refuses them, not if it is only unavailable. */
  add(write: RunWrite): Promise<RunWritten>;
  readonly size: number;
  /** Takes all of them, in order. Exactly one of the functions of the result has to be called. */
  take(): TakenWrites;
}

/** Changes that are about to be stored. */
export interface TakenWrites {
  readonly writes: readonly RunWrite[];
  /** They are stored, except those that were refused. @param written in the order of `writes` */
  stored(written: readonly (RunWritten | RefusedWrite)[]): void;
  /** Nothing is stored: they come first in the next transaction. */
  putBack(): void;
}

interface Entry {
  write: RunWrite;
  resolve: (written: RunWritten) => void;
  reject: (error: unknown) => void;
}

/** Creates an empty list. @param onAdded called after each addition */
export function createRunWrites(onAdded: () => void): RunWrites {
  let entries: Entry[] = [];
  return {
    add: (write) =>
      new Promise((resolve, reject) => {
        entries.push({ write, resolve, reject });
        onAdded();
      }),
    get size() {
      return entries.length;
    },
    take() {
      const taken = entries;
      entries = [];
      return {
        writes: taken.map(({ write }) => write),
        stored(written) {
          for (const [index, { resolve, reject }] of taken.entries()) {
            const result = written[index];
            if (result === undefined) reject(new Error("the store has returned too few results for changes of runs"));
            else if (result instanceof RefusedWrite) reject(result.error);
            else resolve(result);
          }
        },
        putBack() {
          entries = [...taken, ...entries];
        },
      };
    },
  };
}
