import { SUBTLE_METHODS } from "../subtle-methods.ts";
import type { CryptoGate } from "./crypto-gate.ts";
import type { Nondeterminism } from "./journal-keeper.ts";
import { isSlow, nameOf, readSubtleCall, type SubtleCall } from "./subtle-arguments.ts";

/** An answer for the guest: facts as JSON, and bytes where the result is bytes. */
export interface SubtleAnswer {
  json: string;
  bytes?: Uint8Array;
}

type Subtle = Record<string, ((...values: unknown[]) => Promise<unknown>) | undefined>;

type GenerateKey = (algorithm: unknown, extractable: boolean, usages: unknown) => Promise<CryptoKey | CryptoKeyPair>;
type ImportAlgorithm = Parameters<typeof crypto.subtle.importKey>[2];

const MAX_KEYS = 1_000;
/** Data of all calls that wait or run, bytes: it lies outside the guest, where its memory limit does not count it. */
const MAX_BYTES = 16 * 1024 * 1024;

/** WebCrypto for one execution: the host's own, one call after the other, with keys that stay on this side. */
export class GuestSubtle {
  readonly #keys: CryptoKey[] = [];
  #line: Promise<void> = Promise.resolve();
  #bytes = 0;
  #closed = false;
  /** Calls not yet answered. */
  outstanding = 0;

  constructor(
    private readonly source: Nondeterminism,
    private readonly gate: CryptoGate,
    private readonly deliver: (index: number, answer: SubtleAnswer) => void,
  ) {}

  /** Bytes that the next call may bring. */
  get room(): number {
    return MAX_BYTES - this.#bytes;
  }

  /** Takes a call; its answer, which can be a failure, is delivered later. `undefined` stands for bytes over `room`. */
  call(index: number, json: string, buffers: readonly (Uint8Array | undefined)[]): void {
    this.outstanding += 1;
    const given = buffers.filter((bytes) => bytes !== undefined);
    const size = given.reduce((sum, bytes) => sum + bytes.length, 0);
    const fits = given.length === buffers.length && size <= this.room;
    if (fits) this.#bytes += size;
    this.#line = this.#line.then(async () => {
      if (this.#closed) return;
      const answer = fits ? await this.#answer(json, given) : tooMuch();
      // Given back at once: garbage of this size would pile up before it is collected.
      for (const { buffer } of given) if (buffer instanceof ArrayBuffer) buffer.transfer(0);
      if (fits) this.#bytes -= size;
      this.outstanding -= 1;
      this.deliver(index, answer);
    });
  }

  /** Drops what waits. */
  close(): void {
    this.#closed = true;
  }

  async #answer(json: string, buffers: readonly Uint8Array[]): Promise<SubtleAnswer> {
    try {
      const call = readSubtleCall(json, buffers, this.#keys);
      const run = () => this.#run(call);
      const answer = isSlow(call) ? await this.gate.pass(run, () => !this.#closed) : await run();
      return answer ?? failure("OperationError", "the execution has ended");
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return failure(name === "Error" ? "OperationError" : name, message || "the operation failed");
    }
  }

  async #run(call: SubtleCall): Promise<SubtleAnswer> {
    const { method, values } = call;
    const operation = SUBTLE_METHODS.some((name) => name === method)
      ? (crypto.subtle as unknown as Subtle)[method]
      : undefined;
    if (operation === undefined) throw new DOMException(`there is no crypto.subtle.${method}`, "NotSupportedError");
    if (method === "generateKey") {
      return nameOf(values[0]).startsWith("RSA") ? this.#generateRsa(values) : this.#generate(values);
    }
    const result = () => operation.apply(crypto.subtle, values);
    if (method === "sign" || method === "encrypt" || method === "wrapKey") {
      // Some of these draw random padding or nonces, so what they gave is part of a recording.
      const bytes = await this.source.chance(async () => new Uint8Array((await result()) as ArrayBuffer));
      return { json: '{"bytes":true}', bytes };
    }
    return this.#describe(await result());
  }

  /** Generated keys are recorded in exported form: a replay imports the same ones. */
  async #generate([algorithm, extractable, usages]: unknown[]): Promise<SubtleAnswer> {
    const { subtle } = crypto;
    const generate = subtle.generateKey as GenerateKey;
    const made = await generate.call(subtle, algorithm, true, usages);
    const imported = async (format: "raw" | "spki" | "pkcs8", key: CryptoKey, keepExtractable: boolean) => {
      const bytes = await this.source.chance(async () => new Uint8Array(await subtle.exportKey(format, key)));
      return this.#import(format, bytes, key.algorithm, keepExtractable, key.usages);
    };
    if (made instanceof CryptoKey)
      return { json: JSON.stringify({ key: await imported("raw", made, extractable === true) }) };
    const pair = {
      publicKey: await imported("spki", made.publicKey, true),
      privateKey: await imported("pkcs8", made.privateKey, extractable === true),
    };
    return { json: JSON.stringify({ pair }) };
  }

  async #generateRsa([algorithm, extractable, usages]: unknown[]): Promise<SubtleAnswer> {
    const { modulusLength, publicExponent } = algorithm as Record<string, unknown>;
    const { makeRsaKey, rsaKeysOf, splitUsages } = await import("./rsa-keys.ts"); // few tasks need it
    const { privateUsages, publicUsages } = splitUsages(usages);
    const keys = rsaKeysOf(await this.source.chance(() => makeRsaKey(modulusLength, publicExponent)));
    const pair = {
      publicKey: await this.#import("spki", keys.publicKey, algorithm, true, publicUsages),
      privateKey: await this.#import("pkcs8", keys.privateKey, algorithm, extractable === true, privateUsages),
    };
    return { json: JSON.stringify({ pair }) };
  }

  async #import(
    format: "raw" | "spki" | "pkcs8",
    bytes: Uint8Array,
    algorithm: unknown,
    extractable: boolean,
    usages: CryptoKey["usages"],
  ): Promise<object> {
    const data = bytes as Uint8Array<ArrayBuffer>;
    return this.#keep(await crypto.subtle.importKey(format, data, algorithm as ImportAlgorithm, extractable, usages));
  }

  #describe(result: unknown): SubtleAnswer {
    if (result instanceof ArrayBuffer) return { json: '{"bytes":true}', bytes: new Uint8Array(result) };
    if (result instanceof CryptoKey) return { json: JSON.stringify({ key: this.#keep(result) }) };
    return { json: JSON.stringify({ value: result }) };
  }

  #keep(key: CryptoKey): object {
    if (this.#keys.length >= MAX_KEYS)
      throw new DOMException(`an execution can hold ${MAX_KEYS} keys`, "QuotaExceededError");
    const { type, extractable, usages } = key;
    const { publicExponent, ...algorithm } = key.algorithm as { name: string; publicExponent?: Uint8Array };
    return {
      key: this.#keys.push(key) - 1,
      type,
      extractable,
      algorithm: publicExponent === undefined ? algorithm : { ...algorithm, publicExponent: [...publicExponent] },
      usages,
    };
  }
}

function failure(name: string, error: string): SubtleAnswer {
  return { json: JSON.stringify({ error, name }) };
}

function tooMuch(): SubtleAnswer {
  return failure("QuotaExceededError", `all calls together can hold ${MAX_BYTES} bytes at a time`);
}
