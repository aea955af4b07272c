import type { Vault } from "../../secrets/vault.ts";

/** Masks the values of secrets in texts that are shown. */
export interface TextMasker {
  text(text: string): string;
}

/** Returns what masks the secrets as they are now. */
export async function textMasker(vault: Pick<Vault, "latest">): Promise<TextMasker> {
  return (await vault.latest())?.masker ?? { text: (text) => text };
}
