import { needArguments, shapeInterface } from "../interface.ts";
import { bridge } from "../part-bridge.ts";
import { getRandomValues, randomUUID } from "./random.ts";

const making = { allowed: true };

/** https://w3c.github.io/webcrypto/#crypto-interface. Its `subtle` is loaded when it is first read. */
class Crypto {
  #subtle: object | undefined;

  constructor() {
    if (!making.allowed) throw new TypeError("there is only one Crypto, the global crypto");
  }

  get subtle(): object {
    this.#subtle ??= (bridge.usePart("subtle") as { subtle: object }).subtle;
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

shapeInterface(Crypto, "Crypto", { getRandomValues: 1 });
bridge.provided = { Crypto, crypto: new Crypto() };
making.allowed = false;
