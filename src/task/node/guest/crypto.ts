import { createHash, createHmac, Digest, hash } from "./hash.ts";
import { HASH_NAMES } from "./hash-algorithms.ts";
import { hkdf, hkdfSync, pbkdf2, pbkdf2Sync, scrypt, scryptSync } from "./key-derivation.ts";
import { randomBytes, randomFill, randomFillSync, randomInt } from "./random-values.ts";
import { type BinaryLike, bytesOf, createSecretKey, SecretKeyObject } from "./secret-key.ts";

/** Takes the same time wherever the values differ. */
function timingSafeEqual(a: BinaryLike, b: BinaryLike): boolean {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  if (left.length !== right.length) {
    throw Object.assign(new RangeError("Input buffers must have the same byte length"), {
      code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH",
    });
  }
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

export default {
  createHash,
  createHmac,
  hash,
  Hash: Digest,
  Hmac: Digest,
  getHashes: () => [...HASH_NAMES],
  randomBytes,
  pseudoRandomBytes: randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID: () => globalThis.crypto.randomUUID(),
  getRandomValues: <T extends Uint8Array<ArrayBuffer>>(view: T) => globalThis.crypto.getRandomValues(view),
  timingSafeEqual,
  pbkdf2,
  pbkdf2Sync,
  scrypt,
  scryptSync,
  hkdf,
  hkdfSync,
  createSecretKey,
  KeyObject: SecretKeyObject,
  webcrypto: globalThis.crypto,
  subtle: globalThis.crypto.subtle,
  getCiphers: () => [],
  getCurves: () => [],
  getFips: () => 0,
};
