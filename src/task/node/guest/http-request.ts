import { Buffer } from "node:buffer";
import { Writable } from "node:stream";
import { BodyPieces } from "./http-body-pieces.ts";
import { IncomingMessage } from "./http-message.ts";
import type { RequestOptions } from "./http-options.ts";
import { RequestSocket } from "./http-socket.ts";

/** Headers about the connection, which is the host's. */
const CONNECTION_HEADERS = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Node.js's request. It is sent by `fetch`: as a whole if it ends in the turn in which it begins or has a Content-Length,
 * otherwise in pieces, as they are written.
 */
export class ClientRequest extends Writable {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly protocol: string;
  readonly agent: unknown;
  readonly reusedSocket = false;
  readonly maxHeadersCount = null;
  readonly socket: RequestSocket;
  aborted = false;
  headersSent = false;
  res: IncomingMessage | undefined;
  timeout: number | undefined;
  readonly #url: string;
  readonly #headers = new Map<string, { name: string; value: string | string[] }>();
  /** What was written and is not sent yet. */
  readonly #chunks: Buffer[] = [];
  /** The body, once it is sent in pieces. */
  #pieces: BodyPieces | undefined;
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: URL, options: RequestOptions, onResponse?: (response: IncomingMessage) => void) {
    // It ends with the response, not when its body was written.
    super({ autoDestroy: false });
    this.method = (options.method ?? "GET").toUpperCase();
    this.protocol = url.protocol;
    this.host = url.hostname;
    this.path = url.pathname + url.search;
    this.agent = options.agent;
    this.socket = new RequestSocket(url.protocol === "https:");
    this.#url = `${url.origin}${options.path ?? this.path}`;
    const { auth = credentialsOf(url), headers = {} } = options;
    for (const [name, value] of pairsOf(headers)) if (value !== undefined) this.setHeader(name, value);
    if (auth !== undefined && !this.hasHeader("authorization"))
      this.setHeader("Authorization", `Basic ${Buffer.from(auth).toString("base64")}`);
    if (onResponse) this.once("response", onResponse);
    if (options.timeout) this.setTimeout(options.timeout);
    options.signal?.addEventListener("abort", () => this.destroy(abortError(options.signal)), { once: true });
    if (options.signal?.aborted) this.destroy(abortError(options.signal));
    void Promise.resolve().then(() => this.destroyed || this.emit("socket", this.socket));
  }

  get connection(): RequestSocket {
    return this.socket;
  }

  setHeader(name: string, value: number | string | readonly string[]): this {
    if (this.headersSent)
      throw Object.assign(new Error("Cannot set headers after they are sent to the client"), {
        code: "ERR_HTTP_HEADERS_SENT",
      });
    this.#headers.set(name.toLowerCase(), { name, value: typeof value === "object" ? [...value] : String(value) });
    return this;
  }

  appendHeader(name: string, value: string | readonly string[]): this {
    const before = this.getHeader(name) ?? [];
    return this.setHeader(name, [before, value].flat());
  }

  getHeader(name: string): string | string[] | undefined {
    return this.#headers.get(name.toLowerCase())?.value;
  }

  getHeaders(): Record<string, string | string[]> {
    return Object.fromEntries([...this.#headers].map(([key, { value }]) => [key, value]));
  }

  getHeaderNames(): string[] {
    return [...this.#headers.keys()];
  }

  getRawHeaderNames(): string[] {
    return [...this.#headers.values()].map(({ name }) => name);
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  /** Sends the headers before the body, if there can be one. */
  flushHeaders(): void {
    if (this.#canHaveBody && !this.hasHeader("content-length")) this.#sendPieces();
  }

  setNoDelay(): void {}

  setSocketKeepAlive(): void {}

  setTimeout(ms: number, callback?: () => void): this {
    if (callback) this.once("timeout", callback);
    clearTimeout(this.#timer);
    this.timeout = ms;
    if (ms > 0) this.#timer = setTimeout(() => this.emit("timeout"), ms);
    return this;
  }

  abort(): void {
    this.aborted = true;
    this.emit("abort");
    this.destroy();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, callback: () => void): void {
    const bytes = Buffer.from(chunk as string, encoding);
    if (this.#pieces !== undefined) return this.#pieces.add(bytes, callback);
    this.#chunks.push(bytes);
    if (this.#chunks.length === 1 && this.#canHaveBody && !this.hasHeader("content-length")) {
      setImmediate(() => this.#sendPieces());
    }
    callback();
  }

  override _final(callback: () => void): void {
    if (this.#pieces !== undefined) return this.#pieces.end(callback);
    const body = Buffer.concat(this.#chunks);
    const isEmpty = body.length === 0 && !this.hasHeader("content-length");
    this.#send(this.#canHaveBody && !isEmpty ? { body: new Uint8Array(body) } : {});
    callback();
  }

  get #canHaveBody(): boolean {
    return this.method !== "GET" && this.method !== "HEAD";
  }

  /** More is to come: sends what was written, and what is written from now on. */
  #sendPieces(): void {
    if (this.headersSent || this.destroyed) return;
    this.#pieces = new BodyPieces(this.#chunks);
    this.#send({ body: this.#pieces.stream, duplex: "half" });
  }

  #send(more: { body?: Uint8Array | ReadableStream; duplex?: "half" }): void {
    this.headersSent = true;
    const headers = [...this.#headers]
      .filter(([key]) => !CONNECTION_HEADERS.has(key))
      .flatMap(([, { name, value }]) => [value].flat().map((one): [string, string] => [name, one]));
    const init = { method: this.method, headers, redirect: "manual" as const, signal: this.#abort.signal };
    fetch(this.#url, { ...init, ...more } as RequestInit).then(
      (response) => this.#receive(response),
      (error: unknown) => this.destroy(connectionError(error)),
    );
  }

  #receive(response: Response): void {
    clearTimeout(this.#timer);
    if (this.destroyed) return;
    this.res = new IncomingMessage(response, this.socket);
    this.res.once("close", () => this.emit("close"));
    if (!this.emit("response", this.res)) this.res.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    if (this.res === undefined) {
      this.#abort.abort();
      callback(error ?? hungUp());
    } else {
      this.res.destroy(error ?? undefined);
      callback(error);
    }
  }
}

function pairsOf(
  headers: NonNullable<RequestOptions["headers"]>,
): [string, number | string | readonly string[] | undefined][] {
  if (!Array.isArray(headers)) return Object.entries(headers);
  if (Array.isArray(headers[0])) return headers as unknown as [string, string][];
  const flat = headers as readonly string[];
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]]] : []));
}

function credentialsOf({ username, password }: URL): string | undefined {
  return username || password ? `${decodeURIComponent(username)}:${decodeURIComponent(password)}` : undefined;
}

function hungUp(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}

function abortError(signal: AbortSignal | undefined): Error {
  return Object.assign(new Error("The operation was aborted", { cause: signal?.reason }), {
    name: "AbortError",
    code: "ABORT_ERR",
  });
}

/** An error of fetch, with the code where Node.js has it. */
function connectionError(error: unknown): Error {
  const { message, cause } = error as Error;
  const code = (cause as { code?: string } | undefined)?.code;
  return Object.assign(
    new Error(message, { cause: error }),
    code === undefined ? {} : { code, errno: code, syscall: "connect" },
  );
}
