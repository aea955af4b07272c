import type { HostMemory } from "../host-memory.ts";
import { checkKey } from "./subtle-bounds.ts";

/** What the guest gets to know about a key. */
export type KeyFacts = Readonly<Record<"key" | "type" | "extractable" | "algorithm" | "usages", unknown>>;

/** How many bytes each key counts in addition to its own: what it takes in the runtime and in the tables here. */
const KEY_COST = 2_048;
const MAX_KEYS = 10_000;
/** How much all keys together may hold, bytes: some of what the host may hold is left to everything else. */
const MAX_ALL_KEYS = 32 * 1024 * 1024;

/** The keys of one execution. They stay on the host's side, and the guest gets numbers for them. */
export class SubtleKeys {
  readonly #keys: CryptoKey[] = [];
  #bytes = 0;
  /** The secrets of PBKDF2 keys: the runtime never returns them. */
  readonly #passwords = new WeakMap<CryptoKey, Uint8Array>();

  constructor(private readonly memory: HostMemory) {}

  get size(): number {
    return this.#keys.length;
  }

  get(handle: number): CryptoKey | undefined {
    return this.#keys[handle];
  }

  passwordOf(key: CryptoKey): Uint8Array | undefined {
    return this.#passwords.get(key);
  }

  setPassword(key: CryptoKey, password: Uint8Array): void {
    this.#passwords.set(key, password);
  }

  /**
   * Keeps a key until the execution has ended.
   * @param bytes the size of the data that it was created from
   * @throws {DOMException} QuotaExceededError if the execution holds too much, OperationError for a key that is too large
   */
  keep(key: CryptoKey, bytes = 0): KeyFacts {
    checkKey(key);
    if (this.#keys.length >= MAX_KEYS)
      throw new DOMException(`an execution can have ${MAX_KEYS} keys`, "QuotaExceededError");
    // The runtime has a copy of the data, and so has the table of passwords.
    const cost = KEY_COST + 2 * bytes;
    if (this.#bytes + cost > MAX_ALL_KEYS || !this.memory.hold(cost))
      throw new DOMException("there is no memory for another key", "QuotaExceededError");
    this.#bytes += cost;
    const { type, extractable, usages } = key;
    const { publicExponent, ...algorithm } = key.algorithm as { name: string; publicExponent?: Uint8Array };
    return {
      key: this.#keys.push(key) - 1,
      type,
      extractable,
      algorithm: publicExponent === undefined ? algorithm : { ...algorithm, publicExponent: [...publicExponent] },
      usages,
    };
  }
}
