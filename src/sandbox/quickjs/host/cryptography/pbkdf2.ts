/** The parameters of PBKDF2. */
export interface Pbkdf2Parameters {
  password: Uint8Array;
  salt: Uint8Array;
  iterations: number;
  hash: keyof typeof HASH_BYTES;
}

/** The size of each hash, bytes. */
export const HASH_BYTES = { "SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 } as const;

const HASHER = { "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" } as const;
/** Rounds between two chances to stop: less than a tenth of a millisecond. */
const ROUNDS_PER_STEP = 128;
const ZERO = new Uint8Array(1);
/** How many errors BoringSSL keeps for a thread. */
const MAX_ERRORS = 16;

/** Returns how many rounds it takes to derive this many bytes. */
export function pbkdf2Rounds(hash: Pbkdf2Parameters["hash"], iterations: number, bytes: number): number {
  return iterations * Math.ceil(bytes / HASH_BYTES[hash]);
}

/**
 * PBKDF2 in steps (RFC 8018, section 5.2). The runtime's own can't be interrupted, and occupies a thread of the pool that
 * name resolution needs too. This one takes about one and a half times as long.
 */
export function* pbkdf2(parameters: Pbkdf2Parameters, bytes: number): Generator<undefined, Uint8Array<ArrayBuffer>> {
  const { password, salt, iterations, hash } = parameters;
  const size = HASH_BYTES[hash];
  dropOldErrors();
  // An empty key would turn this into a plain hash. HMAC pads keys with zeros, so a single zero is the same key.
  const keyed = new Bun.CryptoHasher(HASHER[hash], password.length === 0 ? new Uint8Array(1) : password);
  const salted = keyed.copy().update(salt);
  const derived = new Uint8Array(Math.ceil(bytes / size) * size);
  // The hasher writes into 64 bytes, whatever the hash.
  const round = new Uint8Array(64);
  const words = new Uint32Array(round.buffer, 0, size / 4);
  const input = round.subarray(0, size);
  for (let at = 0; at < bytes; at += size) {
    const index = new Uint8Array(4);
    new DataView(index.buffer).setUint32(0, at / size + 1);
    salted.copy().update(index).digest(round);
    const sum = words.slice();
    for (let i = 1; i < iterations; i++) {
      if (i % ROUNDS_PER_STEP === 0) {
        yield;
        dropOldErrors();
      }
      keyed.copy().update(input).digest(round);
      for (let word = 0; word < sum.length; word++) sum[word] = (sum[word] ?? 0) ^ (words[word] ?? 0);
    }
    derived.set(new Uint8Array(sum.buffer), at);
    yield;
    dropOldErrors();
  }
  return derived.slice(0, bytes);
}

/**
 * Clears the thread's list of errors of other operations, such as a key that some execution could not import. The next HMAC
 * would report them as its own (Bun 1.4.5).
 */
function dropOldErrors(): void {
  for (let left = MAX_ERRORS; left > 0; left--) {
    try {
      new Bun.CryptoHasher("sha256", ZERO).update(ZERO);
      return;
    } catch {
      // the error that was reported is gone now
    }
  }
}
