/** Form of a secret's name. It is also the end of a variable's name and a member of `context.secrets`. */
export const SECRET_NAME: RegExp = /^[A-Za-z_][A-Za-z\d_]{0,99}$/;

/** Maximum size of a secret's value, bytes in UTF-8. */
export const MAX_SECRET_BYTES = 64 * 1024;

/** Maximum number of secrets in a database. */
export const MAX_SECRETS = 1_000;

/** What anyone may know of a stored secret. Times are ms since the epoch. */
export interface SecretRecord {
  name: string;
  createdAt: number;
  updatedAt: number;
}

/** An encrypted value. */
export interface SealedValue {
  /** The value, encrypted with a key of its own. */
  sealed: Uint8Array;
  /** That key, encrypted with the master key. */
  dataKey: Uint8Array;
}

/** A secret as stored. */
export interface StoredSecret extends SecretRecord, SealedValue {}

/** All stored secrets at one moment. */
export interface StoredSecrets {
  /** Rises with every change. 0 means that there never was a secret. */
  revision: number;
  /** Identifies the master key; null if no secret is stored. */
  keyId: string | null;
  secrets: readonly StoredSecret[];
  /** The key of the texts in stored inputs; null before the first secret. */
  inputKey: InputKey | null;
}

/** The key of the texts that stand-ins in stored inputs carry, encrypted like a secret. */
export interface InputKey extends SealedValue {
  /** Identifies the master key. It differs from that of the secrets only if that key was lost. */
  keyId: string;
}

/** The name of a secret, and a value that it has or had. */
export type NamedValue = readonly [name: string, value: string];

/** Values of secrets at one moment, by name. */
export type SecretValues = ReadonlyMap<string, string>;
