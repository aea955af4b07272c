import { RatchetError } from "../../domain/errors.ts";
import { noSecret } from "../../domain/not-found.ts";
import { MAX_SECRET_BYTES, MAX_SECRETS, SECRET_NAME, type SecretRecord } from "../../domain/secret.ts";
import { nearest } from "../../lib/nearest.ts";
import { formatSize } from "../../lib/size.ts";
import type { Vault } from "../../secrets/vault.ts";
import type { SecretStore } from "../../store/contract/secrets.ts";

/** Secrets of tasks. Nothing here returns a value. */
export interface SecretService {
  /**
   * Creates a secret or replaces its value.
   * @param pointer where the value is in the request
   * @throws {RatchetError} USAGE for the name or value; ENVIRONMENT, CONFIG_INVALID for the master key
   */
  put(name: string, value: string, pointer: string): Promise<{ record: SecretRecord; created: boolean }>;
  /** Lists all secrets by name. */
  list(): Promise<SecretRecord[]>;
  /** @throws {RatchetError} SECRET_NOT_FOUND */
  delete(name: string): Promise<void>;
}

/** What the service needs. The command line creates it without a server. */
export interface SecretDependencies {
  store: { secrets: Pick<SecretStore, "put" | "list" | "delete"> };
  vault: Pick<Vault, "seal">;
}

/** How often to encrypt again because the master key was rotated in the meantime. */
const TRIES = 10;

/** Creates the service of secrets. */
export function createSecretService({ store, vault }: SecretDependencies): SecretService {
  const { secrets } = store;
  return {
    async put(name, value, pointer) {
      checkName(name);
      checkValue(value, pointer);
      await checkCount(secrets, name);
      for (let tries = 0; tries < TRIES; tries++) {
        const stored = await secrets.put({ name, ...(await vault.seal(name, value)) });
        if (stored !== undefined) return stored;
      }
      throw new RatchetError("CONFLICT", "The master key of the secrets changes all the time.", {
        remedy: "Try again.",
      });
    },
    list: () => secrets.list(),
    async delete(name) {
      if (await secrets.delete(name)) return;
      const names = (await secrets.list()).map((record) => record.name);
      throw noSecret(name, nearest(name, names));
    },
  };
}

/** Checks a name. The message does not repeat it, because it may be a value in the wrong place. @throws {RatchetError} USAGE */
export function checkName(name: string): void {
  if (SECRET_NAME.test(name)) return;
  throw new RatchetError("USAGE", "The name of a secret consists of up to 100 letters, digits and underscores.", {
    data: { field: "name" },
    remedy: "Use a name such as API_TOKEN, which does not begin with a digit.",
  });
}

function checkValue(value: string, pointer: string): void {
  const bytes = Buffer.byteLength(value);
  const problem =
    value === ""
      ? "is empty"
      : bytes > MAX_SECRET_BYTES
        ? `has ${bytes} bytes; the limit is ${formatSize(MAX_SECRET_BYTES)}`
        : value.isWellFormed()
          ? undefined
          : "has half of a surrogate pair";
  if (problem === undefined) return;
  throw new RatchetError("USAGE", `The value of the secret ${problem}.`, {
    data: { field: "value", violations: [{ pointer, message: problem }] },
  });
}

async function checkCount(secrets: Pick<SecretStore, "list">, name: string): Promise<void> {
  const existing = await secrets.list();
  if (existing.length < MAX_SECRETS || existing.some((record) => record.name === name)) return;
  throw new RatchetError("CONFLICT", `There are ${existing.length} secrets, which is the limit.`, {
    remedy: "Remove one that no task declares.",
  });
}
