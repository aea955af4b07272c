import { createPrivateKey, createPublicKey, type webcrypto } from "node:crypto";
import { inverse, type RsaNumbers, rsaNumbers } from "./rsa-primes.ts";

/** The two parts of an RSA key pair, as PKCS #8 and SubjectPublicKeyInfo. */
export interface RsaKeys {
  privateKey: Uint8Array<ArrayBuffer>;
  publicKey: Uint8Array<ArrayBuffer>;
}

/** The properties of a new RSA key. */
export interface RsaWish {
  modulusLength: number;
  exponent: number;
}

type KeyUsage = CryptoKey["usages"][number];

const PRIVATE_USAGES = ["sign", "decrypt", "unwrapKey"];
/** The usages of keys for signing and of keys for encrypting. */
const SIGNING_USAGES = ["sign", "verify"];
const ENCRYPTION_USAGES = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
/** Bits of an RSA modulus. */
const SHORTEST = 1_024;
export const LONGEST_RSA_PRIVATE_KEY = 4_096;

/**
 * Reads the properties of a new key.
 * @throws {DOMException} OperationError for keys that other WebCrypto implementations don't generate either
 */
export function readRsaWish(algorithm: { modulusLength: number; publicExponent: Uint8Array }): RsaWish {
  const { modulusLength } = algorithm;
  const exponent = Number(`0x${algorithm.publicExponent.toHex() || "0"}`);
  if (exponent !== 3 && exponent !== 65_537)
    throw new DOMException("publicExponent can be 3 or 65537", "OperationError");
  if (modulusLength < SHORTEST || modulusLength > LONGEST_RSA_PRIVATE_KEY || modulusLength % 8 !== 0) {
    const range = `${SHORTEST} to ${LONGEST_RSA_PRIVATE_KEY}, in steps of 8`;
    throw new DOMException(`modulusLength is ${modulusLength}: it can be ${range}`, "OperationError");
  }
  return { modulusLength, exponent };
}

/** Generates an RSA private key, PKCS #8, in steps of a few milliseconds. */
export function* makeRsaKey({ modulusLength, exponent }: RsaWish): Generator<undefined, Uint8Array> {
  const key = jwkOf(yield* rsaNumbers(modulusLength, exponent));
  return new Uint8Array(createPrivateKey({ key, format: "jwk" }).export({ type: "pkcs8", format: "der" }));
}

/** Returns both parts of a key pair. */
export function rsaKeysOf(pkcs8: Uint8Array): RsaKeys {
  const key = createPublicKey(createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }));
  return { privateKey: new Uint8Array(pkcs8), publicKey: new Uint8Array(key.export({ type: "spki", format: "der" })) };
}

/**
 * Divides usages between the two keys of a pair.
 * @throws {DOMException} SyntaxError for usages that the algorithm does not have
 */
export function splitUsages(
  algorithm: string,
  usages: readonly KeyUsage[],
): { privateUsages: KeyUsage[]; publicUsages: KeyUsage[] } {
  const known = algorithm === "RSA-OAEP" ? ENCRYPTION_USAGES : SIGNING_USAGES;
  const unknown = usages.find((usage) => !known.includes(usage));
  if (unknown !== undefined)
    throw new DOMException(`a key for ${algorithm} can't be used for ${unknown}`, "SyntaxError");
  return {
    privateUsages: usages.filter((usage) => PRIVATE_USAGES.includes(usage)),
    publicUsages: usages.filter((usage) => !PRIVATE_USAGES.includes(usage)),
  };
}

/** RFC 7518, section 6.3. */
function jwkOf({ n, e, d, p, q }: RsaNumbers): webcrypto.JsonWebKey {
  return {
    kty: "RSA",
    n: base64Url(n),
    e: base64Url(e),
    d: base64Url(d),
    p: base64Url(p),
    q: base64Url(q),
    dp: base64Url(d % (p - 1n)),
    dq: base64Url(d % (q - 1n)),
    qi: base64Url(inverse(q, p)),
  };
}

function base64Url(value: bigint): string {
  const hex = value.toString(16);
  const bytes = Uint8Array.fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
