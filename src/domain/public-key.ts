/** A public key for signatures of tasks: `ed25519:` and its 32 bytes in base64. */
const PUBLIC_KEY = /^ed25519:[A-Za-z0-9+/]{43}=$/;

/** Returns true if a text is a public key for signatures of tasks. */
export function isPublicKey(text: string): boolean {
  return PUBLIC_KEY.test(text);
}
