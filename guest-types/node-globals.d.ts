declare namespace Ratchet {
  type Encoding =
    | "utf8"
    | "utf-8"
    | "hex"
    | "base64"
    | "base64url"
    | "latin1"
    | "binary"
    | "ascii"
    | "utf16le"
    | "utf-16le"
    | "ucs2"
    | "ucs-2";
  /** A stream of `process`, which writes whole lines to the console. */
  interface ConsoleStream {
    readonly isTTY: false;
    readonly writable: true;
    write(chunk: unknown): boolean;
    end(): void;
    on(name: string, listener: (...values: any[]) => void): void;
    once(name: string, listener: (...values: any[]) => void): void;
    emit(name: string, ...values: any[]): false;
  }
  /** Node.js's process, with nothing of the machine in it. It never emits an event. */
  interface Process {
    title: string;
    /** True, by which packages see that they do not run in Node.js. */
    browser: boolean;
    /** Only NODE_ENV, which is "production". Values for a task are its input and `context.secrets`. */
    env: Record<string, string | undefined>;
    /** Empty. */
    argv: string[];
    /** Empty. */
    execArgv: string[];
    argv0: string;
    execPath: string;
    exitCode: number | undefined;
    pid: number;
    ppid: number;
    /** "linux", on every machine. */
    platform: string;
    /** "wasm32". */
    arch: string;
    /** The version of Node.js whose modules these are modelled on. */
    version: string;
    /** Empty. */
    versions: Record<string, string>;
    release: Record<string, string>;
    features: object;
    config: { variables: object };
    /** Writes to the console, with the level info. */
    stdout: ConsoleStream;
    /** Writes to the console, with the level error. */
    stderr: ConsoleStream;
    /** Calls a function after the current one, before any timer. */
    nextTick<Values extends any[]>(callback: (...values: Values) => void, ...values: Values): void;
    /** Seconds and nanoseconds since the execution began, or since `time`. */
    hrtime: {
      (time?: [number, number]): [number, number];
      /** Nanoseconds since the execution began. */
      bigint(): bigint;
    };
    /** Seconds since the execution began. */
    uptime(): number;
    /** "/". */
    cwd(): string;
    umask(): number;
    /** All of it is 0. */
    memoryUsage: {
      (): { rss: number; heapTotal: number; heapUsed: number; external: number; arrayBuffers: number };
      rss(): number;
    };
    cpuUsage(): { user: number; system: number };
    /** Writes to the console, with the level warn. */
    emitWarning(warning: unknown): void;
    getBuiltinModule(id: string): undefined;
    on(name: string | symbol, listener: (...values: any[]) => void): this;
    once(name: string | symbol, listener: (...values: any[]) => void): this;
    off(name: string | symbol, listener: (...values: any[]) => void): this;
    addListener(name: string | symbol, listener: (...values: any[]) => void): this;
    prependListener(name: string | symbol, listener: (...values: any[]) => void): this;
    prependOnceListener(name: string | symbol, listener: (...values: any[]) => void): this;
    removeListener(name: string | symbol, listener: (...values: any[]) => void): this;
    removeAllListeners(name?: string | symbol): this;
    setMaxListeners(count: number): this;
    getMaxListeners(): number;
    emit(name: string | symbol, ...values: any[]): boolean;
    listeners(name: string | symbol): Function[];
    listenerCount(name: string | symbol): number;
    eventNames(): (string | symbol)[];
    /** @deprecated It throws: a task is not a process. Return from the task's function, or throw an error. */
    exit(code?: number): never;
    /** @deprecated It throws: a task is not a process. Throw an error. */
    abort(): never;
    /** @deprecated It throws: a task has no folders. */
    chdir(directory: string): never;
    /** @deprecated It throws: a task has no processes. */
    kill(pid: number, signal?: string | number): never;
    /** @deprecated It throws. Use a package without native code. */
    dlopen(...values: any[]): never;
    /** @deprecated It throws. Use a package without native code. */
    binding(name: string): never;
  }
}

