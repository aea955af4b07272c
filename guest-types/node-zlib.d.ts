declare namespace Ratchet {
  interface ZlibOptions {
    /** -1 to 9. */
    level?: number;
    windowBits?: number;
    memLevel?: number;
    strategy?: number;
    /** Bytes. */
    chunkSize?: number;
    dictionary?: Uint8Array;
    [name: string]: unknown;
  }
  type ZlibInput = string | ArrayBufferView | ArrayBufferLike;
  interface ZlibStream extends Transform {
    flush(callback?: () => void): void;
    flush(kind: number, callback?: () => void): void;
    close(callback?: () => void): void;
    readonly bytesWritten: number;
  }
  type Transform = import("node:stream").Transform;
  interface ZlibStreamClass {
    readonly prototype: ZlibStream;
    new (options?: ZlibOptions): ZlibStream;
    (options?: ZlibOptions): ZlibStream;
  }
  interface ZlibFunction {
    (data: ZlibInput, callback: NodeCallback<Buffer>): void;
    (data: ZlibInput, options: ZlibOptions, callback: NodeCallback<Buffer>): void;
  }
}
/** Deflate and gzip. Brotli and Zstandard throw: use gzip. Bodies that fetch receives are decoded already. */
declare module "node:zlib" {
  const all: typeof import("node:zlib");
  export default all;
  export const deflate: Ratchet.ZlibFunction;
  export function deflateSync(data: Ratchet.ZlibInput, options?: Ratchet.ZlibOptions): Buffer;
  export function createDeflate(options?: Ratchet.ZlibOptions): Ratchet.ZlibStream;
  export const Deflate: Ratchet.ZlibStreamClass;
  export const deflateRaw: Ratchet.ZlibFunction;
  export function deflateRawSync(data: Ratchet.ZlibInput, options?: Ratchet.ZlibOptions): Buffer;
  export function createDeflateRaw(options?: Ratchet.ZlibOptions): Ratchet.ZlibStream;
  export const DeflateRaw: Ratchet.ZlibStreamClass;
  export const gzip: Ratchet.ZlibFunction;
  export function gzipSync(data: Ratchet.ZlibInput, options?: Ratchet.ZlibOptions): Buffer;
  export function createGzip(options?: Ratchet.ZlibOptions): Ratchet.ZlibStream;
  export const Gzip: Ratchet.ZlibStreamClass;
  export const inflate: Ratchet.ZlibFunction;
  export function inflateSync(data: Ratchet.ZlibInput, options?: Ratchet.ZlibOptions): Buffer;
  export function createInflate(options?: Ratchet.ZlibOptions): Ratchet.ZlibStream;
  export const Inflate: Ratchet.ZlibStreamClass;
  export const inflateRaw: Ratchet.ZlibFunction;
  export function inflateRawSync(data: Ratchet.ZlibInput, options?: Ratchet.ZlibOptions): Buffer;
  export function createInflateRaw(options?: Ratchet.ZlibOptions): Ratchet.ZlibStream;
  export const InflateRaw: Ratchet.ZlibStreamClass;
  export const gunzip: Ratchet.ZlibFunction;
  export function gunzipSync(data: Ratchet.ZlibInput, options?: Ratchet.ZlibOptions): Buffer;
  export function createGunzip(options?: Ratchet.ZlibOptions): Ratchet.ZlibStream;
  export const Gunzip: Ratchet.ZlibStreamClass;
  export const unzip: Ratchet.ZlibFunction;
  export function unzipSync(data: Ratchet.ZlibInput, options?: Ratchet.ZlibOptions): Buffer;
  export function createUnzip(options?: Ratchet.ZlibOptions): Ratchet.ZlibStream;
  export const Unzip: Ratchet.ZlibStreamClass;
  export function crc32(data: Ratchet.ZlibInput, value?: number): number;
  /** All constants. */
  export const constants: Readonly<Record<string, number>>;
  export const codes: Readonly<Record<string, string | number>>;
}
