import type { Nondeterminism } from "./journal-keeper.ts";

/** An answer for the guest: facts as JSON, and bytes where the result is bytes. */
export interface SubtleAnswer {
  json: string;
  bytes?: Uint8Array;
}

type Subtle = Record<string, ((...values: unknown[]) => Promise<unknown>) | undefined>;

type GenerateKey = (algorithm: unknown, extractable: boolean, usages: unknown) => Promise<CryptoKey | CryptoKeyPair>;
type ImportAlgorithm = Parameters<typeof crypto.subtle.importKey>[2];

const METHODS: readonly string[] = [
  "digest",
  "sign",
  "verify",
  "encrypt",
  "decrypt",
  "deriveBits",
  "deriveKey",
  "importKey",
  "exportKey",
  "generateKey",
  "wrapKey",
  "unwrapKey",
];
/** Rounds of PBKDF2: the work happens outside the guest, where no limit of its own reaches. */
const MAX_ITERATIONS = 10_000_000;
const MAX_KEYS = 1_000;

/** WebCrypto for one execution: the host's own, with keys that stay on this side. */
export class GuestSubtle {
  readonly #keys: CryptoKey[] = [];
  outstanding = 0;

  constructor(private readonly source: Nondeterminism) {}

  /** Runs one call; every failure is an answer too. */
  async call(json: string, buffers: readonly Uint8Array[]): Promise<SubtleAnswer> {
    this.outstanding += 1;
    try {
      const { method, values } = JSON.parse(json) as { method: string; values: unknown[] };
      return await this.#run(
        method,
        values.map((value) => this.#unpack(value, buffers)),
      );
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return {
        json: JSON.stringify({
          error: message || "the operation failed",
          name: name === "Error" ? "OperationError" : name,
        }),
      };
    } finally {
      this.outstanding -= 1;
    }
  }

  async #run(method: string, values: unknown[]): Promise<SubtleAnswer> {
    const operation = METHODS.includes(method) ? (crypto.subtle as unknown as Subtle)[method] : undefined;
    if (operation === undefined) throw new DOMException(`there is no crypto.subtle.${method}`, "NotSupportedError");
    if (method === "generateKey") return this.#generate(values);
    const call = () => operation.apply(crypto.subtle, values);
    if (method === "sign" || method === "encrypt" || method === "wrapKey") {
      // Some of these draw random padding or nonces, so what they gave is part of a recording.
      const bytes = await this.source.chance(async () => new Uint8Array((await call()) as ArrayBuffer));
      return { json: '{"bytes":true}', bytes };
    }
    return this.#answer(await call());
  }

  /** Generated keys are recorded in exported form: a replay imports the same ones. */
  async #generate([algorithm, extractable, usages]: unknown[]): Promise<SubtleAnswer> {
    const { subtle } = crypto;
    const generate = subtle.generateKey as GenerateKey;
    const made = await generate.call(subtle, algorithm, true, usages);
    const exported = (format: "raw" | "spki" | "pkcs8", key: CryptoKey) =>
      this.source.chance(async () => new Uint8Array(await subtle.exportKey(format, key)));
    const imported = async (format: "raw" | "spki" | "pkcs8", key: CryptoKey, keepExtractable: boolean) => {
      const bytes = (await exported(format, key)) as Uint8Array<ArrayBuffer>;
      return this.#keep(
        await subtle.importKey(format, bytes, key.algorithm as ImportAlgorithm, keepExtractable, key.usages),
      );
    };
    if (made instanceof CryptoKey)
      return { json: JSON.stringify({ key: await imported("raw", made, extractable === true) }) };
    const pair = {
      publicKey: await imported("spki", made.publicKey, true),
      privateKey: await imported("pkcs8", made.privateKey, extractable === true),
    };
    return { json: JSON.stringify({ pair }) };
  }

  #answer(result: unknown): SubtleAnswer {
    if (result instanceof ArrayBuffer) return { json: '{"bytes":true}', bytes: new Uint8Array(result) };
    if (result instanceof CryptoKey) return { json: JSON.stringify({ key: this.#keep(result) }) };
    return { json: JSON.stringify({ value: result }) };
  }

  #keep(key: CryptoKey): object {
    if (this.#keys.length >= MAX_KEYS)
      throw new DOMException(`an execution can hold ${MAX_KEYS} keys`, "QuotaExceededError");
    const { type, extractable, algorithm, usages } = key;
    return { key: this.#keys.push(key) - 1, type, extractable, algorithm, usages };
  }

  #unpack(value: unknown, buffers: readonly Uint8Array[]): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#unpack(item, buffers));
    const packed = value as Record<string, unknown>;
    if (typeof packed.$bytes === "number") return buffers[packed.$bytes] ?? new Uint8Array(0);
    if (typeof packed.$key === "number") return this.#keys[packed.$key];
    if (typeof packed.iterations === "number" && packed.iterations > MAX_ITERATIONS) {
      throw new DOMException(
        `iterations is ${packed.iterations}, at most ${MAX_ITERATIONS} are allowed`,
        "OperationError",
      );
    }
    return Object.fromEntries(Object.entries(packed).map(([name, item]) => [name, this.#unpack(item, buffers)]));
  }
}
