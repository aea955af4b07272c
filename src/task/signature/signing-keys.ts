import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { RatchetError } from "../../domain/errors.ts";
import { isPublicKey } from "../../domain/public-key.ts";

const PREFIX = "ed25519:";

/** A new pair of keys. */
export interface KeyPair {
  /** PKCS #8 in PEM (RFC 8410). */
  privateKey: string;
  /** `ed25519:` and the 32 bytes of the key in base64. */
  publicKey: string;
}

/** Creates a pair of Ed25519 keys (RFC 8032). */
export function createKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicTextOf(privateKey),
  };
}

/**
 * Reads a private key.
 * @param name the file that it comes from
 * @throws {RatchetError} INPUT_UNREADABLE if it is not a private Ed25519 key
 */
export function readPrivateKey(text: string, name: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(text);
  } catch {
    // The reason may contain parts of the key.
  }
  if (key?.asymmetricKeyType === "ed25519") return key;
  throw new RatchetError("INPUT_UNREADABLE", `${name} is not a private Ed25519 key.`, {
    remedy: "Pass a file that `ratchet task keygen` wrote, or another key in PEM (PKCS #8).",
  });
}

/** Returns the public key that belongs to a private one, as text. */
export function publicTextOf(privateKey: KeyObject): string {
  const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  return `${PREFIX}${Buffer.from(x, "base64url").toString("base64")}`;
}

/** Returns the key for a text that {@link isPublicKey} accepts; undefined for other texts. */
export function readPublicKey(text: string): KeyObject | undefined {
  if (!isPublicKey(text)) return undefined;
  const x = Buffer.from(text.slice(PREFIX.length), "base64").toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}
