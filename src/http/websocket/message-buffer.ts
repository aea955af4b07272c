import { FrameError } from "./frame-header.ts";

const SMALLEST = 1_024;

/** The payload of one message that arrives in pieces: one buffer that grows by doubling. */
export class MessageBuffer {
  #bytes = new Uint8Array(0);
  #length = 0;

  /** @param limit the most bytes of a message */
  constructor(private readonly limit: number) {}

  /** How many bytes the message has so far. */
  get length(): number {
    return this.#length;
  }

  /** How many bytes of memory it has. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Returns how many bytes of memory it will have when this many more are added. @throws {FrameError} 1009 above the limit */
  capacityFor(more: number): number {
    const needed = this.#length + more;
    if (needed > this.limit) throw new FrameError(1009, "the server sent a message that is too large");
    if (needed <= this.#bytes.length) return this.#bytes.length;
    return Math.max(needed, Math.min(Math.max(2 * this.#bytes.length, SMALLEST), this.limit));
  }

  /** @throws {FrameError} 1009 above the limit */
  add(piece: Uint8Array): void {
    const capacity = this.capacityFor(piece.length);
    if (capacity > this.#bytes.length) {
      const larger = new Uint8Array(capacity);
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** Returns the message's bytes, which are no longer the buffer's. */
  take(): Uint8Array {
    const { buffer } = this.#bytes;
    const bytes = this.#length === this.#bytes.length ? this.#bytes : new Uint8Array(buffer.slice(0, this.#length));
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    return bytes;
  }
}
