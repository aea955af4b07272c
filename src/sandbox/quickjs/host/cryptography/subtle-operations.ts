import type { webcrypto } from "node:crypto";
import type { Nondeterminism } from "../journal-keeper.ts";
import { type Pbkdf2Parameters, pbkdf2 } from "./pbkdf2.ts";
import type { NormalAlgorithm, SubtleCall } from "./subtle-arguments.ts";
import type { KeyFacts, SubtleKeys } from "./subtle-keys.ts";

/** A result for the guest: facts as JSON, and bytes if the result is bytes. */
export interface SubtleResult {
  json: string;
  bytes?: Uint8Array;
}

/** How the operations do their work. */
export interface SubtleMeans {
  /** Runs one of the runtime's own operations when its turn comes. */
  native<T>(operation: () => Promise<T>): Promise<T>;
  /** Runs a computation slice by slice. */
  inSteps<T>(work: Generator<undefined, T>): Promise<T>;
}

type KeyUsages = CryptoKey["usages"];
/** What a key has besides its bytes. */
interface KeyForm {
  algorithm: unknown;
  extractable: boolean;
  usages: KeyUsages;
}
type RawFormat = "raw" | "spki" | "pkcs8";
type Subtle = Record<SubtleCall["method"], (...values: readonly unknown[]) => Promise<unknown>>;

/** The type of key that gives a secret back: an HMAC key can be any bytes. */
const ANY_BYTES = { name: "HMAC", hash: "SHA-256" } as const;
/** Bits of the secret that two keys agree on. */
const SECRET_BITS: Readonly<Record<string, number>> = { "P-256": 256, "P-384": 384, "P-521": 528 };
const X25519_BITS = 256;

/** The operations of one execution's WebCrypto, on checked calls. */
export class SubtleOperations {
  constructor(
    private readonly source: Nondeterminism,
    private readonly keys: SubtleKeys,
    private readonly means: SubtleMeans,
  ) {}

