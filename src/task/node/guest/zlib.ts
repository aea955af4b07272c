import { Buffer } from "node:buffer";
import { Transform, type TransformCallback, type TransformOptions } from "node:stream";
import pako, { type Deflate, type Inflate } from "pako";
import { ZLIB_CONSTANTS } from "./zlib-constants.ts";

interface ZlibOptions extends TransformOptions {
  level?: number;
  windowBits?: number;
  memLevel?: number;
  strategy?: number;
  chunkSize?: number;
  dictionary?: Uint8Array;
  finishFlush?: number;
  maxOutputLength?: number;
  info?: boolean;
}
type Input = string | ArrayBufferView | ArrayBufferLike;
type Callback = (error: Error | null, result?: Buffer) => void;
type Worker = Deflate | Inflate;

/** How each format is read or written. */
interface Format {
  name: string;
  start(options: object): Worker;
}

const deflating = (name: string, more: object): Format => ({
  name,
  start: (options) => new pako.Deflate({ ...options, ...more }),
});
const inflating = (name: string, more: (options: { windowBits?: number }) => object): Format => ({
  name,
  start: (options) => new pako.Inflate({ ...options, ...more(options) }),
});

const FORMATS = {
  Deflate: deflating("Deflate", {}),
  DeflateRaw: deflating("DeflateRaw", { raw: true }),
  Gzip: deflating("Gzip", { gzip: true }),
  Inflate: inflating("Inflate", ({ windowBits = 15 }) => ({ windowBits })),
  InflateRaw: inflating("InflateRaw", () => ({ raw: true })),
  Gunzip: inflating("Gunzip", ({ windowBits = 15 }) => ({ windowBits: windowBits + 16 })),
  Unzip: inflating("Unzip", ({ windowBits = 15 }) => ({ windowBits: windowBits + 32 })),
} as const;

function zlibError(worker: Worker): Error {
  const { err, msg } = worker;
  const name = Object.entries(ZLIB_CONSTANTS).find(
    ([key, value]) => value === err && /^Z_[A-Z]+_ERROR$/.test(key),
  )?.[0];
  const message = err === ZLIB_CONSTANTS.Z_BUF_ERROR ? "unexpected end of file" : msg || "incorrect data";
  return Object.assign(new Error(message), { errno: err, code: name ?? "Z_DATA_ERROR" });
}

function bytesOf(data: Input): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(data);
}

/** Options without undefined members, which pako would take as values. */
function settings({ level, windowBits, memLevel, strategy, chunkSize, dictionary }: ZlibOptions): object {
  const given = { level, windowBits, memLevel, strategy, chunkSize, dictionary };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function run(format: Format, data: Input, options: ZlibOptions = {}): Buffer {
  const worker = format.start(settings(options));
  const chunks: Uint8Array[] = [];
  let length = 0;
  worker.onData = (chunk) => {
    length += chunk.length;
    if (length > (options.maxOutputLength ?? Number.POSITIVE_INFINITY)) {
      throw Object.assign(new RangeError(`Cannot create a Buffer larger than ${options.maxOutputLength} bytes`), {
        code: "ERR_BUFFER_TOO_LARGE",
      });
    }
    chunks.push(chunk);
  };
  worker.push(bytesOf(data), options.finishFlush ?? ZLIB_CONSTANTS.Z_FINISH);
  if (worker.err !== 0) throw zlibError(worker);
  return Buffer.concat(chunks);
}

/** A stream of one format. pako calls `onData` synchronously during `push`. */
class ZlibStream extends Transform {
  bytesWritten = 0;
  readonly #worker: Worker;
  readonly #finishFlush: number;
  #any = false;

  constructor(format: Format, options: ZlibOptions = {}) {
    super(options);
    this.#finishFlush = options.finishFlush ?? ZLIB_CONSTANTS.Z_FINISH;
    this.#worker = format.start(settings(options));
    this.#worker.onData = (chunk) => {
      this.push(Buffer.from(chunk));
    };
  }

  override _transform(chunk: Buffer | string, _encoding: BufferEncoding, callback: TransformCallback): void {
    const bytes = bytesOf(chunk);
    this.bytesWritten += bytes.length;
    if (bytes.length > 0) this.#any = true;
    this.#push(bytes, ZLIB_CONSTANTS.Z_NO_FLUSH, callback);
  }

  override _flush(callback: TransformCallback): void {
    // Nothing at all is no error, as in Node.js.
    if (this.#worker instanceof pako.Inflate && !this.#any) return callback();
    this.#push(new Uint8Array(0), this.#finishFlush, callback);
  }

  /** Writes out what was taken so far. */
  flush(kind?: number | (() => void), callback?: () => void): void {
    const done = typeof kind === "function" ? kind : callback;
    this.#push(new Uint8Array(0), typeof kind === "number" ? kind : ZLIB_CONSTANTS.Z_FULL_FLUSH, () => done?.());
  }

  close(callback?: () => void): void {
    if (callback) this.once("close", callback);
    this.destroy();
  }

  #push(bytes: Uint8Array, flush: number, callback: (error?: Error | null) => void): void {
    const worker = this.#worker;
    if (worker.ended) return callback();
    worker.push(bytes, flush);
    callback(worker.err === 0 ? null : zlibError(worker));
  }
}

