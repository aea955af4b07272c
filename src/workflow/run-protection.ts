import { RatchetError } from "../domain/errors.ts";
import { readText } from "../domain/shared-text.ts";
import { hasStandIn, protectInput, restoreInput } from "../secrets/masking/stored-input.ts";
import { protectionOf, type Vault } from "../secrets/vault.ts";

/** Keeps what is stored of runs secret: images and seeds as a whole, journals as far as they have values of secrets. */
export interface RunProtection {
  /**
   * Returns a text of a journal as it is stored: without the values of secrets, which {@link restore} puts back.
   * @throws {RatchetError} INVALID_INPUT if the text has what stands for a secret
   */
  protect(text: string): Promise<string>;
  /** @throws {RatchetError} CONFIG_INVALID if the key of stored texts is lost */
  restore(text: string): Promise<string>;
  /** Encrypts bytes. @param name what they are, which {@link open} has to be given again */
  seal(name: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** Decrypts bytes. @returns undefined if they are damaged, something else, or encrypted with a lost key */
  open(name: string, sealed: Uint8Array): Promise<Uint8Array | undefined>;
}

/** Creates the protection with the keys of a vault. */
export function createRunProtection(vault: Pick<Vault, "latest" | "sealer" | "ensureSealer">): RunProtection {
  return {
    async protect(text) {
      if (hasStandIn(text)) throw standInGiven();
      const known = await vault.latest();
      return known === undefined ? text : readText(await protectInput(protectionOf(known), text));
    },
    async restore(text) {
      if (!hasStandIn(text)) return text;
      return readText(restoreInput({ sealer: await vault.sealer() }, text));
    },
    seal: async (name, bytes) => (await vault.ensureSealer()).sealBytes(name, bytes),
    open: async (name, sealed) => (await vault.sealer())?.openBytes(name, sealed),
  };
}

function standInGiven(): RatchetError {
  return new RatchetError(
    "INVALID_INPUT",
    "A value has what stands for a secret in stored texts, so it can't be stored.",
    {
      remedy: "Use the value itself.",
    },
  );
}
