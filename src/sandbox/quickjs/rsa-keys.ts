import { createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

/** The two parts of an RSA key pair, as PKCS #8 and SubjectPublicKeyInfo. */
export interface RsaKeys {
  privateKey: Uint8Array<ArrayBuffer>;
  publicKey: Uint8Array<ArrayBuffer>;
}

const PRIVATE_USAGES = ["sign", "decrypt", "unwrapKey"];

/**
 * Makes an RSA private key, PKCS #8, on a thread of its own. WebCrypto's own generateKey keeps the calling thread busy
 * for seconds (Bun 1.4.5).
 * @throws {DOMException} OperationError for what WebCrypto implementations don't make either
 */
export async function makeRsaKey(modulusLength: unknown, publicExponent: unknown): Promise<Uint8Array> {
  const exponent = publicExponent instanceof Uint8Array ? Number(`0x${publicExponent.toHex() || "0"}`) : Number.NaN;
  if (exponent !== 3 && exponent !== 65_537)
    throw new DOMException("publicExponent can be 3 or 65537", "OperationError");
  if (typeof modulusLength !== "number" || modulusLength < 1_024 || modulusLength % 8 !== 0) {
    throw new DOMException("modulusLength can be 1024 to 4096, in steps of 8", "OperationError");
  }
  const { privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength,
    publicExponent: exponent,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  return new Uint8Array(privateKey);
}

/** Both parts of a private key. */
export function rsaKeysOf(pkcs8: Uint8Array): RsaKeys {
  const key = createPublicKey(createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }));
  return { privateKey: new Uint8Array(pkcs8), publicKey: new Uint8Array(key.export({ type: "spki", format: "der" })) };
}

/** What each part of a pair is for. */
export function splitUsages(usages: unknown): { privateUsages: KeyUsage[]; publicUsages: KeyUsage[] } {
  const all = (Array.isArray(usages) ? usages : []) as KeyUsage[];
  return {
    privateUsages: all.filter((usage) => PRIVATE_USAGES.includes(usage)),
    publicUsages: all.filter((usage) => !PRIVATE_USAGES.includes(usage)),
  };
}

type KeyUsage = CryptoKey["usages"][number];
