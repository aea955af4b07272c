import { Readable } from "node:stream";
import type { RequestSocket } from "./http-socket.ts";

/** Headers that occur several times, and stay apart. */
const LISTED = "set-cookie";
/** The bytes are decoded already, so these would be wrong. */
const ABOUT_ENCODING = ["content-encoding", "content-length"];

interface Streamed {
  getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(reason?: unknown): Promise<void> };
}

/** Node.js's response, from one of fetch. */
export class IncomingMessage extends Readable {
  readonly httpVersion = "1.1";
  readonly httpVersionMajor = 1;
  readonly httpVersionMinor = 1;
  readonly headers: Record<string, string | string[]> = {};
  readonly headersDistinct: Record<string, string[]> = {};
  readonly rawHeaders: string[] = [];
  readonly trailers: Record<string, string> = {};
  readonly rawTrailers: string[] = [];
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly url = "";
  readonly socket: RequestSocket;
  complete = false;
  aborted = false;
  #response: Response;
  #reader: ReturnType<Streamed["getReader"]> | undefined;
  #started = false;

  constructor(response: Response, socket: RequestSocket) {
    super();
    this.#response = response;
    this.socket = socket;
    this.statusCode = response.status;
    this.statusMessage = response.statusText;
    const encoded = response.headers.has("content-encoding");
    for (const [name, value] of response.headers as unknown as Iterable<[string, string]>) {
      if (!(encoded && ABOUT_ENCODING.includes(name))) this.#addHeader(name, value);
    }
  }

  get connection(): RequestSocket {
    return this.socket;
  }

  #addHeader(name: string, value: string): void {
    this.rawHeaders.push(name, value);
    const distinct = this.headersDistinct[name] ?? [];
    this.headersDistinct[name] = [...distinct, value];
    if (name === LISTED) this.headers[name] = this.headersDistinct[name];
    else this.headers[name] = this.headersDistinct[name].join(", ");
  }

  override _read(): void {
    this.#next().then(
      (chunk) => {
        if (chunk === undefined) this.complete = true;
        this.push(chunk ?? null);
      },
      (error: Error) => this.destroy(error),
    );
  }

  /** The next part of the body; undefined at its end. */
  async #next(): Promise<Uint8Array | undefined> {
    const body = this.#response.body as unknown as Streamed | null;
    if (typeof body?.getReader !== "function") {
      if (this.#started) return undefined;
      this.#started = true;
      const bytes = new Uint8Array(await this.#response.arrayBuffer());
      return bytes.length === 0 ? undefined : bytes;
    }
    this.#reader ??= body.getReader();
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      // An empty chunk would end the stream.
      if (value !== undefined && value.length > 0) return value;
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.complete) {
      this.aborted = true;
      void this.#reader?.cancel(error).catch(() => undefined);
    }
    callback(error);
  }

  setTimeout(): this {
    return this;
  }
}
