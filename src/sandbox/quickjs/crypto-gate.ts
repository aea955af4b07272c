/** Lets few slow computations run at a time in a thread: they can't be interrupted once they run. */
export interface CryptoGate {
  /** Runs `work` when its turn comes, unless it is no longer wanted by then. */
  pass<T>(work: () => Promise<T>, wanted: () => boolean): Promise<T | undefined>;
}

/** Slow computations of one thread at a time. What an ended execution leaves behind is bounded by this. */
const AT_A_TIME = 2;

/** Makes the gate of one thread. */
export function createCryptoGate(): CryptoGate {
  const line: (() => void)[] = [];
  let running = 0;
  return {
    async pass(work, wanted) {
      if (running >= AT_A_TIME) await new Promise<void>((resolve) => line.push(resolve));
      else running += 1;
      try {
        return wanted() ? await work() : undefined;
      } finally {
        const next = line.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
