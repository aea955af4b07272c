declare namespace Ratchet {
  type KeyUsage = "decrypt" | "deriveBits" | "deriveKey" | "encrypt" | "sign" | "unwrapKey" | "verify" | "wrapKey";
  type KeyFormat = "jwk" | "pkcs8" | "raw" | "spki";
  type AlgorithmInput = Algorithm | string;
  type CipherInput = AlgorithmInput | RsaOaepParams | AesCtrParams | AesCbcParams | AesGcmParams;
  type DerivationInput = AlgorithmInput | EcdhKeyDeriveParams | HkdfParams | Pbkdf2Params;
  type ImportInput = AlgorithmInput | RsaHashedImportParams | EcKeyImportParams | HmacImportParams | AesKeyAlgorithm;
  type DerivedKeyInput = AlgorithmInput | AesDerivedKeyParams | HmacImportParams | HkdfParams | Pbkdf2Params;
}

interface Algorithm {
  name: string;
}
interface KeyAlgorithm {
  name: string;
}
interface AesCbcParams extends Algorithm {
  iv: Ratchet.Bytes;
}
interface AesCtrParams extends Algorithm {
  counter: Ratchet.Bytes;
  /** Bits of the counter that count. */
  length: number;
}
interface AesGcmParams extends Algorithm {
  iv: Ratchet.Bytes;
  additionalData?: Ratchet.Bytes;
  /** Bits. Default: 128. */
  tagLength?: number;
}
interface AesKeyAlgorithm extends KeyAlgorithm {
  /** Bits. */
  length: number;
}
interface AesKeyGenParams extends Algorithm {
  /** 128, 192 or 256 bits. */
  length: number;
}
interface AesDerivedKeyParams extends Algorithm {
  length: number;
}
interface EcKeyAlgorithm extends KeyAlgorithm {
  namedCurve: string;
}
interface EcKeyGenParams extends Algorithm {
  /** "P-256", "P-384" or "P-521". */
  namedCurve: string;
}
interface EcKeyImportParams extends Algorithm {
  namedCurve: string;
}
interface EcdhKeyDeriveParams extends Algorithm {
  public: CryptoKey;
}
interface EcdsaParams extends Algorithm {
  hash: Ratchet.AlgorithmInput;
}
interface HkdfParams extends Algorithm {
  hash: Ratchet.AlgorithmInput;
  info: Ratchet.Bytes;
  salt: Ratchet.Bytes;
}
interface HmacImportParams extends Algorithm {
  hash: Ratchet.AlgorithmInput;
  length?: number;
}
interface HmacKeyGenParams extends Algorithm {
  hash: Ratchet.AlgorithmInput;
  length?: number;
}
interface HmacKeyAlgorithm extends KeyAlgorithm {
  hash: KeyAlgorithm;
  length: number;
}
interface Pbkdf2Params extends Algorithm {
  hash: Ratchet.AlgorithmInput;
  /** As many as the time limit allows. */
  iterations: number;
  salt: Ratchet.Bytes;
}
interface RsaHashedImportParams extends Algorithm {
  hash: Ratchet.AlgorithmInput;
}
interface RsaKeyGenParams extends Algorithm {
  /** 1,024 to 4,096 bits. */
  modulusLength: number;
  /** 3 or 65537, as big-endian bytes: `new Uint8Array([1, 0, 1])`. */
  publicExponent: Uint8Array<ArrayBuffer>;
}
interface RsaHashedKeyGenParams extends RsaKeyGenParams {
  hash: Ratchet.AlgorithmInput;
}
interface RsaKeyAlgorithm extends KeyAlgorithm {
  modulusLength: number;
  publicExponent: Uint8Array<ArrayBuffer>;
}
interface RsaHashedKeyAlgorithm extends RsaKeyAlgorithm {
  hash: KeyAlgorithm;
}
interface RsaOaepParams extends Algorithm {
  label?: Ratchet.Bytes;
}
interface RsaPssParams extends Algorithm {
  /** Bytes. */
  saltLength: number;
}
interface RsaOtherPrimesInfo {
  d?: string;
  r?: string;
  t?: string;
}
interface JsonWebKey {
  alg?: string;
  crv?: string;
  d?: string;
  dp?: string;
  dq?: string;
  e?: string;
  ext?: boolean;
  k?: string;
  key_ops?: string[];
  kty?: string;
  n?: string;
  oth?: RsaOtherPrimesInfo[];
  p?: string;
  q?: string;
  qi?: string;
  use?: string;
  x?: string;
  y?: string;
}

