/**
 * The part of WebCrypto that guests have, as data. The guest converts arguments with it, and the host checks them.
 * Source: https://w3c.github.io/webcrypto/ and https://wicg.github.io/webcrypto-secure-curves/
 */

/** How a member of an algorithm is converted: the name of a type in WebIDL or in the specification. */
export type MemberKind =
  | "BufferSource"
  | "BigInteger"
  | "CryptoKey"
  | "DOMString"
  | "HashAlgorithmIdentifier"
  | "octet"
  | "unsigned short"
  | "unsigned long";

/** One member of an algorithm's dictionary other than its name. */
export interface AlgorithmMember {
  name: string;
  kind: MemberKind;
  optional?: true;
}

/** An operation that an algorithm can be registered for. */
export type AlgorithmOperation =
  | "digest"
  | "sign"
  | "verify"
  | "encrypt"
  | "decrypt"
  | "deriveBits"
  | "importKey"
  | "generateKey"
  | "get key length"
  | "wrapKey"
  | "unwrapKey";

/** Algorithms by name, with their members in the order in which WebIDL reads them. */
export type RegisteredAlgorithms = Readonly<Record<string, readonly AlgorithmMember[]>>;

/** How an argument of a method is passed to the host. */
export type ArgumentKind =
  | "algorithm"
  | "BufferSource"
  | "CryptoKey"
  | "KeyFormat"
  | "KeyData"
  | "KeyUsages"
  | "boolean"
  | "bits";

/** An argument of a method. An algorithm is normalized for `operation`, or for `otherwise` if it does not support that. */
export interface MethodArgument {
  name: string;
  kind: ArgumentKind;
  operation?: AlgorithmOperation;
  otherwise?: AlgorithmOperation;
  optional?: true;
}

export const KEY_FORMATS = ["raw", "spki", "pkcs8", "jwk"] as const;
export const KEY_USAGES = [
  "encrypt",
  "decrypt",
  "sign",
  "verify",
  "deriveKey",
  "deriveBits",
  "wrapKey",
  "unwrapKey",
] as const;

/** Members of a JSON Web Key that are strings. The others are `ext`, `key_ops` and `oth`. */
export const JWK_TEXTS = [
  "alg",
  "crv",
  "d",
  "dp",
  "dq",
  "e",
  "k",
  "kty",
  "n",
  "p",
  "q",
  "qi",
  "use",
  "x",
  "y",
] as const;

const none: readonly AlgorithmMember[] = [];
const iv: AlgorithmMember = { name: "iv", kind: "BufferSource" };
const hash: AlgorithmMember = { name: "hash", kind: "HashAlgorithmIdentifier" };
const salt: AlgorithmMember = { name: "salt", kind: "BufferSource" };
const curve: readonly AlgorithmMember[] = [{ name: "namedCurve", kind: "DOMString" }];
const aesLength: readonly AlgorithmMember[] = [{ name: "length", kind: "unsigned short" }];
const hmac: readonly AlgorithmMember[] = [hash, { name: "length", kind: "unsigned long", optional: true }];
const rsaGeneration: readonly AlgorithmMember[] = [
  { name: "modulusLength", kind: "unsigned long" },
  { name: "publicExponent", kind: "BigInteger" },
  hash,
];

const signing: RegisteredAlgorithms = {
  "RSASSA-PKCS1-v1_5": none,
  "RSA-PSS": [{ name: "saltLength", kind: "unsigned long" }],
  ECDSA: [hash],
  Ed25519: none,
  HMAC: none,
};
const encryption: RegisteredAlgorithms = {
  "RSA-OAEP": [{ name: "label", kind: "BufferSource", optional: true }],
  "AES-CBC": [iv],
  "AES-CTR": [
    { name: "counter", kind: "BufferSource" },
    { name: "length", kind: "octet" },
  ],
  "AES-GCM": [
    { name: "additionalData", kind: "BufferSource", optional: true },
    iv,
    { name: "tagLength", kind: "octet", optional: true },
  ],
};
const keyWrapping: RegisteredAlgorithms = { "AES-KW": none };

