import type { HttpRate } from "../../domain/http-conduct.ts";

/** A call that waits for its turn. */
interface Waiting {
  begin: () => void;
}

/**
 * Admits at most `count` requests in any period of that length. Those above wait: tasks take turns, and the requests of
 * one task begin in their order, so that one task's thousands do not keep another's single one.
 */
export class RateLimiter {
  /** When the latest requests were admitted, at most `count` of them, as a ring. */
  readonly #admitted: number[] = [];
  #oldest = 0;
  /** The waiting requests of each task. The task whose turn it is comes first. */
  readonly #waiting = new Map<string, Waiting[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param now ms that only go forward */
  constructor(
    private readonly rate: HttpRate,
    private readonly now: () => number,
  ) {}

  /** Nothing waits, and nothing that was admitted counts any more. */
  get isIdle(): boolean {
    const newest = this.#admitted.at(this.#oldest - 1);
    return this.#waiting.size === 0 && (newest === undefined || newest + this.rate.periodMs <= this.now());
  }

  /** Admits a request that need not wait. @returns false if it has to */
  admitNow(): boolean {
    if (this.#waiting.size > 0 || this.#freeAt() > this.now()) return false;
    this.#note();
    return true;
  }

  /** Returns the earliest time at which a task's next request can begin, by the limiter's clock. */
  earliest(task: string): number {
    const { count, periodMs } = this.rate;
    const ahead = this.#waiting.get(task)?.length ?? 0;
    const place = this.#admitted.length < count ? ahead - (count - this.#admitted.length) : ahead;
    if (place < 0) return this.now();
    const before = this.#admitted[(this.#oldest + (place % count)) % count] ?? 0;
    return Math.max(before + periodMs, this.now()) + Math.floor(place / count) * periodMs;
  }

  /** Puts a request in line. @returns a function that withdraws it, before or after `begin` was called */
  enter(task: string, begin: () => void): () => void {
    const entry: Waiting = { begin };
    const line = this.#waiting.get(task);
    if (line === undefined) this.#waiting.set(task, [entry]);
    else line.push(entry);
    this.#schedule();
    return () => this.#withdraw(task, entry);
  }

  #withdraw(task: string, entry: Waiting): void {
    const line = this.#waiting.get(task);
    const at = line?.indexOf(entry) ?? -1;
    if (line === undefined || at < 0) return;
    line.splice(at, 1);
    if (line.length === 0) this.#waiting.delete(task);
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** When the next request may begin. */
  #freeAt(): number {
    const { count, periodMs } = this.rate;
    if (this.#admitted.length < count) return Number.NEGATIVE_INFINITY;
    return (this.#admitted[this.#oldest] ?? 0) + periodMs;
  }

  #note(): void {
    if (this.#admitted.length < this.rate.count) {
      this.#admitted.push(this.now());
      return;
    }
    this.#admitted[this.#oldest] = this.now();
    this.#oldest = (this.#oldest + 1) % this.rate.count;
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#beginWaiting(), Math.max(0, Math.ceil(this.#freeAt() - this.now())));
  }

  #beginWaiting(): void {
    this.#timer = undefined;
    while (this.#waiting.size > 0 && this.#freeAt() <= this.now()) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [task, line] = next;
      const entry = line.shift();
      // The task goes to the end of the tasks, if it has more.
      this.#waiting.delete(task);
      if (line.length > 0) this.#waiting.set(task, line);
      this.#note();
      entry?.begin();
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}
