declare namespace Ratchet {
  type StreamCallback = (error?: Error | null) => void;
  interface ReadableOptions {
    /** Bytes, or objects in object mode. */
    highWaterMark?: number;
    encoding?: Encoding;
    objectMode?: boolean;
    emitClose?: boolean;
    autoDestroy?: boolean;
    signal?: AbortSignal;
    read?(this: any, size: number): void;
    construct?(this: any, callback: StreamCallback): void;
    destroy?(this: any, error: Error | null, callback: StreamCallback): void;
  }
  interface WritableOptions {
    highWaterMark?: number;
    decodeStrings?: boolean;
    defaultEncoding?: Encoding;
    objectMode?: boolean;
    emitClose?: boolean;
    autoDestroy?: boolean;
    signal?: AbortSignal;
    write?(this: any, chunk: any, encoding: Encoding, callback: StreamCallback): void;
    writev?(this: any, chunks: { chunk: any; encoding: Encoding }[], callback: StreamCallback): void;
    construct?(this: any, callback: StreamCallback): void;
    destroy?(this: any, error: Error | null, callback: StreamCallback): void;
    final?(this: any, callback: StreamCallback): void;
  }
  interface DuplexOptions extends ReadableOptions, WritableOptions {
    allowHalfOpen?: boolean;
    readableObjectMode?: boolean;
    writableObjectMode?: boolean;
    readableHighWaterMark?: number;
    writableHighWaterMark?: number;
  }
  interface TransformOptions extends DuplexOptions {
    transform?(this: any, chunk: any, encoding: Encoding, callback: (error?: Error | null, data?: any) => void): void;
    flush?(this: any, callback: (error?: Error | null, data?: any) => void): void;
  }
  interface OperatorOptions {
    signal?: AbortSignal;
    concurrency?: number;
  }
}

declare module "node:stream" {
  import EventEmitter from "node:events";

