import { createHash, randomBytes } from "node:crypto";
import { RatchetError } from "../../domain/errors.ts";

/** The key that encrypts the keys of all values. */
export interface MasterKey {
  /** Identifies the key without revealing it: the start of a hash, hex. */
  id: string;
  bytes: Uint8Array;
}

/** Length of a key of AES-256, bytes. */
const KEY_BYTES = 32;

/** Creates a random key. */
export function createMasterKey(): MasterKey {
  return masterKeyOf(randomBytes(KEY_BYTES));
}

/**
 * Reads a key: 32 bytes in base64, also in the URL-safe alphabet and without padding.
 * @param place where the text is from, for the message, which never repeats the text
 * @throws {RatchetError} CONFIG_INVALID
 */
export function parseMasterKey(text: string, place: string): MasterKey {
  const plain = text.trim().replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  const bytes = /^[A-Za-z\d+/]+$/.test(plain) ? Buffer.from(plain, "base64") : undefined;
  if (bytes?.length === KEY_BYTES) return masterKeyOf(bytes);
  throw new RatchetError("CONFIG_INVALID", `${place} is not a key: 32 bytes in base64.`, {
    remedy: `Create one, such as with \`head -c ${KEY_BYTES} /dev/urandom | base64\`.`,
  });
}

/** Formats a key as {@link parseMasterKey} reads it. */
export function formatMasterKey({ bytes }: MasterKey): string {
  return Buffer.from(bytes).toString("base64");
}

function masterKeyOf(bytes: Uint8Array): MasterKey {
  const id = createHash("sha256").update("ratchet master key\0").update(bytes).digest("hex").slice(0, 16);
  return { id, bytes };
}
