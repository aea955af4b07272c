/** Bounds how many things run at a time. */
export interface Slots {
  /** Resolves when one may run. @returns what ends it */
  take(): Promise<() => void>;
}

/** Creates slots, which are given in the order in which they are asked for. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const give = () => {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    };
  };
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return give();
    },
  };
}