function sync(format: Format) {
  return (data: Input, options?: ZlibOptions) => run(format, data, options);
}

function withCallback(format: Format) {
  return (data: Input, ...rest: [Callback] | [ZlibOptions, Callback]): void => {
    const [options, callback] = rest.length === 1 ? [undefined, rest[0]] : rest;
    void Promise.resolve().then(() => {
      let result: Buffer;
      try {
        result = run(format, data, options);
      } catch (error) {
        return callback(error as Error);
      }
      callback(null, result);
    });
  };
}

/** A class that can be called without `new`, as Node.js's can. */
function streamClass(format: Format) {
  // A declaration, since an arrow function can't be called with `new`.
  function type(options?: ZlibOptions): ZlibStream {
    return new ZlibStream(format, options);
  }
  type.prototype = ZlibStream.prototype;
  return type;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(data: Input, start = 0): number {
  let crc = ~start;
  for (const byte of bytesOf(data)) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

export default {
  deflate: withCallback(FORMATS.Deflate),
  deflateSync: sync(FORMATS.Deflate),
  deflateRaw: withCallback(FORMATS.DeflateRaw),
  deflateRawSync: sync(FORMATS.DeflateRaw),
  gzip: withCallback(FORMATS.Gzip),
  gzipSync: sync(FORMATS.Gzip),
  inflate: withCallback(FORMATS.Inflate),
  inflateSync: sync(FORMATS.Inflate),
  inflateRaw: withCallback(FORMATS.InflateRaw),
  inflateRawSync: sync(FORMATS.InflateRaw),
  gunzip: withCallback(FORMATS.Gunzip),
  gunzipSync: sync(FORMATS.Gunzip),
  unzip: withCallback(FORMATS.Unzip),
  unzipSync: sync(FORMATS.Unzip),
  createDeflate: (options?: ZlibOptions) => new ZlibStream(FORMATS.Deflate, options),
  createDeflateRaw: (options?: ZlibOptions) => new ZlibStream(FORMATS.DeflateRaw, options),
  createGzip: (options?: ZlibOptions) => new ZlibStream(FORMATS.Gzip, options),
  createInflate: (options?: ZlibOptions) => new ZlibStream(FORMATS.Inflate, options),
  createInflateRaw: (options?: ZlibOptions) => new ZlibStream(FORMATS.InflateRaw, options),
  createGunzip: (options?: ZlibOptions) => new ZlibStream(FORMATS.Gunzip, options),
  createUnzip: (options?: ZlibOptions) => new ZlibStream(FORMATS.Unzip, options),
  Deflate: streamClass(FORMATS.Deflate),
  DeflateRaw: streamClass(FORMATS.DeflateRaw),
  Gzip: streamClass(FORMATS.Gzip),
  Inflate: streamClass(FORMATS.Inflate),
  InflateRaw: streamClass(FORMATS.InflateRaw),
  Gunzip: streamClass(FORMATS.Gunzip),
  Unzip: streamClass(FORMATS.Unzip),
  crc32,
  constants: ZLIB_CONSTANTS,
  ...ZLIB_CONSTANTS,
};
