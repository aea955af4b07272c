/**
 * The one door to native cryptography in a thread. One thing at a time passes: a native operation, which occupies one
 * thread of the runtime's shared pool for at most some tens of ms, or a slice of a long computation. So the cryptography
 * of guests never fills that pool, and the thread looks after its other guests in between.
 */
export interface CryptoGate {
  /** Runs `work` when its turn comes: first come, first served. */
  pass<T>(work: () => T | Promise<T>): Promise<T>;
}

/** Work may follow on work for so long before the thread looks after everything else, ms. */
const TURN_MS = 4;

/** Makes the gate of one thread. */
export function createCryptoGate(): CryptoGate {
  const line: (() => void)[] = [];
  let busy = false;
  /** When the first work of this turn of the event loop began; undefined before it. */
  let turnStarted: number | undefined;

  /** Promises alone would never let the thread turn to timers and messages. */
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
