import { OPERATION } from "../host-operations.ts";
import type { AbortSignal } from "./abort.ts";
import { BodyReads } from "./body-reads.ts";
import { host } from "./host.ts";
import type { FetchedCall } from "./reported-call.ts";

/** Maximum size of a body that can be read as bytes more than once, in bytes. */
const KEPT_BYTES = 64 * 1024;

/**
 * The body of a fetched response. The host keeps it until it is read, and the task's memory has only what was read. The
 * responses that share a body (clones, and the two styles of one call) each read it.
 */
export class FetchedBody {
  /** Number of the call. */
  readonly #index: number;
  /** Nothing can be read any more once it is aborted. */
  readonly signal: AbortSignal | undefined;
  #text: string | undefined;
  /** The bytes of a small body, once they have been read. */
  #bytes: Uint8Array | undefined;
  /** Number of responses that may still read the bytes. */
  #readers = 0;
  /** How the body is read while it arrives; undefined once the host has all of it. */
  #reads: BodyReads | undefined;

  constructor(call: FetchedCall, open: boolean) {
    this.#index = call.index;
    this.signal = call.signal;
    if (open) this.#reads = new BodyReads(call);
  }

  /** How the body can be read while it arrives; undefined if the host has all of it. */
  get reads(): BodyReads | undefined {
    return this.#reads;
  }

  /** Resolves when the host has all of the body. Rejects with the reason if it can't be read to its end. */
  async whole(): Promise<void> {
    await this.#reads?.whole();
    this.finish();
  }

  /** The host has all of the body. */
  finish(): void {
    this.#reads?.end();
    this.#reads = undefined;
  }

  /** The task gave up the call. */
  abort(reason: unknown): void {
    this.#reads?.abort(reason);
  }

  /** Was the body read already, and found to be empty? */
  get isEmpty(): boolean {
    return this.#text === "" || this.#bytes?.length === 0;
  }

  /** @throws {unknown} the reason, if the call's signal was aborted */
  check(): void {
    if (this.signal?.aborted === true) throw this.signal.reason;
  }

  /** Notes that one more response may read the bytes. */
  share(): void {
    this.#readers += 1;
  }

  /** Returns the body as text. @throws {TypeError} if the bytes are gone; the reason, if the call was aborted before they were read */
  text(): string {
    if (this.#text === undefined) this.check();
    if (this.#reads?.wait() === true) this.finish();
    this.#text ??= host(OPERATION.fetchText, this.#index) as string | undefined;
    if (this.#text === undefined && this.#bytes !== undefined) this.#text = decodeUtf8(this.#bytes);
    if (this.#text === undefined) throw alreadyRead();
    return this.#text;
  }

  /**
   * Returns the bytes. The host drops them when the last response that may read them does.
   * @param first this response reads them for the first time
   * @throws {TypeError} if they are gone
   */
  bytes(first: boolean): Uint8Array {
    if (this.#bytes !== undefined) return this.#bytes.slice();
    if (first) this.#readers -= 1;
    const bytes = host(OPERATION.fetchBytes, this.#index, this.#readers === 0 ? 1 : 0) as Uint8Array | undefined;
    if (bytes === undefined) {
      if (this.#text === undefined) throw alreadyRead();
      return host(OPERATION.encodeText, this.#text) as Uint8Array;
    }
    if (this.#readers > 0 || bytes.length > KEPT_BYTES) return bytes;
    this.#bytes = bytes;
    return bytes.slice();
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  return host(OPERATION.decodeText, bytes, "utf-8", 0) as string;
}

function alreadyRead(): TypeError {
  return new TypeError("the body was read before; clone() the response to read it twice");
}
