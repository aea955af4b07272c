/** Time of a thread that one execution has used. */
export interface TimeAccount {
  /** Up to the last moment the thread turned away from it, ms. */
  ms: number;
}

/** Which execution a thread works for now: each is charged for its own turns, and none for waiting. */
export interface ThreadTime {
  /** The thread works for this execution from now on. Costs nothing when it did already. */
  turnTo(account: TimeAccount): void;
  /** The execution waits, or has ended. Nothing happens when the thread works for another one. */
  turnFrom(account: TimeAccount): void;
  /** Runs work that the host does for an execution that waits. */
  during<T>(account: TimeAccount, work: () => T): T;
}

/**
 * Several guests that wait share a thread, and take turns of a few microseconds. The kernel's own account of a thread
 * moves in ticks of milliseconds on many machines, so turns are measured with the monotonic clock: where more threads
 * want to run than there are processors, a turn also has the time the thread was kept waiting for one.
 */
export function createThreadTime(now: () => number = () => performance.now()): ThreadTime {
  let current: TimeAccount | undefined;
  let since = 0;

  function turn(next: TimeAccount | undefined): void {
    const at = now();
    if (current !== undefined) current.ms += at - since;
    current = next;
    since = at;
  }

  return {
    turnTo(account) {
      if (account !== current) turn(account);
    },
    turnFrom(account) {
      if (account === current) turn(undefined);
    },
    during(account, work) {
      const before = current;
      turn(account);
      try {
        return work();
      } finally {
        turn(before);
      }
    },
  };
}
