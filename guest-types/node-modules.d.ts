declare namespace Ratchet {
  interface ParsedPath {
    root: string;
    dir: string;
    base: string;
    ext: string;
    name: string;
  }
  interface PathFunctions {
    basename(path: string, suffix?: string): string;
    dirname(path: string): string;
    extname(path: string): string;
    format(path: Partial<ParsedPath>): string;
    isAbsolute(path: string): boolean;
    join(...paths: string[]): string;
    normalize(path: string): string;
    parse(path: string): ParsedPath;
    relative(from: string, to: string): string;
    resolve(...paths: string[]): string;
    toNamespacedPath(path: string): string;
    readonly sep: "/";
    readonly delimiter: ":";
    readonly posix: PathFunctions;
    /** Null: a task's paths are those of URLs and POSIX. */
    readonly win32: null;
  }
  interface QueryOptions {
    decodeURIComponent?: (text: string) => string;
    encodeURIComponent?: (text: string) => string;
    maxKeys?: number;
  }
}
/** Paths as text. A task has no files. */
declare module "node:path" {
  const all: typeof import("node:path");
  export default all;
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function format(path: Partial<Ratchet.ParsedPath>): string;
  export function isAbsolute(path: string): boolean;
  export function join(...paths: string[]): string;
  export function normalize(path: string): string;
  export function parse(path: string): Ratchet.ParsedPath;
  export function relative(from: string, to: string): string;
  export function resolve(...paths: string[]): string;
  export function toNamespacedPath(path: string): string;
  export const sep: "/";
  export const delimiter: ":";
  export const posix: Ratchet.PathFunctions;
  /** Null: a task's paths are those of URLs and POSIX. */
  export const win32: null;
}
declare module "node:path/posix" {
  export * from "node:path";
  export { default } from "node:path";
}
declare module "node:url" {
  const all: typeof import("node:url");
  export default all;
  const OwnUrl: typeof globalThis.URL;
  const OwnParams: typeof globalThis.URLSearchParams;
  const OwnPattern: typeof globalThis.URLPattern;

  export { OwnParams as URLSearchParams, OwnPattern as URLPattern, OwnUrl as URL };
  /** A URL as `parse` returns it. */
  export class Url {
    protocol: string | null;
    slashes: boolean | null;
    auth: string | null;
    host: string | null;
    port: string | null;
    hostname: string | null;
    hash: string | null;
    search: string | null;
    query: any;
    pathname: string | null;
    path: string | null;
    href: string;
    parse(url: string, parseQueryString?: boolean, slashesDenoteHost?: boolean): this;
    format(): string;
    resolve(relative: string): string;
    resolveObject(relative: string | Url): Url;
    parseHost(): void;
  }
  /** @deprecated Use `new URL`. */
  export function parse(url: string, parseQueryString?: boolean, slashesDenoteHost?: boolean): Url;
  /** @deprecated Use `new URL(to, from)`. */
  export function resolve(from: string, to: string): string;
  export function resolveObject(from: string | Url, to: string | Url): Url;
  export function format(
    url: URL | string | object,
    options?: { auth?: boolean; fragment?: boolean; search?: boolean; unicode?: boolean },
  ): string;
  export function fileURLToPath(url: string | URL): string;
  export function pathToFileURL(path: string): URL;
  export function domainToASCII(domain: string): string;
  export function domainToUnicode(domain: string): string;
  export function urlToHttpOptions(url: URL): Ratchet.HttpRequestOptions;
}
declare module "node:querystring" {
  const all: typeof import("node:querystring");
  export default all;
  export function parse(
    text: string,
    separator?: string,
    equals?: string,
    options?: Ratchet.QueryOptions,
  ): Record<string, string | string[] | undefined>;
  export function stringify(
    value?: object,
    separator?: string,
    equals?: string,
    options?: Ratchet.QueryOptions,
  ): string;
  export const decode: typeof parse;
  export const encode: typeof stringify;
  export function escape(text: string): string;
  export function unescape(text: string): string;
}
declare module "node:punycode" {
  const all: typeof import("node:punycode");
  export default all;
  export function decode(text: string): string;
  export function encode(text: string): string;
  export function toASCII(domain: string): string;
  export function toUnicode(domain: string): string;
  export const ucs2: { decode(text: string): number[]; encode(codePoints: readonly number[]): string };
  export const version: string;
}
declare module "node:string_decoder" {
  const all: typeof import("node:string_decoder");
  export default all;
  export class StringDecoder {
    constructor(encoding?: Ratchet.Encoding);
    readonly encoding: string;
    write(bytes: Uint8Array): string;
    end(bytes?: Uint8Array): string;
    text(bytes: Uint8Array, offset: number): string;
    fillLast(bytes: Uint8Array): string | undefined;
    /** Of a character that is not complete yet: bytes that are missing, bytes in all, and the bytes so far. */
    lastNeed: number;
    lastTotal: number;
    lastChar: Buffer;
  }
}
declare module "node:timers" {
  const all: typeof import("node:timers");
  export default all;
  const timeout: typeof globalThis.setTimeout;
  const interval: typeof globalThis.setInterval;
  const immediate: typeof globalThis.setImmediate;
  const noTimeout: typeof globalThis.clearTimeout;
  const noInterval: typeof globalThis.clearInterval;
  const noImmediate: typeof globalThis.clearImmediate;

