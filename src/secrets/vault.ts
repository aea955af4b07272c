import { RatchetError } from "../domain/errors.ts";
import type { InputKey, NamedValue, SealedValue, SecretValues, StoredSecret, StoredSecrets } from "../domain/secret.ts";
import { openValue, sealValue } from "./encryption/envelope.ts";
import type { MasterKey } from "./encryption/master-key.ts";
import type { TextSealer } from "./encryption/text-sealer.ts";
import { createInputKey, type OpenedInputKey, openInputKey } from "./input-key.ts";
import type { KeySource } from "./keys/key-source.ts";
import { maskerOf, type SecretMasker } from "./masking/secret-masker.ts";
import { createSecretSearch, type SecretSearch } from "./masking/secret-search.ts";
import type { Protection } from "./masking/stored-input.ts";

/** Where the vault reads encrypted values. */
export interface SealedSecrets {
  /** Rises with every change. Read before each use, so it has to be cheap. */
  revision(): Promise<number>;
  read(): Promise<StoredSecrets>;
  /**
   * Stores the key of the texts in stored inputs. Absent where nothing is stored.
   * @returns false if secrets have changed since `revision`
   */
  putInputKey?(key: InputKey, revision: number): Promise<boolean>;
}

/** Finds and masks the secrets of one moment. */
export interface KnownSecrets {
  values: SecretValues;
  search: SecretSearch;
  /** Returns what finds earlier values as well, which may overlap with those of now. The last result is kept. */
  searchWith(earlier: readonly NamedValue[]): SecretSearch;
  masker: SecretMasker;
  /** Encrypts what is replaced in stored inputs; undefined where nothing is stored. */
  sealer: TextSealer | undefined;
}

/** Encrypts and decrypts the secrets of a database. Decrypted values stay in memory. */
export interface Vault {
  /**
   * Returns the values as they are now, also after a change by another process.
   * @throws {RatchetError} ENVIRONMENT, CONFIG_INVALID if the master key is missing or a different one
   */
  values(): Promise<SecretValues>;
  /**
   * Returns what finds and masks the values as they are now; undefined if there is no secret.
   * @throws {RatchetError} as {@link values}
   */
  known(): Promise<KnownSecrets | undefined>;
  /**
   * Returns what {@link known} returns, or what it returned last if a value can't be decrypted. For what must go on with a
   * wrong master key.
   */
  latest(): Promise<KnownSecrets | undefined>;
  /** Returns what {@link known} returned last, for what can't wait. */
  lastKnown(): KnownSecrets | undefined;
  /** Returns what decrypts the texts in stored inputs, also without any secret; undefined if their key is lost. @throws as {@link values} */
  sealer(): Promise<TextSealer | undefined>;
  /** Returns what {@link sealer} returns, and creates its key if that is missing. @throws {RatchetError} as {@link values} */
  ensureSealer(): Promise<TextSealer>;
  /** Encrypts a value. @throws {RatchetError} as {@link values} */
  seal(name: string, value: string): Promise<SealedValue & { keyId: string }>;
}

/** What was read last. */
interface Opened {
  revision: number;
  values: SecretValues;
  /** The encrypted values, by name: one that did not change needs no key. */
  sealed: ReadonlyMap<string, Uint8Array>;
  inputKey?: OpenedInputKey | undefined;
  /** Prepared when it is needed. */
  known?: KnownSecrets;
}

/** How often to create the key of stored inputs again because the secrets have changed in the meantime. */
const SEALER_TRIES = 10;

const NOTHING: Opened = { revision: 0, values: new Map(), sealed: new Map() };

/**
 * Creates a vault. It reads nothing before the first use.
 * @param onUnreadable called with the error when values can't be decrypted any more, once for each change of the secrets
 */
export function createVault(
  rows: SealedSecrets,
  keys: KeySource,
  onUnreadable: (error: unknown) => void = () => {},
): Vault {
  let opened = NOTHING;
  let reported: number | undefined;
  let wasReadable = false;
  let opening: Promise<Opened> | undefined;

  async function open(): Promise<Opened> {
    const stored = await rows.read();
    try {
      const next = openAll(stored, opened, keys);
      // The change of the revision makes it read once more.
      if (stored.secrets.length > 0 && next.inputKey === undefined) {
        await rows.putInputKey?.(createInputKey(findKey(keys, stored.keyId ?? "")), stored.revision);
      }
      opened = next;
    } catch (error) {
      if (wasReadable && reported !== stored.revision) onUnreadable(error);
      reported = stored.revision;
      throw error;
    }
    return opened;
  }

  async function current(): Promise<Opened> {
    while ((await rows.revision()) !== opened.revision) {
      // Calls at the same time share one reading. It may have begun before the change that a later one has seen.
      opening ??= open().finally(() => {
        opening = undefined;
      });
      await opening;
    }
    wasReadable = true;
    return opened;
  }

  return {
    values: async () => (await current()).values,
    known: async () => knownOf(await current()),
    latest: async () => knownOf(await current().catch(() => opened)),
    lastKnown: () => knownOf(opened),
    sealer: async () => (await current()).inputKey?.sealer,
    async ensureSealer() {
      for (let tries = 0; tries < SEALER_TRIES; tries++) {
        const sealer = (await current()).inputKey?.sealer;
        if (sealer !== undefined) return sealer;
        await createSealer(rows, keys);
      }
      throw noSealer();
    },
    async seal(name, value) {
      const { keyId } = await rows.read();
      const key = keyId === null ? (keys.keys()[0] ?? created(keys)) : findKey(keys, keyId);
      return { ...sealValue(key, name, value), keyId: key.id };
    },
  };
}

