import { defineGlobal } from "./globals.ts";
import { defineLazyGlobals, usePart } from "./parts.ts";
import { getRandomValues, randomUUID } from "./random.ts";

/** What the part "subtle" provides. */
interface SubtlePart {
  subtle: object;
  settle(index: number, json: string, bytes: Uint8Array | undefined): void;
}

function subtlePart(): SubtlePart {
  return usePart("subtle") as SubtlePart;
}

/** Defines crypto. Its `subtle` is loaded when it is first read. */
export function installCrypto(): void {
  const crypto = { getRandomValues, randomUUID };
  Object.defineProperty(crypto, "subtle", {
    get: () => {
      const { subtle: value } = subtlePart();
      Object.defineProperty(crypto, "subtle", { value, writable: true, enumerable: true, configurable: true });
      return value;
    },
    enumerable: true,
    configurable: true,
  });
  defineGlobal("crypto", crypto);
  defineLazyGlobals(["CryptoKey"], "subtle");
}

/** Settles a call of `subtle` with the host's result. */
export function settleSubtle(index: number, json: string, bytes: Uint8Array | undefined): void {
  subtlePart().settle(index, json, bytes);
}
