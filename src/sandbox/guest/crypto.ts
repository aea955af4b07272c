import { defineLazyGlobals, usePart } from "./parts.ts";

/** What the part "subtle" provides to the base. */
interface SubtlePart {
  settle(index: number, json: string, bytes: Uint8Array | undefined): void;
}

/** Defines crypto and its interfaces. */
export function installCrypto(): void {
  defineLazyGlobals(["crypto", "Crypto"], "crypto");
  defineLazyGlobals(["CryptoKey", "SubtleCrypto"], "subtle");
}

/** Settles a call of `subtle` with the host's result. */
export function settleSubtle(index: number, json: string, bytes: Uint8Array | undefined): void {
  (usePart("subtle") as SubtlePart).settle(index, json, bytes);
}
