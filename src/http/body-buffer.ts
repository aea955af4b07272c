/** The first size of a body that does not announce its own, bytes. */
const FIRST_SIZE = 64 * 1024;
/** How many times as large each further size is. Memory that is never written to costs nothing, and a copy costs time. */
const GROWTH = 16;
/** So many bytes are copied in one turn of the event loop: that takes at most 5 ms. */
const COPIED_AT_ONCE = 1024 * 1024;

/** The bytes of a body that arrives in pieces, in one place. No call keeps the thread for long. */
export class BodyBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /**
   * @param limit the largest size, bytes
   * @param expected the size that was announced, bytes; the body may have another one
   */
  constructor(
    private readonly limit: number,
    expected = FIRST_SIZE,
  ) {
    this.#bytes = new Uint8Array(Math.min(expected, limit));
  }

  async add(piece: Uint8Array): Promise<void> {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) await this.#grow(length);
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** Returns the bytes. The buffer behind those of a large body may be larger. */
  end(): Uint8Array {
    if (this.#length === this.#bytes.length) return this.#bytes;
    const bytes = this.#bytes.subarray(0, this.#length);
    return this.#length <= COPIED_AT_ONCE ? bytes.slice() : bytes;
  }

  async #grow(needed: number): Promise<void> {
    const larger = new Uint8Array(Math.max(needed, Math.min(this.#bytes.length * GROWTH, this.limit)));
    for (let at = 0; at < this.#length; at += COPIED_AT_ONCE) {
      if (at > 0) await nextTurn();
      larger.set(this.#bytes.subarray(at, Math.min(at + COPIED_AT_ONCE, this.#length)), at);
    }
    this.#bytes = larger;
  }
}

/** Resolves after everything else that the event loop has to do now. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
