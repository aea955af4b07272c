/** Requests at the same time. Half of them may be for receivers that have not responded lately. */
const SLOTS = 24;
const SLOW_SLOTS = SLOTS / 2;

/** Bounds how many requests are under way, so that receivers that do not respond can't hold up the others. */
export interface SendSlots {
  /** Resolves with a function that frees the slot. @param slow the receiver has not responded lately */
  take(slow: boolean): Promise<() => void>;
}

interface Waiter {
  slow: boolean;
  begin: () => void;
}

export function createSendSlots(): SendSlots {
  const waiting: Waiter[] = [];
  let used = 0;
  let slowUsed = 0;
  const isFree = (slow: boolean) => used < SLOTS && !(slow && slowUsed >= SLOW_SLOTS);

  function occupy(slow: boolean): () => void {
    used += 1;
    if (slow) slowUsed += 1;
    return () => {
      used -= 1;
      if (slow) slowUsed -= 1;
      const next = waiting.findIndex((one) => isFree(one.slow));
      if (next !== -1) waiting.splice(next, 1)[0]?.begin();
    };
  }

  return {
    take(slow) {
      if (isFree(slow)) return Promise.resolve(occupy(slow));
      return new Promise((resolve) => {
        waiting.push({ slow, begin: () => resolve(occupy(slow)) });
      });
    },
  };
}
