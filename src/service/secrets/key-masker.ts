import { SlowSearch } from "../../secrets/masking/finder.ts";
import { replaceInText } from "../../secrets/masking/replace-secrets.ts";
import { UNSEARCHED } from "../../secrets/masking/secret-masker.ts";
import { type KnownSecrets, protectionOf } from "../../secrets/vault.ts";
import type { Masker } from "./masked-members.ts";

/**
 * Masks texts that something is found by, as in `order [secret API_TOKEN:mZ1_q0bTn4Xc]`. Each mask has a keyed fingerprint of what
 * it replaces, so different texts stay different whatever the values are later. Nobody can write a mask that they have not seen.
 */
export function keyMasker(known: KnownSecrets): Masker {
  const fingerprint = (name: string, text: string) => protectionOf(known).sealer.fingerprint(name, text);
  return {
    text(text) {
      try {
        return replaceInText(
          known.search,
          text,
          ({ name }, _place, part) => `[secret ${name}:${fingerprint(name, part)}]`,
        );
      } catch (error) {
        if (error instanceof SlowSearch) return `${UNSEARCHED.slice(0, -1)}:${fingerprint("", text)}]`;
        throw error;
      }
    },
  };
}
