/** Remembers for a moment what was read. */
export interface BriefMemo<K, V> {
  /** Returns what was read for a key a moment ago, or reads it. */
  get(key: K, read: () => V): V;
  /** Forgets everything. To be called by whatever changes what is read. */
  clear(): void;
}

/** How long something is remembered, ms. So much later this process sees what another one has changed. */
export const REMEMBERED_MS = 20;

/**
 * Creates a memo for reads that many requests repeat. A read outside of a transaction locks the database for itself, which takes
 * longer than everything else about a small one.
 * @param rememberedMs how long it remembers
 */
export function createBriefMemo<K, V>(rememberedMs = REMEMBERED_MS): BriefMemo<K, V> {
  const known = new Map<K, V>();
  const clear = () => known.clear();
  return {
    clear,
    get(key, read) {
      if (known.has(key)) return known.get(key) as V;
      const value = read();
      if (known.size === 0) setTimeout(clear, rememberedMs).unref();
      known.set(key, value);
      return value;
    },
  };
}
