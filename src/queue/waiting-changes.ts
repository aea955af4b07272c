import type { FinishedAttempt } from "../store/contract/jobs.ts";
import type { RunWrite, RunWritten } from "../store/contract/runs.ts";
import { RefusedWrite } from "./refused-write.ts";

/** Says what is on the disk. Results and changes have numbers, which rise. */
export interface StoredChanges {
  /** The number of the latest result or change. */
  latest(): number;
  /** Is everything up to this number on the disk? */
  isStored(number: number): boolean;
  /** Stores everything up to this number at once. Resolves when it is on the disk. */
  stored(number: number): Promise<void>;
}

/** Changes that are about to be stored. */
export interface TakenChanges {
  readonly finished: readonly FinishedAttempt[];
  readonly writes: readonly RunWrite[];
  /** They are stored, except those that were refused. @param written in the order of `writes` */
  stored(written: readonly (RunWritten | RefusedWrite)[]): void;
  /** Nothing is stored: they come first in the next transaction. */
  putBack(): void;
}

interface WaitingAttempt {
  number: number;
  attempt: FinishedAttempt;
}

interface WaitingWrite {
  number: number;
  write: RunWrite;
  resolve: (written: RunWritten) => void;
  reject: (error: unknown) => void;
}

/** Results of attempts and changes of runs that wait for the next transaction of the worker. Each has a number, and they rise. */
export class WaitingChanges {
  #attempts: WaitingAttempt[] = [];
  #writes: WaitingWrite[] = [];
  #latest = 0;
  #storedUpTo = 0;
  #watching: { number: number; resolve: () => void }[] = [];

  /** How many wait. */
  get size(): number {
    return this.#attempts.length + this.#writes.length;
  }

  /** How many of them are results of attempts. */
  get attempts(): number {
    return this.#attempts.length;
  }

  /** The number of the latest. */
  get latest(): number {
    return this.#latest;
  }

  /** Everything up to this number is stored. */
  get storedUpTo(): number {
    return this.#storedUpTo;
  }

  addAttempt(attempt: FinishedAttempt): void {
    this.#attempts.push({ number: ++this.#latest, attempt });
  }

  /** Resolves when the change is stored. Rejects if the database refuses it, not if it is only unavailable. */
  addWrite(write: RunWrite): Promise<RunWritten> {
    return new Promise((resolve, reject) => {
      this.#writes.push({ number: ++this.#latest, write, resolve, reject });
    });
  }

  /** Resolves when everything up to this number is stored. */
  reached(number: number): Promise<void> {
    return new Promise((resolve) => {
      if (number <= this.#storedUpTo) resolve();
      else this.#watching.push({ number, resolve });
    });
  }

  /** Takes all of them. Exactly one of the functions of the result has to be called. */
  take(): TakenChanges {
    const attempts = this.#attempts;
    const writes = this.#writes;
    const upTo = this.#latest;
    this.#attempts = [];
    this.#writes = [];
    return {
      finished: inOrder(attempts, writes),
      writes: writes.map(({ write }) => write),
      stored: (written) => {
        settle(writes, written);
        // What was refused in the meantime is never stored.
        this.#stored(this.size === 0 ? this.#latest : upTo);
      },
      putBack: () => {
        this.#attempts = [...attempts, ...this.#attempts];
        this.#writes = [...writes, ...this.#writes];
      },
    };
  }

  /** Runs of these executions were told what does not hold: what they wait to store is refused, and their attempts are handed back. */
  mislead(executionIds: readonly number[]): void {
    const misled = new Set(executionIds);
    this.#attempts = this.#attempts.map((one) => (misled.has(one.attempt.claimed.executionId) ? handedBack(one) : one));
    const refused = this.#writes.filter(({ write }) => misled.has(write.executionId));
    this.#writes = this.#writes.filter(({ write }) => !misled.has(write.executionId));
    for (const { write, resolve } of refused) resolve(notOwned(write));
  }

  #stored(upTo: number): void {
    this.#storedUpTo = upTo;
    const due = this.#watching.filter(({ number }) => number <= upTo);
    this.#watching = this.#watching.filter(({ number }) => number > upTo);
    for (const { resolve } of due) resolve();
  }
}

/** Says after which writes attempts have ended, if that matters: once a run may have known a result before it was stored. */
function inOrder(attempts: readonly WaitingAttempt[], writes: readonly WaitingWrite[]): FinishedAttempt[] {
  const isEarly =
    attempts.some(({ attempt }) => attempt.toldEarly === true) || writes.some(({ write }) => startsEarly(write));
  if (!isEarly) return attempts.map(({ attempt }) => attempt);
  return attempts.map(({ number, attempt }) => ({
    ...attempt,
    after: writes.filter((write) => write.number < number).length,
  }));
}

function startsEarly({ changes }: RunWrite): boolean {
  return changes.some((change) => change.type === "open" && change.operation.started !== undefined);
}

function settle(writes: readonly WaitingWrite[], written: readonly (RunWritten | RefusedWrite)[]): void {
  for (const [index, { resolve, reject }] of writes.entries()) {
    const result = written[index];
    if (result === undefined) reject(new Error("the store has returned too few results for changes of runs"));
    else if (result instanceof RefusedWrite) reject(result.error);
    else resolve(result);
  }
}

function handedBack({ number, attempt }: WaitingAttempt): WaitingAttempt {
  return { number, attempt: { ...attempt, result: { kind: "released" } } };
}

/** What is returned for a run that this worker does not carry any more. */
export function notOwned({ executionId }: Pick<RunWrite, "executionId">): RunWritten {
  return { executionId, owned: false, limit: null, near: null, children: {}, kept: {}, late: [] };
}

/** The jobs that were claimed before they were stored with these changes. */
export function startedIn(writes: readonly RunWrite[]): number[] {
  return writes.flatMap(({ changes }) =>
    changes.flatMap((change) => (change.type === "open" ? (change.operation.started?.job.id ?? []) : [])),
  );
}