/** Creates the key of stored inputs. @throws {RatchetError} ENVIRONMENT, CONFIG_INVALID if its master key is missing */
async function createSealer(rows: SealedSecrets, keys: KeySource): Promise<void> {
  const { keyId, inputKey, revision } = await rows.read();
  const needed = keyId ?? inputKey?.keyId ?? null;
  const key = needed === null ? (keys.keys()[0] ?? created(keys)) : findKey(keys, needed);
  await rows.putInputKey?.(createInputKey(key), revision);
}

/** Returns what protects texts before they are stored. @throws {RatchetError} ENVIRONMENT if another process changes secrets all the time */
export function protectionOf({ search, sealer }: Pick<KnownSecrets, "search" | "sealer">): Protection {
  if (sealer !== undefined) return { search, sealer };
  throw noSealer();
}

function noSealer(): RatchetError {
  return new RatchetError("ENVIRONMENT", "There is no key for the secrets in stored inputs.", { remedy: "Try again." });
}

function knownOf(opened: Opened): KnownSecrets | undefined {
  if (opened.values.size === 0) return undefined;
  if (opened.known === undefined) {
    const { values, inputKey } = opened;
    const search = createSecretSearch(values);
    const searchWith = searchOfBoth(values);
    opened.known = { values, search, searchWith, masker: maskerOf(search), sealer: inputKey?.sealer };
  }
  return opened.known;
}

/** A webhook whose template has an earlier value needs the same search for each delivery. */
function searchOfBoth(values: SecretValues): KnownSecrets["searchWith"] {
  let last: { key: string; search: SecretSearch } | undefined;
  return (earlier) => {
    const key = JSON.stringify(earlier);
    if (last?.key !== key) last = { key, search: createSecretSearch([...values, ...earlier]) };
    return last.search;
  };
}

function openAll(stored: StoredSecrets, before: Opened, keys: KeySource): Opened {
  const { revision, keyId, secrets } = stored;
  let key: MasterKey | undefined;
  const values = new Map<string, string>();
  const sealed = new Map<string, Uint8Array>();
  for (const secret of secrets) {
    let value = unchangedValue(secret, before);
    if (value === undefined) {
      key ??= findKey(keys, keyId ?? "");
      value = openValue(key, secret.name, secret);
    }
    values.set(secret.name, value);
    sealed.set(secret.name, secret.sealed);
  }
  return { revision, values, sealed, inputKey: openInputKey(stored, before.inputKey, () => keys.keys()) };
}

function unchangedValue({ name, sealed }: StoredSecret, before: Opened): string | undefined {
  const known = before.sealed.get(name);
  return known !== undefined && Buffer.compare(known, sealed) === 0 ? before.values.get(name) : undefined;
}

function created(keys: KeySource): MasterKey {
  if (keys.create !== undefined) return keys.create();
  throw new RatchetError("ENVIRONMENT", `${keys.name} has no key for the secrets.`, {
    remedy: "Set RATCHET_SECRETS_KEY, or secrets.key_file to a file with a key.",
  });
}

/**
 * Finds the key that the secrets are encrypted with.
 * @throws {RatchetError} ENVIRONMENT if the source has no key or a different one
 */
export function findKey(keys: KeySource, keyId: string): MasterKey {
  const available = keys.keys();
  const key = available.find(({ id }) => id === keyId);
  if (key !== undefined) return key;
  const needed = `they were encrypted with the key whose fingerprint is ${keyId}`;
  const own = available.map(({ id }) => id).join(", ");
  const message =
    available.length === 0
      ? `${keys.name} has no key for the stored secrets: ${needed}.`
      : `${keys.name} is not the key of the stored secrets: its fingerprint is ${own}, and ${needed}.`;
  throw new RatchetError("ENVIRONMENT", message, {
    remedy:
      "Provide that key in RATCHET_SECRETS_KEY or secrets.key_file, and start the server again. If it is lost, remove the secrets and set them again.",
    data: { keyId },
  });
}
