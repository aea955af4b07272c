import { blake2b, blake2s } from "@noble/hashes/blake2.js";
import { md5, ripemd160, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from "@noble/hashes/sha2.js";
import { sha3_224, sha3_256, sha3_384, sha3_512 } from "@noble/hashes/sha3.js";
import type { CHash, Hash } from "@noble/hashes/utils.js";

export type Algorithm = CHash<Hash<never>>;

const ALGORITHMS = {
  md5,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  "sha512-224": sha512_224,
  "sha512-256": sha512_256,
  "sha3-224": sha3_224,
  "sha3-256": sha3_256,
  "sha3-384": sha3_384,
  "sha3-512": sha3_512,
  ripemd160,
  rmd160: ripemd160,
  blake2b512: blake2b,
  blake2s256: blake2s,
} as unknown as Readonly<Record<string, Algorithm>>;

/** Names as OpenSSL writes them. */
export const HASH_NAMES: readonly string[] = Object.keys(ALGORITHMS);

/** @throws {Error} ERR_OSSL_EVP_UNSUPPORTED for an unknown name */
export function algorithmOf(name: string): Algorithm {
  // RSA-SHA256, SHA-256 and sha256 are the same.
  const plain = String(name).toLowerCase().replace(/^rsa-/, "").replace(/^sha-/, "sha").replace("/", "-");
  const found = Object.hasOwn(ALGORITHMS, plain) ? ALGORITHMS[plain] : undefined;
  if (found !== undefined) return found;
  throw Object.assign(new Error(`Digest method not supported: ${name}. A task has ${HASH_NAMES.join(", ")}.`), {
    code: "ERR_OSSL_EVP_UNSUPPORTED",
  });
}