/** A key of `crypto.subtle`. It may have 64 kB; all keys of an execution together may have 32 MB. */
interface CryptoKey {
  readonly algorithm: KeyAlgorithm;
  readonly extractable: boolean;
  readonly type: "private" | "public" | "secret";
  readonly usages: Ratchet.KeyUsage[];
}
declare var CryptoKey: {
  prototype: CryptoKey;
  new (): CryptoKey;
};
interface CryptoKeyPair {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

/**
 * Digests, HMAC, AES, RSA, ECDSA, ECDH, Ed25519, X25519, HKDF and PBKDF2. A call can pass 16 MB of data, and all pending
 * calls together 16 MB; more is an OperationError or a QuotaExceededError. Computations count towards the time limit.
 */
interface SubtleCrypto {
  /** @param algorithm "SHA-1", "SHA-256", "SHA-384" or "SHA-512" */
  digest(algorithm: Ratchet.AlgorithmInput, data: Ratchet.Bytes): Promise<ArrayBuffer>;
  encrypt(algorithm: Ratchet.CipherInput, key: CryptoKey, data: Ratchet.Bytes): Promise<ArrayBuffer>;
  decrypt(algorithm: Ratchet.CipherInput, key: CryptoKey, data: Ratchet.Bytes): Promise<ArrayBuffer>;
  sign(
    algorithm: Ratchet.AlgorithmInput | RsaPssParams | EcdsaParams,
    key: CryptoKey,
    data: Ratchet.Bytes,
  ): Promise<ArrayBuffer>;
  verify(
    algorithm: Ratchet.AlgorithmInput | RsaPssParams | EcdsaParams,
    key: CryptoKey,
    signature: Ratchet.Bytes,
    data: Ratchet.Bytes,
  ): Promise<boolean>;
  /** Yields up to 65,536 bits. */
  deriveBits(algorithm: Ratchet.DerivationInput, baseKey: CryptoKey, length?: number | null): Promise<ArrayBuffer>;
  deriveKey(
    algorithm: Ratchet.DerivationInput,
    baseKey: CryptoKey,
    derivedKeyType: Ratchet.DerivedKeyInput,
    extractable: boolean,
    keyUsages: Iterable<Ratchet.KeyUsage>,
  ): Promise<CryptoKey>;
  generateKey(
    algorithm: "Ed25519" | "X25519" | { name: "Ed25519" | "X25519" } | RsaHashedKeyGenParams | EcKeyGenParams,
    extractable: boolean,
    keyUsages: Iterable<Ratchet.KeyUsage>,
  ): Promise<CryptoKeyPair>;
  generateKey(
    algorithm: AesKeyGenParams | HmacKeyGenParams,
    extractable: boolean,
    keyUsages: Iterable<Ratchet.KeyUsage>,
  ): Promise<CryptoKey>;
  generateKey(
    algorithm: Ratchet.AlgorithmInput,
    extractable: boolean,
    keyUsages: Iterable<Ratchet.KeyUsage>,
  ): Promise<CryptoKeyPair | CryptoKey>;
  importKey(
    format: "jwk",
    keyData: JsonWebKey,
    algorithm: Ratchet.ImportInput,
    extractable: boolean,
    keyUsages: Iterable<Ratchet.KeyUsage>,
  ): Promise<CryptoKey>;
  importKey(
    format: Exclude<Ratchet.KeyFormat, "jwk">,
    keyData: Ratchet.Bytes,
    algorithm: Ratchet.ImportInput,
    extractable: boolean,
    keyUsages: Iterable<Ratchet.KeyUsage>,
  ): Promise<CryptoKey>;
  exportKey(format: "jwk", key: CryptoKey): Promise<JsonWebKey>;
  exportKey(format: Exclude<Ratchet.KeyFormat, "jwk">, key: CryptoKey): Promise<ArrayBuffer>;
  exportKey(format: Ratchet.KeyFormat, key: CryptoKey): Promise<ArrayBuffer | JsonWebKey>;
  wrapKey(
    format: Ratchet.KeyFormat,
    key: CryptoKey,
    wrappingKey: CryptoKey,
    wrapAlgorithm: Ratchet.CipherInput,
  ): Promise<ArrayBuffer>;
  unwrapKey(
    format: Ratchet.KeyFormat,
    wrappedKey: Ratchet.Bytes,
    unwrappingKey: CryptoKey,
    unwrapAlgorithm: Ratchet.CipherInput,
    unwrappedKeyAlgorithm: Ratchet.ImportInput,
    extractable: boolean,
    keyUsages: Iterable<Ratchet.KeyUsage>,
  ): Promise<CryptoKey>;
}

declare var SubtleCrypto: {
  prototype: SubtleCrypto;
  new (): SubtleCrypto;
};

/** The class of `crypto`, of which there is one object. */
interface Crypto {
  readonly subtle: SubtleCrypto;
  /** Fills an array with random bytes, at most 65,536. */
  getRandomValues<T extends ArrayBufferView<ArrayBuffer>>(array: T): T;
  /** A random UUID, version 4. */
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
}
declare var Crypto: {
  prototype: Crypto;
  new (): Crypto;
};
/** Cryptography of the web platform. */
declare var crypto: Crypto;
