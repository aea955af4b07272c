import type { ApiKey, FoundKey, Grant } from "../../domain/credentials.ts";

/** A secret of a key. Only its hash is stored. */
export interface NewSecret {
  /** SHA-256, hex. */
  hash: string;
  /** Its first characters. */
  start: string;
}

/** A key to create. */
export interface NewKey extends Grant {
  name: string;
  secret: NewSecret;
  /** How long each of its secrets is valid, ms; null: until it is revoked. */
  lifetimeMs: number | null;
}

/** API keys. */
export interface KeyStore {
  /** Whether there has ever been a key, revoked or not. */
  any(): Promise<boolean>;
  /** @param hash of a secret */
  find(hash: string): Promise<FoundKey | undefined>;
  /** All keys, oldest first, with the revoked ones. */
  list(): Promise<ApiKey[]>;
  /** The key with a name that is not revoked. */
  byName(name: string): Promise<ApiKey | undefined>;
  /** @throws {RatchetError} CONFLICT if a key that is not revoked has the name */
  create(key: NewKey): Promise<ApiKey>;
  /** @throws {RatchetError} KEY_NOT_FOUND unless a key with this name is not revoked */
  revoke(name: string): Promise<ApiKey>;
  /**
   * Gives a key a new secret, which is valid for as long as the first one was. The secrets before it stay valid for
   * `overlapMs`, unless they expire earlier.
   * @throws {RatchetError} KEY_NOT_FOUND unless a key with this name is not revoked
   */
  rotate(name: string, secret: NewSecret, overlapMs: number): Promise<ApiKey>;
  /** Stores when keys were last used. @param uses ms since the epoch, by the id of the key */
  used(uses: ReadonlyMap<number, number>): Promise<void>;
}
