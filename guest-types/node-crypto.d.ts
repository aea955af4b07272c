declare namespace Ratchet {
  type BinaryLike = string | ArrayBufferView | ArrayBufferLike | SecretKeyObject;
  type NodeEventEmitter = import("node:events").EventEmitter;
  type NodeCallback<T> = (error: Error | null, value: T) => void;
  interface SecretKeyObject {
    readonly type: "secret";
    /** Bytes. */
    readonly symmetricKeySize: number;
    export(options?: { format?: "buffer" }): Buffer;
    export(options: { format: "jwk" }): JsonWebKey;
    equals(other: SecretKeyObject): boolean;
  }
  interface ScryptOptions {
    N?: number;
    cost?: number;
    r?: number;
    blockSize?: number;
    p?: number;
    parallelization?: number;
    maxmem?: number;
  }
  /** A hash or an HMAC. */
  interface Digest extends NodeEventEmitter {
    readonly readable: boolean;
    readonly writable: boolean;
    update(data: BinaryLike, encoding?: Encoding): this;
    digest(): Buffer;
    digest(encoding: Encoding): string;
    copy(): Digest;
    write(chunk: any): boolean;
    end(chunk?: any): this;
    read(): any;
    pipe<T>(destination: T): T;
  }
}
/** What is missing of Node.js's module (ciphers, signatures, key pairs) throws. Use `crypto.subtle`, which has all of it. */
declare module "node:crypto" {
  const all: typeof import("node:crypto");
  export default all;
  /** @param algorithm MD5, SHA-1, SHA-2, SHA-3, RIPEMD-160 or BLAKE2, as `getHashes` lists them */
  export function createHash(algorithm: string, options?: object): Ratchet.Digest;
  export function createHmac(algorithm: string, key: Ratchet.BinaryLike, options?: object): Ratchet.Digest;
  /** @param outputEncoding default: "hex" */
  export function hash(algorithm: string, data: Ratchet.BinaryLike, outputEncoding?: Ratchet.Encoding): string;
  export function hash(algorithm: string, data: Ratchet.BinaryLike, outputEncoding: "buffer"): Buffer;
  export const Hash: { readonly prototype: Ratchet.Digest };
  export const Hmac: { readonly prototype: Ratchet.Digest };
  export function getHashes(): string[];
  export function randomBytes(size: number): Buffer;
  export function randomBytes(size: number, callback: Ratchet.NodeCallback<Buffer>): void;
  export const pseudoRandomBytes: typeof randomBytes;
  export function randomFillSync<T extends ArrayBufferView>(view: T, offset?: number, size?: number): T;
  export function randomFill<T extends ArrayBufferView>(view: T, callback: Ratchet.NodeCallback<T>): void;
  export function randomFill<T extends ArrayBufferView>(
    view: T,
    offset: number,
    callback: Ratchet.NodeCallback<T>,
  ): void;
  export function randomInt(max: number): number;
  export function randomInt(min: number, max: number): number;
  export function randomInt(min: number, max: number, callback: Ratchet.NodeCallback<number>): void;
  export function randomUUID(): string;
  export function getRandomValues<T extends ArrayBufferView<ArrayBuffer>>(view: T): T;
  export function timingSafeEqual(a: Ratchet.BinaryLike, b: Ratchet.BinaryLike): boolean;
  export function pbkdf2Sync(
    password: Ratchet.BinaryLike,
    salt: Ratchet.BinaryLike,
    iterations: number,
    keylen: number,
    digest: string,
  ): Buffer;
  export function pbkdf2(
    password: Ratchet.BinaryLike,
    salt: Ratchet.BinaryLike,
    iterations: number,
    keylen: number,
    digest: string,
    callback: Ratchet.NodeCallback<Buffer>,
  ): void;
  export function scryptSync(
    password: Ratchet.BinaryLike,
    salt: Ratchet.BinaryLike,
    keylen: number,
    options?: Ratchet.ScryptOptions,
  ): Buffer;
  export function scrypt(
    password: Ratchet.BinaryLike,
    salt: Ratchet.BinaryLike,
    keylen: number,
    options: Ratchet.ScryptOptions | Ratchet.NodeCallback<Buffer>,
    callback?: Ratchet.NodeCallback<Buffer>,
  ): void;
  export function hkdfSync(
    digest: string,
    key: Ratchet.BinaryLike,
    salt: Ratchet.BinaryLike,
    info: Ratchet.BinaryLike,
    keylen: number,
  ): ArrayBuffer;
  export function hkdf(
    digest: string,
    key: Ratchet.BinaryLike,
    salt: Ratchet.BinaryLike,
    info: Ratchet.BinaryLike,
    keylen: number,
    callback: Ratchet.NodeCallback<ArrayBuffer>,
  ): void;
  export function createSecretKey(key: Ratchet.BinaryLike, encoding?: Ratchet.Encoding): Ratchet.SecretKeyObject;
  export const KeyObject: { readonly prototype: Ratchet.SecretKeyObject };
  export const webcrypto: Crypto;
  export const subtle: SubtleCrypto;
  /** Empty: ciphers are in `crypto.subtle`. */
  export function getCiphers(): string[];
  /** Empty: curves are in `crypto.subtle`. */
  export function getCurves(): string[];
  export function getFips(): number;
  export const constants: Readonly<Record<string, any>>;
}