  /** Streams as in Node.js. */
  class Stream extends EventEmitter {
    pipe<T extends Stream.Writable | Stream.Duplex>(destination: T, options?: { end?: boolean }): T;
  }
  namespace Stream {
    export { Stream };
    export class Readable extends Stream implements AsyncIterable<any> {
      static readonly ReadableState: any;
      static from(iterable: Iterable<any> | AsyncIterable<any>, options?: Ratchet.ReadableOptions): Readable;
      static fromWeb(stream: ReadableStream, options?: Ratchet.ReadableOptions): Readable;
      static toWeb(stream: Readable): ReadableStream;
      static wrap(stream: any, options?: Ratchet.ReadableOptions): Readable;
      constructor(options?: Ratchet.ReadableOptions);
      readable: boolean;
      readonly readableAborted: boolean;
      readonly readableDidRead: boolean;
      readonly readableEncoding: Ratchet.Encoding | null;
      readonly readableEnded: boolean;
      readonly readableFlowing: boolean | null;
      readonly readableHighWaterMark: number;
      readonly readableLength: number;
      readonly readableObjectMode: boolean;
      readonly readableBuffer: any;
      readonly closed: boolean;
      destroyed: boolean;
      readonly errored: Error | null;
      _read(size: number): void;
      _destroy(error: Error | null, callback: Ratchet.StreamCallback): void;
      read(size?: number): any;
      push(chunk: any, encoding?: Ratchet.Encoding): boolean;
      unshift(chunk: any, encoding?: Ratchet.Encoding): boolean;
      setEncoding(encoding: Ratchet.Encoding): this;
      pause(): this;
      resume(): this;
      isPaused(): boolean;
      unpipe(destination?: Writable | Duplex): this;
      wrap(stream: any): this;
      destroy(error?: Error): this;
      iterator(options?: { destroyOnReturn?: boolean }): AsyncIterableIterator<any>;
      [Symbol.asyncIterator](): AsyncIterableIterator<any>;
      [Symbol.asyncDispose](): Promise<void>;
      asIndexedPairs(options?: Ratchet.OperatorOptions): Readable;
      compose(stream: any, options?: Ratchet.OperatorOptions): Duplex;
      drop(count: number, options?: Ratchet.OperatorOptions): Readable;
      every(holds: (value: any) => unknown, options?: Ratchet.OperatorOptions): Promise<boolean>;
      filter(holds: (value: any) => unknown, options?: Ratchet.OperatorOptions): Readable;
      find(holds: (value: any) => unknown, options?: Ratchet.OperatorOptions): Promise<any>;
      flatMap(change: (value: any) => unknown, options?: Ratchet.OperatorOptions): Readable;
      forEach(run: (value: any) => unknown, options?: Ratchet.OperatorOptions): Promise<void>;
      map(change: (value: any) => unknown, options?: Ratchet.OperatorOptions): Readable;
      reduce(join: (result: any, value: any) => any, start?: any, options?: Ratchet.OperatorOptions): Promise<any>;
      some(holds: (value: any) => unknown, options?: Ratchet.OperatorOptions): Promise<boolean>;
      take(count: number, options?: Ratchet.OperatorOptions): Readable;
      toArray(options?: Ratchet.OperatorOptions): Promise<any[]>;
    }
    export class Writable extends Stream {
      static readonly WritableState: any;
      static fromWeb(stream: WritableStream, options?: Ratchet.WritableOptions): Writable;
      static toWeb(stream: Writable): WritableStream;
      constructor(options?: Ratchet.WritableOptions);
      writable: boolean;
      readonly writableAborted: boolean;
      readonly writableCorked: number;
      readonly writableEnded: boolean;
      readonly writableFinished: boolean;
      readonly writableHighWaterMark: number;
      readonly writableLength: number;
      readonly writableNeedDrain: boolean;
      readonly writableObjectMode: boolean;
      readonly writableBuffer: any;
      readonly closed: boolean;
      destroyed: boolean;
      readonly errored: Error | null;
      _write(chunk: any, encoding: Ratchet.Encoding, callback: Ratchet.StreamCallback): void;
      _writev?(chunks: { chunk: any; encoding: Ratchet.Encoding }[], callback: Ratchet.StreamCallback): void;
      _destroy(error: Error | null, callback: Ratchet.StreamCallback): void;
      write(chunk: any, callback?: Ratchet.StreamCallback): boolean;
      write(chunk: any, encoding: Ratchet.Encoding, callback?: Ratchet.StreamCallback): boolean;
      end(callback?: () => void): this;
      end(chunk: any, callback?: () => void): this;
      end(chunk: any, encoding: Ratchet.Encoding, callback?: () => void): this;
      cork(): void;
      uncork(): void;
      setDefaultEncoding(encoding: Ratchet.Encoding): this;
      destroy(error?: Error): this;
    }
    /** Readable and writable. */
    export interface Duplex extends Writable {}
    export class Duplex extends Readable {
      static from(source: any): Duplex;
      static fromWeb(pair: any, options?: Ratchet.DuplexOptions): Duplex;
      static toWeb(stream: Duplex): any;
      constructor(options?: Ratchet.DuplexOptions);
      allowHalfOpen: boolean;
    }
    export class Transform extends Duplex {
      constructor(options?: Ratchet.TransformOptions);
      _transform(chunk: any, encoding: Ratchet.Encoding, callback: (error?: Error | null, data?: any) => void): void;
      _flush?(callback: (error?: Error | null, data?: any) => void): void;
    }
    /** Passes everything on. */
    export class PassThrough extends Transform {}
    /** Connects streams, and destroys all of them if one fails. */
    export function pipeline(...streams: any[]): any;
    /** Calls back when a stream has ended. @returns a function that stops waiting */
    export function finished(stream: any, callback: Ratchet.StreamCallback): () => void;
    export function finished(stream: any, options: object, callback: Ratchet.StreamCallback): () => void;
    export function compose(...streams: any[]): Duplex;
    export function addAbortSignal<T>(signal: AbortSignal, stream: T): T;
    export function destroy(stream: any, error?: Error): void;
    export function isDestroyed(stream: any): boolean | null;
    export function isDisturbed(stream: any): boolean;
    export function isErrored(stream: any): boolean;
    export function isReadable(stream: any): boolean | null;
    export function isWritable(stream: any): boolean | null;
    export function getDefaultHighWaterMark(objectMode?: boolean): number;
    export function setDefaultHighWaterMark(objectMode: boolean, value: number): void;
    /** The name of `finished` in the package readable-stream. */
    export const eos: typeof finished;
    export const promises: typeof import("node:stream/promises");
  }
  export = Stream;
}
declare module "node:stream/promises" {
  const all: typeof import("node:stream/promises");
  export default all;
  export function pipeline(...streams: any[]): Promise<any>;
  export function finished(stream: any, options?: object): Promise<void>;
}
declare module "node:stream/consumers" {
  const all: typeof import("node:stream/consumers");
  export default all;
  type Source = AsyncIterable<any> | ReadableStream;
  export function text(source: Source): Promise<string>;
  export function json(source: Source): Promise<any>;
  export function buffer(source: Source): Promise<Buffer>;
  export function arrayBuffer(source: Source): Promise<ArrayBuffer>;
  export function blob(source: Source): Promise<Blob>;
}
declare module "node:stream/web" {
  const all: typeof import("node:stream/web");
  export default all;
  const OwnReadableStream: typeof globalThis.ReadableStream;
  const OwnReadableStreamDefaultReader: typeof globalThis.ReadableStreamDefaultReader;
  const OwnReadableStreamBYOBReader: typeof globalThis.ReadableStreamBYOBReader;
  const OwnReadableStreamDefaultController: typeof globalThis.ReadableStreamDefaultController;
  const OwnReadableByteStreamController: typeof globalThis.ReadableByteStreamController;
  const OwnReadableStreamBYOBRequest: typeof globalThis.ReadableStreamBYOBRequest;
  const OwnWritableStream: typeof globalThis.WritableStream;
  const OwnWritableStreamDefaultWriter: typeof globalThis.WritableStreamDefaultWriter;
  const OwnWritableStreamDefaultController: typeof globalThis.WritableStreamDefaultController;
  const OwnTransformStream: typeof globalThis.TransformStream;
  const OwnTransformStreamDefaultController: typeof globalThis.TransformStreamDefaultController;
  const OwnByteLengthQueuingStrategy: typeof globalThis.ByteLengthQueuingStrategy;
  const OwnCountQueuingStrategy: typeof globalThis.CountQueuingStrategy;
  const OwnTextEncoderStream: typeof globalThis.TextEncoderStream;
  const OwnTextDecoderStream: typeof globalThis.TextDecoderStream;
  const OwnCompressionStream: typeof globalThis.CompressionStream;
  const OwnDecompressionStream: typeof globalThis.DecompressionStream;

  export {
    OwnByteLengthQueuingStrategy as ByteLengthQueuingStrategy,
    OwnCompressionStream as CompressionStream,
    OwnCountQueuingStrategy as CountQueuingStrategy,
    OwnDecompressionStream as DecompressionStream,
    OwnReadableByteStreamController as ReadableByteStreamController,
    OwnReadableStream as ReadableStream,
    OwnReadableStreamBYOBReader as ReadableStreamBYOBReader,
    OwnReadableStreamBYOBRequest as ReadableStreamBYOBRequest,
    OwnReadableStreamDefaultController as ReadableStreamDefaultController,
    OwnReadableStreamDefaultReader as ReadableStreamDefaultReader,
    OwnTextDecoderStream as TextDecoderStream,
    OwnTextEncoderStream as TextEncoderStream,
    OwnTransformStream as TransformStream,
    OwnTransformStreamDefaultController as TransformStreamDefaultController,
    OwnWritableStream as WritableStream,
    OwnWritableStreamDefaultController as WritableStreamDefaultController,
    OwnWritableStreamDefaultWriter as WritableStreamDefaultWriter,
  };
}
