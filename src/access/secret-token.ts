/** What all API keys begin with, so that scanners of leaked secrets find them. */
export const KEY_PREFIX = "rtk_";

/** Bytes of a random token: 256 bits, which nobody guesses. */
const TOKEN_BYTES = 32;

/** Characters of a key that are stored, so that people recognise it. */
const SHOWN_CHARACTERS = KEY_PREFIX.length + 6;

/** Creates a random token of 43 characters that are safe in headers and URLs. */
export function randomToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))).toString("base64url");
}

/** A new secret of a key, and what is stored of it. */
export interface KeySecret {
  /** Shown once, and stored nowhere. */
  secret: string;
  stored: { hash: string; start: string };
}

/** Creates the secret of a key. */
export function createKeySecret(): KeySecret {
  const secret = `${KEY_PREFIX}${randomToken()}`;
  return { secret, stored: { hash: hashToken(secret), start: secret.slice(0, SHOWN_CHARACTERS) } };
}

/** Returns the hash under which a token is stored: SHA-256, hex. Tokens are random and long, so it need not be slow. */
export function hashToken(token: string): string {
  return new Bun.CryptoHasher("sha256").update(token).digest("hex");
}
