import type { Clock, Timer } from "../lib/clock.ts";

/** Times of use are stored this much later at most, ms: most requests write nothing. */
const DELAY_MS = 10_000;

/** Collects when credentials were last used. */
export interface LastUses<K> {
  note(key: K): void;
  /** When it was last used, if that is not stored yet; ms since the epoch. */
  latest(key: K): number | undefined;
  /** Stores what was noted. */
  flush(): Promise<void>;
}

/** @param store receives the latest times of use, ms since the epoch @param onError receives what it throws */
export function createLastUses<K>(
  clock: Clock,
  store: (uses: ReadonlyMap<K, number>) => Promise<void>,
  onError: (error: unknown) => void,
): LastUses<K> {
  let uses = new Map<K, number>();
  /** What is being stored. */
  let storing: ReadonlyMap<K, number> = uses;
  let timer: Timer | undefined;

  async function flush(): Promise<void> {
    timer?.cancel();
    timer = undefined;
    if (uses.size === 0) return;
    storing = uses;
    uses = new Map();
    try {
      await store(storing);
    } catch (error) {
      onError(error);
    }
  }

  return {
    note(key) {
      uses.set(key, clock.now());
      timer ??= clock.after(DELAY_MS, () => void flush());
    },
    latest: (key) => uses.get(key) ?? storing.get(key),
    flush,
  };
}
