import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { RatchetError } from "../../domain/errors.ts";
import type { SealedValue } from "../../domain/secret.ts";
import type { MasterKey } from "./master-key.ts";

/** Version of the layout: version, nonce, tag, ciphertext. */
const VERSION = 1;
/** Length of a nonce of GCM (NIST SP 800-38D, section 5.2.1.1), bytes. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;
const KEY_BYTES = 32;

/**
 * Encrypts a value (AES-256-GCM) with a random key of its own, and that key with the master key. Both are bound to the
 * name, so a row whose name was changed can't be opened.
 * @example
 * ```ts
 * import { createMasterKey } from "./master-key.ts";
 *
 * const key = createMasterKey();
 * const sealed = sealValue(key, "API_TOKEN", "t0p-secret");
 * openValue(key, "API_TOKEN", sealed); // => "t0p-secret"
 * ```
 */
export function sealValue(master: MasterKey, name: string, value: string): SealedValue {
  const key = randomBytes(KEY_BYTES);
  const sealed = encrypt(key, Buffer.from(value, "utf8"), valueData(name));
  return { sealed, dataKey: encrypt(master.bytes, key, keyData(name)) };
}

/** Decrypts a value. @throws {RatchetError} ENVIRONMENT if the row was changed or the key is a different one */
export function openValue(master: MasterKey, name: string, { sealed, dataKey }: SealedValue): string {
  try {
    const key = decrypt(master.bytes, dataKey, keyData(name));
    return decrypt(key, sealed, valueData(name)).toString("utf8");
  } catch (cause) {
    throw damaged(name, cause);
  }
}

/**
 * Encrypts the key of a value with another master key. The encrypted value stays.
 * @throws {RatchetError} as {@link openValue}
 */
export function rewrapValue(
  from: MasterKey,
  to: MasterKey,
  name: string,
  { sealed, dataKey }: SealedValue,
): SealedValue {
  try {
    const key = decrypt(from.bytes, dataKey, keyData(name));
    // Whoever loses the old key has to know now if the value is damaged.
    decrypt(key, sealed, valueData(name));
    return { sealed, dataKey: encrypt(to.bytes, key, keyData(name)) };
  } catch (cause) {
    throw damaged(name, cause);
  }
}

const valueData = (name: string): Buffer => Buffer.from(`ratchet secret value\0${name}`);
const keyData = (name: string): Buffer => Buffer.from(`ratchet secret key\0${name}`);

function encrypt(key: Uint8Array, plain: Uint8Array, associated: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Uint8Array.of(VERSION), nonce, cipher.getAuthTag(), text]);
}

function decrypt(key: Uint8Array, bytes: Uint8Array, associated: Uint8Array): Buffer {
  if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) throw new Error("unknown layout");
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(bytes.subarray(1 + NONCE_BYTES, HEAD_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]);
}

function damaged(name: string, cause: unknown): RatchetError {
  return new RatchetError(
    "ENVIRONMENT",
    `The secret ${name} can't be decrypted: its row in the database was changed.`,
    {
      remedy: `Set it again: ratchet secrets set ${name}.`,
      cause,
    },
  );
}
