/** The methods of `crypto.subtle` that guests have (https://w3c.github.io/webcrypto/#subtlecrypto-interface). */
export const SUBTLE_METHODS = [
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
] as const;
