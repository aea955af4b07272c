import { Buffer } from "node:buffer";
import { hkdf as deriveHkdf } from "@noble/hashes/hkdf.js";
import { pbkdf2 as derivePbkdf2 } from "@noble/hashes/pbkdf2.js";
import { scrypt as deriveScrypt } from "@noble/hashes/scrypt.js";
import { algorithmOf } from "./hash-algorithms.ts";
import { type BinaryLike, bytesOf } from "./secret-key.ts";

type Callback<T> = (error: unknown, result?: T) => void;

/** Calls back in a later turn with what `compute` returns or throws. */
export function later<T>(callback: Callback<T>, compute: () => T): void {
  void Promise.resolve().then(() => {
    let result: T;
    try {
      result = compute();
    } catch (error) {
      return callback(error);
    }
    callback(null, result);
  });
}

// The order and number of parameters are Node.js's.
export function pbkdf2Sync(...[password, salt, rounds, length, digest]: Pbkdf2): Buffer {
  return Buffer.from(derivePbkdf2(algorithmOf(digest), bytesOf(password), bytesOf(salt), { c: rounds, dkLen: length }));
}

type Pbkdf2 = [password: BinaryLike, salt: BinaryLike, rounds: number, length: number, digest: string];

export function pbkdf2(...values: [...Pbkdf2, Callback<Buffer>]): void {
  const [password, salt, rounds, length, digest, callback] = values;
  later(callback, () => pbkdf2Sync(password, salt, rounds, length, digest));
}

interface ScryptOptions {
  N?: number;
  r?: number;
  p?: number;
  cost?: number;
  blockSize?: number;
  parallelization?: number;
  maxmem?: number;
}

export function scryptSync(
  password: BinaryLike,
  salt: BinaryLike,
  length: number,
  options: ScryptOptions = {},
): Buffer {
  const { N = options.cost ?? 16_384, r = options.blockSize ?? 8, p = options.parallelization ?? 1, maxmem } = options;
  const limits = maxmem === undefined ? {} : { maxmem };
  return Buffer.from(deriveScrypt(bytesOf(password), bytesOf(salt), { N, r, p, dkLen: length, ...limits }));
}

export function scrypt(
  password: BinaryLike,
  salt: BinaryLike,
  length: number,
  ...rest: [Callback<Buffer>] | [ScryptOptions, Callback<Buffer>]
): void {
  const [options, callback] = rest.length === 1 ? [{}, rest[0]] : rest;
  later(callback, () => scryptSync(password, salt, length, options));
}

type Hkdf = [digest: string, key: BinaryLike, salt: BinaryLike, info: BinaryLike, length: number];

export function hkdfSync(...[digest, key, salt, info, length]: Hkdf): ArrayBufferLike {
  const derived = deriveHkdf(algorithmOf(digest), bytesOf(key), bytesOf(salt), bytesOf(info), length);
  return derived.buffer.slice(derived.byteOffset, derived.byteOffset + derived.byteLength);
}

export function hkdf(...values: [...Hkdf, Callback<ArrayBufferLike>]): void {
  const [digest, key, salt, info, length, callback] = values;
  later(callback, () => hkdfSync(digest, key, salt, info, length));
}