  export {
    immediate as setImmediate,
    interval as setInterval,
    noImmediate as clearImmediate,
    noInterval as clearInterval,
    noTimeout as clearTimeout,
    timeout as setTimeout,
  };
  export const promises: typeof import("node:timers/promises");
}
declare module "node:timers/promises" {
  const all: typeof import("node:timers/promises");
  export default all;
  /** Resolves after some ms. */
  export function setTimeout<T = void>(ms?: number, value?: T, options?: { signal?: AbortSignal }): Promise<T>;
  export function setImmediate<T = void>(value?: T, options?: { signal?: AbortSignal }): Promise<T>;
  /** Yields every some ms. */
  export function setInterval<T = void>(
    ms?: number,
    value?: T,
    options?: { signal?: AbortSignal },
  ): AsyncGenerator<T, void, unknown>;
  export const scheduler: {
    wait(ms: number, options?: { signal?: AbortSignal }): Promise<void>;
    yield(): Promise<void>;
  };
}
declare module "node:console" {
  export default console;
  export const log: Console["log"];
  export const info: Console["info"];
  export const warn: Console["warn"];
  export const error: Console["error"];
  export const debug: Console["debug"];
  export const trace: Console["trace"];
  export const dir: Console["dir"];
  export const dirxml: Console["dirxml"];
  export const clear: Console["clear"];
  export const table: Console["table"];
  export const assert: Console["assert"];
  export const count: Console["count"];
  export const countReset: Console["countReset"];
  export const time: Console["time"];
  export const timeLog: Console["timeLog"];
  export const timeEnd: Console["timeEnd"];
  export const group: Console["group"];
  export const groupCollapsed: Console["groupCollapsed"];
  export const groupEnd: Console["groupEnd"];
  /** The constructor gives the one console that there is. */
  export const Console: { new (...values: any[]): Console };
}
/** @deprecated Constants of the system, which a task has no use for. Those of zlib are in `zlib.constants`. */
declare module "node:constants" {
  const constants: Readonly<Record<string, any>>;
  export default constants;
}
/** Fixed values: nothing of the machine is visible. */
declare module "node:os" {
  const all: typeof import("node:os");
  export default all;
  export const EOL: "\n";
  export const devNull: string;
  export function arch(): string;
  export function machine(): string;
  export function platform(): string;
  export function type(): string;
  export function release(): string;
  export function version(): string;
  export function hostname(): string;
  export function homedir(): string;
  export function tmpdir(): string;
  export function endianness(): "LE";
  export function availableParallelism(): number;
  export function cpus(): any[];
  export function freemem(): number;
  export function totalmem(): number;
  export function loadavg(): number[];
  export function uptime(): number;
  export function networkInterfaces(): object;
  export function userInfo(): { uid: number; gid: number; username: string; homedir: string; shell: null };
}
declare module "node:perf_hooks" {
  const all: typeof import("node:perf_hooks");
  export default all;
  const ownPerformance: Performance;

  export { ownPerformance as performance };
  /** Nothing is observed, so it hears nothing. */
  export class PerformanceObserver {
    static readonly supportedEntryTypes: string[];
    constructor(callback: (...values: any[]) => void);
    observe(options?: object): void;
    disconnect(): void;
    takeRecords(): PerformanceEntry[];
  }
  export const constants: Readonly<Record<string, number>>;
}
declare module "node:module" {
  const all: typeof import("node:module");
  export default all;
  export const Module: any;
  export const builtinModules: string[];
  export function isBuiltin(name: string): boolean;
  /** A function that throws for every name: modules are loaded when the task is loaded. */
  export function createRequire(path: string | URL): any;
}
declare module "node:tty" {
  const all: typeof import("node:tty");
  export default all;
  /** Always false. */
  export function isatty(descriptor: number): boolean;
}
declare module "node:worker_threads" {
  const all: typeof import("node:worker_threads");
  export default all;
  export const isMainThread: true;
  export const isInternalThread: false;
  export const parentPort: null;
  export const workerData: null;
  export const threadId: 0;
  export const resourceLimits: object;
  export const SHARE_ENV: symbol;
  const Channel: typeof globalThis.MessageChannel;
  const Port: typeof globalThis.MessagePort;

  export { Channel as MessageChannel, Port as MessagePort };
}
declare module "node:fs" {
  /** @deprecated Always false: a task has no files when it runs. Import the file, or pass its content in as input. */
  export function existsSync(path: unknown): false;
  /** @deprecated A task has no files when it runs. Import the file, or pass its content in as input. */
  export const constants: Readonly<Record<string, number>>;
  /** @deprecated A task has no files when it runs. Import the file, or pass its content in as input. */
  export const promises: { readonly [name: string]: unknown };
  /** @deprecated A task has no files when it runs. Import the file, or pass its content in as input. */
  const all: typeof import("node:fs");
  export default all;
}
/** A task has no sockets. Use fetch, or node:http and node:https, which use it. */
declare module "node:net" {
  const all: typeof import("node:net");
  export default all;
  /** @returns 4 or 6, or 0 if it is no address */
  export function isIP(text: string): 0 | 4 | 6;
  export function isIPv4(text: string): boolean;
  export function isIPv6(text: string): boolean;
}
