/** Work kept in line for a thread, ms: enough that it never runs out, little enough that nothing waits behind a slow one. */
const LINE_MS = 8;
const MAX_LINE = 128;

/** How long the line of one thread is, and how long it should be. */
export class ThreadLine {
  #length = 0;
  #filling = true;
  /** The moving average of how long one execution keeps the thread, ms. */
  #typicalMs = LINE_MS;

  /** How many executions have or want the thread. Those that wait for something outside do not count. */
  get length(): number {
    return this.#length;
  }

  /**
   * Should the line get another execution? It is filled up again once it is half empty: messages then travel in batches,
   * which cost a fraction of single ones.
   */
  get wantsMore(): boolean {
    const wanted = Math.min(Math.max(Math.floor(LINE_MS / this.#typicalMs), 2), MAX_LINE);
    if (this.#length * 2 <= wanted) this.#filling = true;
    else if (this.#length >= wanted) this.#filling = false;
    return this.#filling;
  }

  enter(): void {
    this.#length += 1;
  }

  /** An execution left before it began. */
  withdraw(): void {
    this.#length -= 1;
  }

  /** An execution that kept the thread for `busyMs` no longer has or wants it. */
  leave(busyMs: number): void {
    this.#length -= 1;
    this.#typicalMs += (busyMs - this.#typicalMs) / 16;
  }
}