/** Node.js's process, with nothing of the machine in it. It is made when a program first touches it. */
declare var process: Ratchet.Process;

/** Node.js's Buffer: bytes that can be converted to text and back. */
interface Buffer extends Uint8Array<ArrayBuffer> {
  /** @param encoding default: "utf8" */
  toString(encoding?: Ratchet.Encoding, start?: number, end?: number): string;
  toJSON(): { type: "Buffer"; data: number[] };
  equals(other: Uint8Array): boolean;
  compare(
    target: Uint8Array,
    targetStart?: number,
    targetEnd?: number,
    sourceStart?: number,
    sourceEnd?: number,
  ): -1 | 0 | 1;
  copy(target: Uint8Array, targetStart?: number, sourceStart?: number, sourceEnd?: number): number;
  /** Shares the bytes, as `subarray` does. */
  slice(start?: number, end?: number): Buffer;
  subarray(start?: number, end?: number): Buffer;
  /** @returns the number of bytes written */
  write(text: string, encoding?: Ratchet.Encoding): number;
  write(text: string, offset: number, encoding?: Ratchet.Encoding): number;
  write(text: string, offset: number, length: number, encoding?: Ratchet.Encoding): number;
  fill(value: string | Uint8Array | number, offset?: number, end?: number, encoding?: Ratchet.Encoding): this;
  fill(value: string | Uint8Array, encoding: Ratchet.Encoding): this;
  indexOf(value: string | number | Uint8Array, byteOffset?: number, encoding?: Ratchet.Encoding): number;
  lastIndexOf(value: string | number | Uint8Array, byteOffset?: number, encoding?: Ratchet.Encoding): number;
  includes(value: string | number | Uint8Array, byteOffset?: number, encoding?: Ratchet.Encoding): boolean;
  inspect(): string;
  swap16(): this;
  swap32(): this;
  swap64(): this;
  /** @deprecated Use `buffer`. */
  readonly parent: ArrayBuffer;
  /** @deprecated Use `byteOffset`. */
  readonly offset: number;
  readUint8(offset?: number): number;
  writeUint8(value: number, offset?: number): number;
  readUInt8(offset?: number): number;
  writeUInt8(value: number, offset?: number): number;
  readInt8(offset?: number): number;
  writeInt8(value: number, offset?: number): number;
  readUint16LE(offset?: number): number;
  writeUint16LE(value: number, offset?: number): number;
  readUInt16LE(offset?: number): number;
  writeUInt16LE(value: number, offset?: number): number;
  readUint16BE(offset?: number): number;
  writeUint16BE(value: number, offset?: number): number;
  readUInt16BE(offset?: number): number;
  writeUInt16BE(value: number, offset?: number): number;
  readUint32LE(offset?: number): number;
  writeUint32LE(value: number, offset?: number): number;
  readUInt32LE(offset?: number): number;
  writeUInt32LE(value: number, offset?: number): number;
  readUint32BE(offset?: number): number;
  writeUint32BE(value: number, offset?: number): number;
  readUInt32BE(offset?: number): number;
  writeUInt32BE(value: number, offset?: number): number;
  readInt16LE(offset?: number): number;
  writeInt16LE(value: number, offset?: number): number;
  readInt16BE(offset?: number): number;
  writeInt16BE(value: number, offset?: number): number;
  readInt32LE(offset?: number): number;
  writeInt32LE(value: number, offset?: number): number;
  readInt32BE(offset?: number): number;
  writeInt32BE(value: number, offset?: number): number;
  readFloatLE(offset?: number): number;
  writeFloatLE(value: number, offset?: number): number;
  readFloatBE(offset?: number): number;
  writeFloatBE(value: number, offset?: number): number;
  readDoubleLE(offset?: number): number;
  writeDoubleLE(value: number, offset?: number): number;
  readDoubleBE(offset?: number): number;
  writeDoubleBE(value: number, offset?: number): number;
  readBigUInt64LE(offset?: number): bigint;
  writeBigUInt64LE(value: bigint, offset?: number): number;
  readBigUInt64BE(offset?: number): bigint;
  writeBigUInt64BE(value: bigint, offset?: number): number;
  readBigInt64LE(offset?: number): bigint;
  writeBigInt64LE(value: bigint, offset?: number): number;
  readBigInt64BE(offset?: number): bigint;
  writeBigInt64BE(value: bigint, offset?: number): number;
  readUintLE(offset: number, byteLength: number): number;
  writeUintLE(value: number, offset: number, byteLength: number): number;
  readUIntLE(offset: number, byteLength: number): number;
  writeUIntLE(value: number, offset: number, byteLength: number): number;
  readIntLE(offset: number, byteLength: number): number;
  writeIntLE(value: number, offset: number, byteLength: number): number;
  readUintBE(offset: number, byteLength: number): number;
  writeUintBE(value: number, offset: number, byteLength: number): number;
  readUIntBE(offset: number, byteLength: number): number;
  writeUIntBE(value: number, offset: number, byteLength: number): number;
  readIntBE(offset: number, byteLength: number): number;
  writeIntBE(value: number, offset: number, byteLength: number): number;
}
interface BufferConstructor {
  readonly prototype: Buffer;
  /** @deprecated Use `Buffer.from` and `Buffer.alloc`. */
  new (value: any, encodingOrOffset?: any, length?: number): Buffer;
  /** @deprecated Use `Buffer.from` and `Buffer.alloc`. */
  (value: any, encodingOrOffset?: any, length?: number): Buffer;
  /** Copies bytes, encodes a text, or wraps an ArrayBuffer. */
  from(value: ArrayBufferLike, byteOffset?: number, length?: number): Buffer;
  from(value: string, encoding?: Ratchet.Encoding): Buffer;
  from(value: Uint8Array | readonly number[] | Iterable<number> | ArrayLike<number>): Buffer;
  from(value: { type: "Buffer"; data: number[] }): Buffer;
  from(value: { valueOf(): string | object }, encodingOrOffset?: any, length?: number): Buffer;
  of(...bytes: number[]): Buffer;
  alloc(size: number, fill?: string | Uint8Array | number, encoding?: Ratchet.Encoding): Buffer;
  allocUnsafe(size: number): Buffer;
  allocUnsafeSlow(size: number): Buffer;
  byteLength(value: string | ArrayBufferView | ArrayBufferLike, encoding?: Ratchet.Encoding): number;
  compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1;
  concat(list: readonly Uint8Array[], totalLength?: number): Buffer;
  copyBytesFrom(view: ArrayBufferView, offset?: number, length?: number): Buffer;
  isBuffer(value: any): value is Buffer;
  isEncoding(encoding: string): encoding is Ratchet.Encoding;
  readonly poolSize: number;
  readonly TYPED_ARRAY_SUPPORT: boolean;
  readonly BYTES_PER_ELEMENT: number;
}
/** Node.js's Buffer. It is made when a program first touches it. */
declare var Buffer: BufferConstructor;

declare module "node:process" {
  const own: Ratchet.Process;
  export = own;
}
declare module "node:buffer" {
  const all: typeof import("node:buffer");
  export default all;
  const Own: BufferConstructor;
  type Own = globalThis.Buffer;

  export { Own as Buffer };
  /** @deprecated Use `Buffer.allocUnsafeSlow`. */
  export const SlowBuffer: (size: number) => Own;
  export const kMaxLength: number;
  export const kStringMaxLength: number;
  export const INSPECT_MAX_BYTES: number;
  export const constants: { readonly MAX_LENGTH: number; readonly MAX_STRING_LENGTH: number };
  export function isAscii(input: ArrayBufferView | ArrayBuffer): boolean;
  export function isUtf8(input: ArrayBufferView | ArrayBuffer): boolean;
  export function transcode(source: Uint8Array, from: Ratchet.Encoding, to: Ratchet.Encoding): Own;
  const decode: typeof atob;
  const encode: typeof btoa;
  const OwnBlob: typeof Blob;
  const OwnFile: typeof File;

  export { decode as atob, encode as btoa, OwnBlob as Blob, OwnFile as File };
}
