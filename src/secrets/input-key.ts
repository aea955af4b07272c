import type { InputKey, StoredSecrets } from "../domain/secret.ts";
import { openValue, sealValue } from "./encryption/envelope.ts";
import type { MasterKey } from "./encryption/master-key.ts";
import { createSealerKey, TextSealer } from "./encryption/text-sealer.ts";

/** What the key is bound to, where a value is bound to the name of its secret. No secret has this name. */
export const INPUT_KEY_NAME = "input key";

/** A sealer, and the encrypted key that it was created from. */
export interface OpenedInputKey {
  sealed: Uint8Array;
  sealer: TextSealer;
}

/** Creates a key for the texts in stored inputs. */
export function createInputKey(master: MasterKey): InputKey {
  return { ...sealValue(master, INPUT_KEY_NAME, createSealerKey()), keyId: master.id };
}

/**
 * Opens the key of stored inputs. A rotation leaves `sealed` as it is, so an earlier result stays valid without the new master key.
 * @returns undefined if it is missing, damaged, or its master key is lost
 */
export function openInputKey(
  { inputKey }: Pick<StoredSecrets, "inputKey">,
  before: OpenedInputKey | undefined,
  keys: () => readonly MasterKey[],
): OpenedInputKey | undefined {
  if (inputKey === null) return undefined;
  if (before !== undefined && Buffer.compare(before.sealed, inputKey.sealed) === 0) return before;
  try {
    const master = keys().find(({ id }) => id === inputKey.keyId);
    if (master === undefined) return undefined;
    return { sealed: inputKey.sealed, sealer: new TextSealer(openValue(master, INPUT_KEY_NAME, inputKey)) };
  } catch {
    return undefined;
  }
}
