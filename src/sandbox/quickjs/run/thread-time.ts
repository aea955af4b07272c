/** How much of a thread's time one execution has used. */
export interface TimeAccount {
  /** Until the thread last turned away from the execution, ms. */
  ms: number;
}

/** Which execution a thread works for now. Each is charged for its own turns, and none for waiting. */
export interface ThreadTime {
  /** The thread works for this execution from now on. This is cheap if it already did. */
  turnTo(account: TimeAccount): void;
  /** The execution waits, or has ended. Nothing happens if the thread works for another one. */
  turnFrom(account: TimeAccount): void;
  /** Runs work that the host does for an execution that waits. */
  during<T>(account: TimeAccount, work: () => T): T;
}

/**
 * Several waiting guests share a thread and take turns of a few microseconds. On many machines the kernel counts a
 * thread's time in ticks of milliseconds, so turns are measured with the monotonic clock. If more threads want to run than there
 * are processors, a turn includes the time for which the thread waited for one.
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
