import { Buffer } from "node:buffer";

/** What Node.js's functions take as bytes. */
export type BinaryLike = string | ArrayBufferView | ArrayBufferLike | SecretKeyObject;

/** @throws {TypeError} ERR_INVALID_ARG_TYPE for anything else */
export function bytesOf(data: BinaryLike, encoding?: BufferEncoding): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, encoding ?? "utf8");
  if (data instanceof SecretKeyObject) return data.export() as Buffer;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw Object.assign(
    new TypeError('The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView.'),
    {
      code: "ERR_INVALID_ARG_TYPE",
    },
  );
}

/** A symmetric key. Asymmetric ones are not available; crypto.subtle has those. */
export class SecretKeyObject {
  readonly type = "secret";
  #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  get symmetricKeySize(): number {
    return this.#bytes.length;
  }

  export({ format }: { format?: "buffer" | "jwk" } = {}): Buffer | { kty: "oct"; k: string } {
    return format === "jwk" ? { kty: "oct", k: this.#bytes.toString("base64url") } : Buffer.from(this.#bytes);
  }

  equals(other: unknown): boolean {
    return other instanceof SecretKeyObject && this.#bytes.equals(other.#bytes);
  }

  get [Symbol.toStringTag](): string {
    return "KeyObject";
  }
}

export function createSecretKey(key: BinaryLike, encoding?: BufferEncoding): SecretKeyObject {
  return new SecretKeyObject(bytesOf(key, encoding));
}
