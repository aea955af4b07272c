/**
 * The only way to native cryptography on a thread. One thing passes at a time: a native operation, which occupies one
 * thread of the runtime's shared pool for at most some tens of ms, or a slice of a long computation. So the guests'
 * cryptography never fills that pool, and the thread serves its other guests in between.
 */
export interface CryptoGate {
  /** Runs `work` when its turn comes: first come, first served. */
  pass<T>(work: () => T | Promise<T>): Promise<T>;
}

/** How long work may follow on work before the thread does everything else, ms. */
const TURN_MS = 4;

/** Creates the gate of one thread. */
export function createCryptoGate(): CryptoGate {
  const line: (() => void)[] = [];
  let busy = false;
  /** When the first work of this turn of the event loop began. */
  let turnStarted: number | undefined;

  /** Promises alone would never let timers and messages get their turn. */
  const turn = () => {
    turnStarted = undefined;
    startNext();
  };
  const startNext = () => {
    if (busy || line.length === 0) return;
    if (turnStarted === undefined) {
      turnStarted = performance.now();
      setImmediate(turn);
    } else if (performance.now() - turnStarted >= TURN_MS) return; // `turn` goes on with it
    busy = true;
    line.shift()?.();
  };

  return {
    async pass(work) {
      await new Promise<void>((resolve) => {
        line.push(resolve);
        startNext();
      });
      try {
        return await work();
      } finally {
        busy = false;
        startNext();
      }
    },
  };
}
