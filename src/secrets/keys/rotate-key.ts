import { RatchetError } from "../../domain/errors.ts";
import type { InputKey, SealedValue, StoredSecrets } from "../../domain/secret.ts";
import { rewrapValue } from "../encryption/envelope.ts";
import type { MasterKey } from "../encryption/master-key.ts";
import { INPUT_KEY_NAME } from "../input-key.ts";
import { findKey } from "../vault.ts";
import type { KeySource } from "./key-source.ts";

/** Where the encrypted keys of all values are replaced. */
export interface RotatedSecrets {
  read(): Promise<StoredSecrets>;
  /** @returns false if secrets have changed since `revision` */
  rewrap(rewrapping: {
    revision: number;
    keyId: string;
    secrets: readonly (SealedValue & { name: string })[];
    inputKey: InputKey | null;
  }): Promise<boolean>;
}

/** How often to begin again because another process changed a secret. */
const TRIES = 20;

/**
 * Encrypts the keys of all values with another master key. While it is under way the source has both keys, so that
 * other processes can read the secrets at any moment, and a crash loses nothing.
 * @returns the number of secrets
 * @throws {RatchetError} ENVIRONMENT, CONFIG_INVALID
 */
export async function rotateKey(rows: RotatedSecrets, keys: KeySource, to: MasterKey): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { revision, keyId, secrets, inputKey } = await rows.read();
    const from = keyId === null ? keys.keys().find(({ id }) => id === inputKey?.keyId) : findKey(keys, keyId);
    const rewrapped = secrets.map((secret) => {
      const value = from === undefined ? secret : rewrapValue(from, to, secret.name, secret);
      return { name: secret.name, ...value };
    });
    const rewrappedInputKey = from === undefined ? null : rewrapInputKey(from, to, inputKey);
    // The old key stays first, because it is the one for new values until the rows have changed.
    keys.replace?.(from === undefined ? [to] : [from, to]);
    if (!(await rows.rewrap({ revision, keyId: to.id, secrets: rewrapped, inputKey: rewrappedInputKey }))) continue;
    keys.replace?.([to]);
    return secrets.length;
  }
  throw new RatchetError("ENVIRONMENT", "The key was not rotated, because the secrets change all the time.", {
    remedy: "Try again.",
  });
}

/** Without secrets, or after their key was lost, the key of stored inputs may be under a key that nobody has. */
function rewrapInputKey(from: MasterKey, to: MasterKey, inputKey: InputKey | null): InputKey | null {
  if (inputKey === null || inputKey.keyId !== from.id) return null;
  return { ...rewrapValue(from, to, INPUT_KEY_NAME, inputKey), keyId: to.id };
}
