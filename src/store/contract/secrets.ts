import type { InputKey, SealedValue, SecretRecord, StoredSecrets } from "../../domain/secret.ts";

/** A value to be stored. */
export interface NewSecret extends SealedValue {
  name: string;
  /** Identifies the master key that its key is encrypted with. */
  keyId: string;
}

/** New encrypted keys of all values, after a rotation of the master key. */
export interface Rewrapping {
  /** The revision whose rows they were made from. */
  revision: number;
  keyId: string;
  secrets: readonly (SealedValue & { name: string })[];
  /** Null if it can't be read any more. */
  inputKey: InputKey | null;
}

/** Secrets. Only encrypted values get here. */
export interface SecretStore {
  /** Returns the revision: it rises with every change, whichever process makes it. Cheap. */
  revision(): Promise<number>;
  /** Returns all secrets with their encrypted values. */
  read(): Promise<StoredSecrets>;
  /** Returns all secrets without their values, by name. */
  list(): Promise<SecretRecord[]>;
  /**
   * Creates a secret or replaces its value.
   * @returns undefined if the other secrets have another master key now: encrypt it again
   */
  put(secret: NewSecret): Promise<{ record: SecretRecord; created: boolean } | undefined>;
  /** @returns false if there is no such secret */
  delete(name: string): Promise<boolean>;
  /** Stores the key of the texts in stored inputs. @returns false if secrets have changed since `revision` */
  putInputKey(key: InputKey, revision: number): Promise<boolean>;
  /** Replaces the encrypted keys of all values. @returns false if secrets have changed since then */
  rewrap(rewrapping: Rewrapping): Promise<boolean>;
}