  async run(call: SubtleCall): Promise<SubtleResult> {
    const { method, values } = call;
    switch (method) {
      case "sign":
      case "encrypt":
      case "wrapKey":
        // Some of these use random padding or nonces, so their results are part of a recording.
        return bytesResult(
          await this.source.chance(async () => new Uint8Array((await this.#native(call)) as ArrayBuffer)),
        );
      case "generateKey":
        return (values[0] as NormalAlgorithm).name.startsWith("RSA") ? this.#generateRsa(call) : this.#generate(call);
      case "importKey":
        return keyResult(await this.#importGiven(call));
      case "unwrapKey":
        return keyResult(await this.#unwrap(call));
      case "deriveKey":
        return keyResult(await this.#deriveKey(call));
      case "deriveBits":
        return bytesResult(await this.#deriveBits(call));
      default:
        return describe(await this.#native(call));
    }
  }

  #native({ method, values }: SubtleCall): Promise<unknown> {
    const subtle = crypto.subtle as unknown as Subtle;
    return this.means.native(() => subtle[method](...values));
  }

  /** Generated keys are recorded in exported form: a replay imports the same ones. */
  async #generate({ method, values }: SubtleCall): Promise<SubtleResult> {
    const [algorithm, extractable, usages] = values as [NormalAlgorithm, boolean, KeyUsages];
    const made = (await this.#native({ method, values: [algorithm, true, usages] })) as CryptoKey | CryptoKeyPair;
    const kept = async (format: RawFormat, key: CryptoKey, keepExtractable: boolean) => {
      const bytes = await this.source.chance(async () =>
        this.means.native(async () => new Uint8Array(await crypto.subtle.exportKey(format, key))),
      );
      return this.#import(format, bytes, {
        algorithm: key.algorithm,
        extractable: keepExtractable,
        usages: key.usages,
      });
    };
    if (made instanceof CryptoKey) return keyResult(await kept("raw", made, extractable));
    const publicKey = await kept("spki", made.publicKey, true);
    return pairResult(publicKey, await kept("pkcs8", made.privateKey, extractable));
  }

  async #generateRsa({ values }: SubtleCall): Promise<SubtleResult> {
    const [algorithm, extractable, usages] = values as [NormalAlgorithm, boolean, KeyUsages];
    const { makeRsaKey, readRsaWish, rsaKeysOf, splitUsages } = await import("./rsa-keys.ts"); // few tasks need it
    const { privateUsages, publicUsages } = splitUsages(algorithm.name, usages);
    const wish = readRsaWish(algorithm as unknown as Parameters<typeof readRsaWish>[0]);
    if (privateUsages.length === 0) throw new DOMException("the private key would have no usage", "SyntaxError");
    const keys = rsaKeysOf(await this.source.chance(() => this.means.inSteps(makeRsaKey(wish))));
    const publicKey = await this.#import("spki", keys.publicKey, {
      algorithm,
      extractable: true,
      usages: publicUsages,
    });
    return pairResult(
      publicKey,
      await this.#import("pkcs8", keys.privateKey, { algorithm, extractable, usages: privateUsages }),
    );
  }

  async #importGiven(call: SubtleCall): Promise<KeyFacts> {
    const [format, data, algorithm] = call.values as [string, Uint8Array | webcrypto.JsonWebKey, NormalAlgorithm];
    const key = (await this.#native(call)) as CryptoKey;
    if (!(data instanceof Uint8Array)) return this.keys.keep(key, JSON.stringify(data).length);
    if (algorithm.name === "PBKDF2" && format === "raw") this.keys.setPassword(key, data.slice());
    return this.keys.keep(key, data.length);
  }

  async #unwrap(call: SubtleCall): Promise<KeyFacts> {
    const [format, wrapped, unwrapping, by, algorithm, extractable, usages] = call.values as [
      string,
      Uint8Array,
      CryptoKey,
      NormalAlgorithm,
      NormalAlgorithm,
      boolean,
      KeyUsages,
    ];
    if (algorithm.name !== "PBKDF2" || format !== "raw") {
      return this.keys.keep((await this.#native(call)) as CryptoKey, wrapped.length);
    }
    const values = [format, wrapped, unwrapping, by, ANY_BYTES, true, ["sign"]];
    const secret = (await this.#native({ method: "unwrapKey", values })) as CryptoKey;
    return this.#import("raw", await this.#bytesOf(secret), { algorithm, extractable, usages });
  }

  async #deriveKey(call: SubtleCall): Promise<KeyFacts> {
    const [algorithm, base, target, extractable, usages] = call.values as [
      NormalAlgorithm,
      CryptoKey,
      NormalAlgorithm,
      boolean,
      KeyUsages,
    ];
    if (algorithm.name === "PBKDF2") {
      // A single iteration finds all that can be wrong, and what the key has to be.
      const values = [shortened(algorithm), base, target, extractable, usages];
      const model = (await this.#native({ method: "deriveKey", values })) as CryptoKey;
      const { length } = model.algorithm as { length: number } & CryptoKey["algorithm"];
      const bytes = await this.#pbkdf2(algorithm, base, length);
      return this.#import("raw", bytes, model);
    }
    if (target.name !== "PBKDF2" || algorithm.name === "HKDF")
      return this.keys.keep((await this.#native(call)) as CryptoKey);
    const { namedCurve = "" } = base.algorithm as { namedCurve?: string };
    const secretType = { ...ANY_BYTES, length: SECRET_BITS[namedCurve] ?? X25519_BITS };
    const values = [algorithm, base, secretType, true, ["sign"]];
    const secret = (await this.#native({ method: "deriveKey", values })) as CryptoKey;
    return this.#import("raw", await this.#bytesOf(secret), { algorithm: target, extractable, usages });
  }

  async #deriveBits(call: SubtleCall): Promise<Uint8Array> {
    const [algorithm, base, bits] = call.values as [NormalAlgorithm, CryptoKey, number | null];
    if (algorithm.name !== "PBKDF2") return new Uint8Array((await this.#native(call)) as ArrayBuffer);
    await this.#native({ method: "deriveBits", values: [shortened(algorithm), base, bits] });
    return this.#pbkdf2(algorithm, base, bits ?? 0);
  }

  #pbkdf2(algorithm: NormalAlgorithm, base: CryptoKey, bits: number): Promise<Uint8Array> {
    const password = this.keys.passwordOf(base);
    if (password === undefined) throw new DOMException("the key is no PBKDF2 key", "InvalidAccessError");
    const { salt, iterations, hash } = algorithm as unknown as Omit<Pbkdf2Parameters, "password">;
    return this.means.inSteps(pbkdf2({ password, salt, iterations, hash }, bits / 8));
  }

  async #bytesOf(key: CryptoKey): Promise<Uint8Array> {
    return this.means.native(async () => new Uint8Array(await crypto.subtle.exportKey("raw", key)));
  }

  async #import(format: RawFormat, bytes: Uint8Array, form: KeyForm): Promise<KeyFacts> {
    const { algorithm, extractable, usages } = form;
    return this.#importGiven({ method: "importKey", values: [format, bytes, algorithm, extractable, usages] });
  }
}

/** The same derivation at almost no cost, for the runtime's own checks. */
function shortened(algorithm: NormalAlgorithm): NormalAlgorithm {
  const { iterations } = algorithm as unknown as Pbkdf2Parameters;
  return { ...algorithm, salt: new Uint8Array(0), iterations: Math.min(iterations, 1) };
}

function describe(result: unknown): SubtleResult {
  return result instanceof ArrayBuffer
    ? bytesResult(new Uint8Array(result))
    : { json: JSON.stringify({ value: result }) };
}

function bytesResult(bytes: Uint8Array): SubtleResult {
  return { json: '{"bytes":true}', bytes };
}

function keyResult(key: KeyFacts): SubtleResult {
  return { json: JSON.stringify({ key }) };
}

function pairResult(publicKey: KeyFacts, privateKey: KeyFacts): SubtleResult {
  return { json: JSON.stringify({ pair: { publicKey, privateKey } }) };
}
