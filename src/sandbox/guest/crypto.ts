import { defineGlobal } from "./globals.ts";
import { needArguments, shapeInterface } from "./interface.ts";
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

const making = { allowed: true };

/** https://w3c.github.io/webcrypto/#crypto-interface. Its `subtle` is loaded when it is first read. */
class Crypto {
  #subtle: object | undefined;

  constructor() {
    if (!making.allowed) throw new TypeError("there is only one Crypto, the global crypto");
  }

  get subtle(): object {
    this.#subtle ??= subtlePart().subtle;
    return this.#subtle;
  }

  getRandomValues(...given: unknown[]): ArrayBufferView {
    void this.#subtle; // throws for anything else than a Crypto
    needArguments(given, 1, "getRandomValues");
    return getRandomValues(given[0] as ArrayBufferView);
  }

  randomUUID(): string {
    void this.#subtle;
    return randomUUID();
  }
}

/** Defines crypto. */
export function installCrypto(): void {
  shapeInterface(Crypto, "Crypto", { getRandomValues: 1 });
  defineGlobal("Crypto", Crypto);
  defineGlobal("crypto", new Crypto());
  making.allowed = false;
  defineLazyGlobals(["CryptoKey", "SubtleCrypto"], "subtle");
}

/** Settles a call of `subtle` with the host's result. */
export function settleSubtle(index: number, json: string, bytes: Uint8Array | undefined): void {
  subtlePart().settle(index, json, bytes);
}
