declare namespace Ratchet {
  interface HttpRequestOptions {
    protocol?: string | null;
    host?: string | null;
    hostname?: string | null;
    port?: number | string | null;
    defaultPort?: number;
    path?: string | null;
    method?: string;
    headers?: Record<string, number | string | readonly string[] | undefined> | readonly string[];
    auth?: string;
    /** Has no effect: connections are kept and shared outside of the task. */
    agent?: unknown;
    /** Ms. */
    timeout?: number;
    signal?: AbortSignal;
    [name: string]: unknown;
  }
  type OnHttpResponse = (response: IncomingMessage) => void;
  interface HttpRequestFunction {
    (url: string | URL | HttpRequestOptions, onResponse?: OnHttpResponse): ClientRequest;
    (url: string | URL, options: HttpRequestOptions, onResponse?: OnHttpResponse): ClientRequest;
  }
  type NodeReadable = import("node:stream").Readable;
  type NodeWritable = import("node:stream").Writable;
  /** A response. Its body is decoded already. */
  interface IncomingMessage extends NodeReadable {
    readonly statusCode: number;
    readonly statusMessage: string;
    /** "1.1". */
    readonly httpVersion: string;
    readonly httpVersionMajor: number;
    readonly httpVersionMinor: number;
    readonly headers: Record<string, string | string[] | undefined>;
    readonly headersDistinct: Record<string, string[] | undefined>;
    readonly rawHeaders: string[];
    /** Empty. */
    readonly trailers: Record<string, string | undefined>;
    readonly rawTrailers: string[];
    readonly url: string;
    /** Without a connection behind it. */
    readonly socket: any;
    /** @deprecated Use `socket`. */
    readonly connection: any;
    complete: boolean;
    aborted: boolean;
    setTimeout(ms: number, callback?: () => void): this;
  }
  /** A request on its way, which `end` sends. */
  interface ClientRequest extends NodeWritable {
    readonly method: string;
    readonly path: string;
    readonly host: string;
    readonly protocol: string;
    readonly agent: unknown;
    readonly reusedSocket: boolean;
    readonly maxHeadersCount: null;
    /** Without a connection behind it. */
    readonly socket: any;
    /** @deprecated Use `socket`. */
    readonly connection: any;
    aborted: boolean;
    headersSent: boolean;
    res: IncomingMessage | undefined;
    timeout: number | undefined;
    setHeader(name: string, value: number | string | readonly string[]): this;
    appendHeader(name: string, value: string | readonly string[]): this;
    getHeader(name: string): number | string | string[] | undefined;
    getHeaders(): Record<string, number | string | string[] | undefined>;
    getHeaderNames(): string[];
    getRawHeaderNames(): string[];
    hasHeader(name: string): boolean;
    removeHeader(name: string): void;
    flushHeaders(): void;
    setNoDelay(noDelay?: boolean): void;
    setSocketKeepAlive(enable?: boolean, initialDelay?: number): void;
    setTimeout(ms: number, callback?: () => void): this;
    /** @deprecated Use `destroy`. */
    abort(): void;
  }
  /** It has no effect: connections are kept and shared outside of the task. */
  interface Agent extends NodeEventEmitter {
    readonly options: object;
    /** Empty, like the two below. */
    readonly sockets: object;
    readonly freeSockets: object;
    readonly requests: object;
    maxSockets: number;
    maxFreeSockets: number;
    maxTotalSockets: number;
    getName(options?: { host?: string; port?: number | string }): string;
    keepAlive: boolean;
    protocol: string;
    defaultPort: number;
    destroy(): void;
  }
  interface AgentConstructor {
    readonly prototype: Agent;
    new (options?: any): Agent;
  }
}
/** A client on top of `fetch`: the task's permissions and limits apply. Servers throw: enqueue jobs over REST instead. */
declare module "node:http" {
  const all: typeof import("node:http");
  export default all;
  export const request: Ratchet.HttpRequestFunction;
  /** A request without a body, which is sent at once. */
  export const get: Ratchet.HttpRequestFunction;
  export const Agent: Ratchet.AgentConstructor;
  export const globalAgent: Ratchet.Agent;
  export const ClientRequest: { readonly prototype: Ratchet.ClientRequest };
  export const IncomingMessage: { readonly prototype: Ratchet.IncomingMessage };
  export const METHODS: string[];
  export const STATUS_CODES: Record<number | string, string | undefined>;
  export const maxHeaderSize: number;
  export function validateHeaderName(name: string): void;
  export function validateHeaderValue(name: string, value: unknown): void;
}
/** A client on top of `fetch`: the task's permissions and limits apply. */
declare module "node:https" {
  const all: typeof import("node:https");
  export default all;
  export const request: Ratchet.HttpRequestFunction;
  /** A request without a body, which is sent at once. */
  export const get: Ratchet.HttpRequestFunction;
  export const Agent: Ratchet.AgentConstructor;
  export const globalAgent: Ratchet.Agent;
  export const ClientRequest: { readonly prototype: Ratchet.ClientRequest };
  export const IncomingMessage: { readonly prototype: Ratchet.IncomingMessage };
}
