/** Remembers what was read in the current turn of the event loop. */
export interface TurnMemo<K, V> {
  /** Returns what was read for a key in this turn, or reads it. */
  get(key: K, read: () => V): V;
  /** Forgets everything. To be called by whatever changes what is read. */
  clear(): void;
}

/**
 * Creates a memo for reads that many requests of one turn repeat. A read outside of a transaction locks the database for
 * itself, which takes longer than everything else about a small one.
 */
export function createTurnMemo<K, V>(): TurnMemo<K, V> {
  const known = new Map<K, V>();
  const clear = () => known.clear();
  return {
    clear,
    get(key, read) {
      if (known.has(key)) return known.get(key) as V;
      const value = read();
      if (known.size === 0) setImmediate(clear);
      known.set(key, value);
      return value;
    },
  };
}
