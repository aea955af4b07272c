declare namespace Ratchet {
  /** Options of `util.inspect`. Others are ignored; there are no colours. */
  interface InspectOptions {
    /** Default: 2. */
    depth?: number | null;
    showHidden?: boolean;
    maxArrayLength?: number | null;
    maxStringLength?: number | null;
    breakLength?: number;
    compact?: number | boolean;
    sorted?: boolean | ((a: string, b: string) => number);
    [name: string]: unknown;
  }
  type Message = string | Error;
  interface AssertionError extends Error {
    actual: unknown;
    expected: unknown;
    operator: string;
    code: "ERR_ASSERTION";
    generatedMessage: boolean;
  }
  interface Assert {
    (value: unknown, message?: Message): asserts value;
  }
}
declare module "node:util" {
  const all: typeof import("node:util");
  export default all;
  export const types: typeof import("node:util/types");
  /** Makes a function with a callback return a promise. */
  export const promisify: {
    <T = any>(original: (...values: any[]) => void): (...values: any[]) => Promise<T>;
    readonly custom: unique symbol;
  };
  export function callbackify(original: (...values: any[]) => PromiseLike<any>): (...values: any[]) => void;
  export function inherits(type: Function, base: Function): void;
  export function deprecate<F extends Function>(original: F, message: string, code?: string): F;
  export function format(format?: any, ...values: any[]): string;
  export function formatWithOptions(options: Ratchet.InspectOptions, format?: any, ...values: any[]): string;
  export const inspect: {
    (value: any, options?: Ratchet.InspectOptions): string;
    (value: any, showHidden?: boolean, depth?: number | null): string;
    readonly custom: unique symbol;
    defaultOptions: Ratchet.InspectOptions;
    readonly colors: object;
    readonly styles: object;
    [name: string]: any;
  };
  export function debuglog(section: string): ((...values: any[]) => void) & { enabled: boolean };
  export const debug: typeof debuglog;
  export function aborted(signal: AbortSignal, resource?: object): Promise<void>;
  export function isDeepStrictEqual(a: unknown, b: unknown): boolean;
  export function stripVTControlCharacters(text: string): string;
  /** Returns the text without a style: there is no terminal. */
  export function styleText(style: unknown, text: string): string;
  export function toUSVString(text: unknown): string;
  /** @deprecated Use `Array.isArray`. */
  export function isArray(value: unknown): value is any[];
  const Encoder: typeof globalThis.TextEncoder;
  const Decoder: typeof globalThis.TextDecoder;

  export { Decoder as TextDecoder, Encoder as TextEncoder };
}
declare module "node:sys" {
  export * from "node:util";
  export { default } from "node:util";
}
declare module "node:util/types" {
  const all: typeof import("node:util/types");
  export default all;
  export function isUint8Array(value?: unknown): value is Uint8Array;
  export function isUint8ClampedArray(value?: unknown): value is Uint8ClampedArray;
  export function isUint16Array(value?: unknown): value is Uint16Array;
  export function isUint32Array(value?: unknown): value is Uint32Array;
  export function isInt8Array(value?: unknown): value is Int8Array;
  export function isInt16Array(value?: unknown): value is Int16Array;
  export function isInt32Array(value?: unknown): value is Int32Array;
  export function isFloat16Array(value?: unknown): value is Float16Array;
  export function isFloat32Array(value?: unknown): value is Float32Array;
  export function isFloat64Array(value?: unknown): value is Float64Array;
  export function isBigInt64Array(value?: unknown): value is BigInt64Array;
  export function isBigUint64Array(value?: unknown): value is BigUint64Array;
  export function isTypedArray(value?: unknown): boolean;
  export function isArrayBufferView(value?: unknown): value is ArrayBufferView;
  export function isArrayBuffer(value?: unknown): value is ArrayBuffer;
  export function isSharedArrayBuffer(value?: unknown): boolean;
  export function isAnyArrayBuffer(value?: unknown): boolean;
  export function isDataView(value?: unknown): value is DataView;
  export function isDate(value?: unknown): value is Date;
  export function isRegExp(value?: unknown): value is RegExp;
  export function isNativeError(value?: unknown): value is Error;
  export function isMap(value?: unknown): value is Map<any, any>;
  export function isSet(value?: unknown): value is Set<any>;
  export function isWeakMap(value?: unknown): value is WeakMap<any, any>;
  export function isWeakSet(value?: unknown): value is WeakSet<any>;
  export function isPromise(value?: unknown): value is Promise<any>;
  export function isMapIterator(value?: unknown): boolean;
  export function isSetIterator(value?: unknown): boolean;
  export function isGeneratorObject(value?: unknown): boolean;
  export function isGeneratorFunction(value?: unknown): boolean;
  export function isAsyncFunction(value?: unknown): boolean;
  export function isArgumentsObject(value?: unknown): boolean;
  export function isBoxedPrimitive(value?: unknown): boolean;
  export function isNumberObject(value?: unknown): boolean;
  export function isStringObject(value?: unknown): boolean;
  export function isBooleanObject(value?: unknown): boolean;
  export function isBigIntObject(value?: unknown): boolean;
  export function isSymbolObject(value?: unknown): boolean;
  export function isCryptoKey(value?: unknown): value is CryptoKey;
  export function isKeyObject(value?: unknown): boolean;
  export function isModuleNamespaceObject(value?: unknown): boolean;
  /** Always false. */
  export function isProxy(value?: unknown): boolean;
  export function isExternal(value?: unknown): boolean;
}
declare module "node:assert" {
  interface AssertFunctions {
    ok(value: unknown, message?: Ratchet.Message): asserts value;
    equal(actual: unknown, expected: unknown, message?: Ratchet.Message): void;
    notEqual(actual: unknown, expected: unknown, message?: Ratchet.Message): void;
    deepEqual(actual: unknown, expected: unknown, message?: Ratchet.Message): void;
    notDeepEqual(actual: unknown, expected: unknown, message?: Ratchet.Message): void;
    strictEqual<T>(actual: unknown, expected: T, message?: Ratchet.Message): asserts actual is T;
    notStrictEqual(actual: unknown, expected: unknown, message?: Ratchet.Message): void;
    deepStrictEqual<T>(actual: unknown, expected: T, message?: Ratchet.Message): asserts actual is T;
    notDeepStrictEqual(actual: unknown, expected: unknown, message?: Ratchet.Message): void;
    throws(run: () => unknown, expected?: any, message?: Ratchet.Message): void;
    doesNotThrow(run: () => unknown, expected?: any, message?: Ratchet.Message): void;
    rejects(run: (() => PromiseLike<any>) | PromiseLike<any>, expected?: any, message?: Ratchet.Message): Promise<void>;
    doesNotReject(
      run: (() => PromiseLike<any>) | PromiseLike<any>,
      expected?: any,
      message?: Ratchet.Message,
    ): Promise<void>;
    match(text: string, pattern: RegExp, message?: Ratchet.Message): void;
    doesNotMatch(text: string, pattern: RegExp, message?: Ratchet.Message): void;
    ifError(value: unknown): asserts value is null | undefined;
    fail(message?: Ratchet.Message): never;
    AssertionError: {
      readonly prototype: Ratchet.AssertionError;
      new (options: {
        message?: string;
        actual?: unknown;
        expected?: unknown;
        operator?: string;
      }): Ratchet.AssertionError;
    };
    strict: Ratchet.Assert & AssertFunctions;
  }
  const assert: Ratchet.Assert & AssertFunctions;
  export = assert;
}
declare module "node:assert/strict" {
  import assert = require("node:assert");
  const strict: typeof assert.strict;
  export = strict;
}
