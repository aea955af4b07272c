import { RatchetError } from "../../domain/errors.ts";
import type { SealedValue, StoredSecrets } from "../../domain/secret.ts";
import { rewrapValue } from "../encryption/envelope.ts";
import type { MasterKey } from "../encryption/master-key.ts";
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
    const { revision, keyId, secrets } = await rows.read();
    const from = keyId === null ? undefined : findKey(keys, keyId);
    const rewrapped = secrets.map((secret) => {
      const value = from === undefined ? secret : rewrapValue(from, to, secret.name, secret);
      return { name: secret.name, ...value };
    });
    // The old key stays first, because it is the one for new values until the rows have changed.
    keys.replace?.(from === undefined ? [to] : [from, to]);
    if (!(await rows.rewrap({ revision, keyId: to.id, secrets: rewrapped }))) continue;
    keys.replace?.([to]);
    return secrets.length;
  }
  throw new RatchetError("ENVIRONMENT", "The key was not rotated, because the secrets change all the time.", {
    remedy: "Try again.",
  });
}
