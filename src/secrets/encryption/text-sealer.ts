import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = NONCE_BYTES + TAG_BYTES;
const LENGTH_BYTES = 4;
const KEY_BYTES = 32;
/** 12 characters of base64url. */
const FINGERPRINT_BYTES = 9;

/** What was encrypted: the text that was replaced, and the value of the secret that it is a form of. */
export interface SealedText {
  text: Buffer;
  value: string;
}

/** Creates a random key for {@link TextSealer}, in base64. */
export function createSealerKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

/**
 * Encrypts texts that are kept inside stored inputs (AES-256-GCM). The same text always has the same result, so that equal inputs
 * are equal when they are stored: the nonce is a keyed hash of what is encrypted, so it is the same for equal texts only.
 * @example
 * ```ts
 * const sealer = new TextSealer(createSealerKey());
 * const token = sealer.seal("API_TOKEN", "t0p secret", Buffer.from("t0p%20secret"));
 * sealer.open("API_TOKEN", token)?.text.toString(); // => "t0p%20secret"
 * ```
 */
export class TextSealer {
  readonly #key: Buffer;
  readonly #nonceKey: Buffer;
  readonly #fingerprintKey: Buffer;
  readonly #bytesKey: Buffer;

  /** @param key what {@link createSealerKey} returned */
  constructor(key: string) {
    const bytes = Buffer.from(key, "base64");
    this.#key = createHmac("sha256", bytes).update("ratchet input key\0").digest();
    this.#nonceKey = createHmac("sha256", bytes).update("ratchet input nonce\0").digest();
    this.#fingerprintKey = createHmac("sha256", bytes).update("ratchet text fingerprint\0").digest();
    this.#bytesKey = createHmac("sha256", bytes).update("ratchet bytes key\0").digest();
  }

  /** Encrypts a text for one secret. @returns base64url */
  seal(name: string, value: string, text: Uint8Array): string {
    const valueBytes = Buffer.from(value, "utf8");
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(valueBytes.length);
    // Mostly the text is the value itself.
    const plain = Buffer.concat([length, valueBytes, valueBytes.equals(text) ? Buffer.alloc(0) : text]);
    const nonce = createHmac("sha256", this.#nonceKey)
      .update(`${name}\0`)
      .update(plain)
      .digest()
      .subarray(0, NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
  }

  /**
   * Returns what tells texts that were replaced by the same mask apart. Only who has the key can compute it.
   * @param name of the secret that the text is a form of
   * @returns 12 characters of base64url
   */
  fingerprint(name: string, text: string): string {
    const hash = createHmac("sha256", this.#fingerprintKey).update(`${name}\0${text}`).digest();
    return hash.subarray(0, FINGERPRINT_BYTES).toString("base64url");
  }

  /** Decrypts a text. @returns undefined if it is damaged, of another secret, or encrypted with another key */
  open(name: string, token: string): SealedText | undefined {
    const bytes = Buffer.from(token, "base64url");
    if (bytes.length < HEAD_BYTES + LENGTH_BYTES) return undefined;
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(name));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, HEAD_BYTES));
      const plain = Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]);
      const end = LENGTH_BYTES + plain.readUInt32BE();
      const value = plain.subarray(LENGTH_BYTES, end);
      return { text: plain.length === end ? value : plain.subarray(end), value: value.toString("utf8") };
    } catch {
      return undefined;
    }
  }

  /**
   * Returns a text that nobody guesses, and that is the same whenever it is asked for again.
   * @param name of a secret
   * @param purpose what tells the texts of one name apart
   * @returns 40 hexadecimal digits
   */
  unguessable(name: string, purpose: string): string {
    return createHmac("sha256", this.#fingerprintKey).update(`${name}\0${purpose}\0`).digest("hex").slice(0, 40);
  }

  /** Encrypts bytes. @param name what they are: who opens them has to know it */
  sealBytes(name: string, bytes: Uint8Array): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#bytesKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(name));
    const sealed = [cipher.update(bytes), cipher.final()];
    return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]);
  }

  /** Decrypts what {@link sealBytes} has encrypted. @returns undefined if it is damaged, has another name, or another key */
  openBytes(name: string, sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < HEAD_BYTES) return undefined;
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#bytesKey, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(name));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, HEAD_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}
