import type { Clock } from "../lib/clock.ts";
import { Lru } from "../lib/lru.ts";

/** How long a credential is trusted before the store is asked again, ms. A change of another process takes this long. */
export const TRUSTED_MS = 2_000;

/** Maximum number of credentials that are remembered, known and unknown ones. */
const MAX_REMEMBERED = 10_000;

/** What the store said about credentials, for a short time. */
export interface CredentialCache<T> {
  /** Returns what the store has under a hash. It is a promise only if the store has to be asked. */
  find(hash: string): T | undefined | Promise<T | undefined>;
  /** Returns what the store had under a hash when it was last asked, however long ago, if that is still remembered. */
  recall(hash: string): T | undefined;
  /** Returns how many credentials are remembered. */
  size(): number;
  /** Forgets everything, after a change that has to be seen at once. */
  clear(): void;
}

/** Remembers what `read` returns, for {@link TRUSTED_MS}. */
export function createCredentialCache<T>(
  clock: Clock,
  read: (hash: string) => Promise<T | undefined>,
): CredentialCache<T> {
  let known = new Lru<string, { value: T | undefined; readAt: number }>(MAX_REMEMBERED, () => 1);
  /** Reads under way, so that many requests with one credential ask the store once. */
  let reading = new Map<string, Promise<T | undefined>>();

  function ask(hash: string): Promise<T | undefined> {
    const [target, running] = [known, reading];
    const readAt = clock.monotonic();
    const asked = read(hash)
      .then((value) => {
        target.set(hash, { value, readAt });
        return value;
      })
      .finally(() => running.delete(hash));
    running.set(hash, asked);
    return asked;
  }

  return {
    find(hash) {
      const found = known.get(hash);
      if (found !== undefined && clock.monotonic() - found.readAt < TRUSTED_MS) return found.value;
      return reading.get(hash) ?? ask(hash);
    },
    size: () => known.size,
    recall: (hash) => known.get(hash)?.value,
    clear() {
      // A read that began before the change must not be remembered after it.
      known = new Lru(MAX_REMEMBERED, () => 1);
      reading = new Map();
    },
  };
}
