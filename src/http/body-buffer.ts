/** Smaller pieces are put together while they arrive, so that a body in single bytes has no array for each of them. */
const BLOCK = 64 * 1024;
/** So many bytes are copied in one turn of the event loop: that takes at most 5 ms. */
const COPIED_AT_ONCE = 1024 * 1024;

/**
 * The bytes of a body that arrives in pieces. They are put in one place when the body is complete: the memory of a large
 * body costs more than everything else that is done with it, and a body that never ends would cost it for nothing. No call
 * keeps the thread for long.
 */
export class BodyBuffer {
  readonly #pieces: Uint8Array[] = [];
  /** Receives small pieces. */
  #block: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #length = 0;

  /** Adds a piece, which must not change any more. */
  add(piece: Uint8Array): void {
    this.#length += piece.length;
    const isSmall = piece.length < BLOCK || piece.buffer.byteLength > 2 * piece.length;
    if (isSmall) {
      for (let at = 0; at < piece.length; ) at += this.#fill(piece.subarray(at));
      return;
    }
    this.#endBlock();
    this.#pieces.push(piece);
  }

  /** Returns all bytes. The buffer is empty then. */
  async end(): Promise<Uint8Array> {
    this.#endBlock();
    const joined = new Uint8Array(this.#length);
    let at = 0;
    let sinceTurn = 0;
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) {
      for (let from = 0; from < piece.length; from += COPIED_AT_ONCE) {
        const part = piece.subarray(from, from + COPIED_AT_ONCE);
        joined.set(part, at);
        at += part.length;
        sinceTurn += part.length;
        if (sinceTurn < COPIED_AT_ONCE) continue;
        sinceTurn = 0;
        await nextTurn();
      }
    }
    return joined;
  }

  /** Puts the beginning of a piece into the block. @returns how many bytes had room */
  #fill(piece: Uint8Array): number {
    this.#block ??= new Uint8Array(BLOCK);
    const part = piece.subarray(0, BLOCK - this.#filled);
    this.#block.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === BLOCK) this.#endBlock();
    return part.length;
  }

  #endBlock(): void {
    if (this.#block !== undefined && this.#filled > 0) this.#pieces.push(this.#block.subarray(0, this.#filled));
    this.#block = undefined;
    this.#filled = 0;
  }
}

/** Resolves after everything else that the event loop has to do now. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