/** The algorithms that each operation supports. */
export const ALGORITHMS: Readonly<Record<AlgorithmOperation, RegisteredAlgorithms>> = {
  digest: { "SHA-1": none, "SHA-256": none, "SHA-384": none, "SHA-512": none },
  sign: signing,
  verify: signing,
  encrypt: encryption,
  decrypt: encryption,
  deriveBits: {
    ECDH: [{ name: "public", kind: "CryptoKey" }],
    X25519: [{ name: "public", kind: "CryptoKey" }],
    HKDF: [hash, { name: "info", kind: "BufferSource" }, salt],
    PBKDF2: [hash, { name: "iterations", kind: "unsigned long" }, salt],
  },
  importKey: {
    "RSASSA-PKCS1-v1_5": [hash],
    "RSA-PSS": [hash],
    "RSA-OAEP": [hash],
    ECDSA: curve,
    ECDH: curve,
    Ed25519: none,
    X25519: none,
    "AES-CBC": none,
    "AES-CTR": none,
    "AES-GCM": none,
    "AES-KW": none,
    HMAC: hmac,
    HKDF: none,
    PBKDF2: none,
  },
  generateKey: {
    "RSASSA-PKCS1-v1_5": rsaGeneration,
    "RSA-PSS": rsaGeneration,
    "RSA-OAEP": rsaGeneration,
    ECDSA: curve,
    ECDH: curve,
    Ed25519: none,
    X25519: none,
    "AES-CBC": aesLength,
    "AES-CTR": aesLength,
    "AES-GCM": aesLength,
    "AES-KW": aesLength,
    HMAC: hmac,
  },
  "get key length": {
    "AES-CBC": aesLength,
    "AES-CTR": aesLength,
    "AES-GCM": aesLength,
    "AES-KW": aesLength,
    HMAC: hmac,
    HKDF: none,
    PBKDF2: none,
  },
  wrapKey: keyWrapping,
  unwrapKey: keyWrapping,
};

const key: MethodArgument = { name: "key", kind: "CryptoKey" };
const data: MethodArgument = { name: "data", kind: "BufferSource" };
const format: MethodArgument = { name: "format", kind: "KeyFormat" };
const extractable: MethodArgument = { name: "extractable", kind: "boolean" };
const usages: MethodArgument = { name: "keyUsages", kind: "KeyUsages" };

/** The methods of `crypto.subtle` (https://w3c.github.io/webcrypto/#subtlecrypto-interface), with their arguments. */
export const SUBTLE_METHODS = {
  encrypt: [{ name: "algorithm", kind: "algorithm", operation: "encrypt" }, key, data],
  decrypt: [{ name: "algorithm", kind: "algorithm", operation: "decrypt" }, key, data],
  sign: [{ name: "algorithm", kind: "algorithm", operation: "sign" }, key, data],
  verify: [
    { name: "algorithm", kind: "algorithm", operation: "verify" },
    key,
    { name: "signature", kind: "BufferSource" },
    data,
  ],
  digest: [{ name: "algorithm", kind: "algorithm", operation: "digest" }, data],
  generateKey: [{ name: "algorithm", kind: "algorithm", operation: "generateKey" }, extractable, usages],
  deriveKey: [
    { name: "algorithm", kind: "algorithm", operation: "deriveBits" },
    { name: "baseKey", kind: "CryptoKey" },
    { name: "derivedKeyType", kind: "algorithm", operation: "get key length" },
    extractable,
    usages,
  ],
  deriveBits: [
    { name: "algorithm", kind: "algorithm", operation: "deriveBits" },
    { name: "baseKey", kind: "CryptoKey" },
    { name: "length", kind: "bits", optional: true },
  ],
  importKey: [
    format,
    { name: "keyData", kind: "KeyData" },
    { name: "algorithm", kind: "algorithm", operation: "importKey" },
    extractable,
    usages,
  ],
  exportKey: [format, key],
  wrapKey: [
    format,
    key,
    { name: "wrappingKey", kind: "CryptoKey" },
    { name: "wrapAlgorithm", kind: "algorithm", operation: "wrapKey", otherwise: "encrypt" },
  ],
  unwrapKey: [
    format,
    { name: "wrappedKey", kind: "BufferSource" },
    { name: "unwrappingKey", kind: "CryptoKey" },
    { name: "unwrapAlgorithm", kind: "algorithm", operation: "unwrapKey", otherwise: "decrypt" },
    { name: "unwrappedKeyAlgorithm", kind: "algorithm", operation: "importKey" },
    extractable,
    usages,
  ],
} as const satisfies Readonly<Record<string, readonly MethodArgument[]>>;

export type SubtleMethod = keyof typeof SUBTLE_METHODS;
