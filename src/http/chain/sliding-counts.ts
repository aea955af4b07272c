/** How many parts a window has. Counts leave it part by part. */
const PARTS = 10;

/** Counts two kinds of things over the latest part of time. What is older than the window no longer counts. */
export class SlidingCounts {
  readonly #partMs: number;
  readonly #firsts = new Array<number>(PARTS).fill(0);
  readonly #seconds = new Array<number>(PARTS).fill(0);
  /** Number of the newest part since the beginning of time. */
  #newest = 0;
  #first = 0;
  #second = 0;

  /**
   * @param windowMs length of the window
   * @param now ms that only go forward
   */
  constructor(
    windowMs: number,
    private readonly now: () => number,
  ) {
    this.#partMs = windowMs / PARTS;
  }

  /** Things of the first kind in the window. */
  get first(): number {
    this.#slide();
    return this.#first;
  }

  /** Things of the second kind in the window. */
  get second(): number {
    this.#slide();
    return this.#second;
  }

  addFirst(): void {
    const part = this.#slide();
    this.#firsts[part] = (this.#firsts[part] ?? 0) + 1;
    this.#first += 1;
  }

  addSecond(): void {
    const part = this.#slide();
    this.#seconds[part] = (this.#seconds[part] ?? 0) + 1;
    this.#second += 1;
  }

  clear(): void {
    this.#firsts.fill(0);
    this.#seconds.fill(0);
    this.#first = 0;
    this.#second = 0;
  }

  /** Forgets the parts that have left the window. @returns the index of the newest one */
  #slide(): number {
    const current = Math.floor(this.now() / this.#partMs);
    if (current - this.#newest >= PARTS) this.clear();
    else for (let part = this.#newest + 1; part <= current; part += 1) this.#forget(part % PARTS);
    this.#newest = Math.max(this.#newest, current);
    return this.#newest % PARTS;
  }

  #forget(index: number): void {
    this.#first -= this.#firsts[index] ?? 0;
    this.#second -= this.#seconds[index] ?? 0;
    this.#firsts[index] = 0;
    this.#seconds[index] = 0;
  }
}
