import type { HttpBodyReader, HttpRequest } from "../domain/http.ts";
import { collectBody } from "./body-reader.ts";

/** How long the rest of a body may take after the headers before its response is passed on without it, ms. */
const GRACE_MS = 2;
/** More than the number of microtasks in which a body that is at hand is read to its end. */
const AT_HAND_HOPS = 32;
/** A response is passed on without the rest of its body once this many bytes have arrived. */
const FIRST_BYTES = 64 * 1024;

/** A body as the transport passes it on: whole, or with a reader. */
export interface ReceivedBody {
  body: Uint8Array;
  stream?: HttpBodyReader;
}

/**
 * Reads the beginning of a body. Most bodies are complete with the headers, or a moment later, and are passed on whole: that
 * is cheaper for everyone than a stream. Any other body becomes one.
 */
export async function receiveBody(reader: HttpBodyReader, reserve: HttpRequest["reserve"]): Promise<ReceivedBody> {
  const early = new EarlyPieces(reader);
  await early.gather(reserve);
  if (early.complete) return { body: await collectBody(early, { limit: early.size, expected: early.size }) };
  return { body: new Uint8Array(0), stream: early };
}

/** A reader that reads ahead for a moment. */
class EarlyPieces implements HttpBodyReader {
  /** The pieces that were read ahead. */
  readonly #pieces: Uint8Array[] = [];
  /** A piece that is on its way. */
  #coming: Promise<Uint8Array | undefined> | undefined;
  /** The whole body has arrived. */
  complete = false;
  /** How many bytes were read ahead. */
  size = 0;
  #isOver = false;

  constructor(private readonly reader: HttpBodyReader) {}

  /** Reads until the body is complete, it is too long, or the moment is over. */
  async gather(reserve: HttpRequest["reserve"]): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gathered = this.#readAhead(reserve);
    gathered.catch(() => undefined); // it may fail when nobody waits for it any more
    // A body that came with its headers is complete without a turn of the event loop, and needs no timer.
    for (let hop = 0; hop < AT_HAND_HOPS && !this.complete; hop += 1) await null;
    if (this.complete) return gathered;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GRACE_MS);
    });
    try {
      await Promise.race([gathered, over]);
    } finally {
      clearTimeout(timer);
      this.#isOver = true;
    }
  }

  async #readAhead(reserve: HttpRequest["reserve"]): Promise<void> {
    while (!this.#isOver && this.size < FIRST_BYTES) {
      const coming = this.reader.read();
      this.#coming = coming;
      // Whoever reads next gets the failure.
      const piece = await coming.catch((error: unknown) => {
        if (!this.#isOver) throw error;
        return undefined;
      });
      if (this.#isOver) return;
      this.#coming = undefined;
      if (piece === undefined) {
        this.complete = true;
        return;
      }
      this.#pieces.push(piece);
      this.size += piece.byteLength;
      await reserve?.(piece.byteLength);
    }
  }

  async read(): Promise<Uint8Array | undefined> {
    const early = this.#pieces.shift();
    if (early !== undefined) return early;
    if (this.complete) return undefined;
    const coming = this.#coming ?? this.reader.read();
    this.#coming = undefined;
    const piece = await coming;
    if (piece === undefined) this.complete = true;
    return piece;
  }

  cancel(): void {
    this.#pieces.length = 0;
    if (this.complete) return;
    this.complete = true;
    this.reader.cancel();
  }
}
