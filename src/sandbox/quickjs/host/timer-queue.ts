interface Entry {
  index: number;
  due: number;
  /** The position in the order of creation: of two timers due at the same time, the older comes first. */
  order: number;
  cleared: boolean;
}

/** A guest's timers, the earliest first: a binary heap, because a guest may set a great many. */
export class TimerQueue {
  #heap: Entry[] = [];
  readonly #byIndex = new Map<number, Entry>();
  #made = 0;

  /** How many timers are set. */
  get size(): number {
    return this.#byIndex.size;
  }

  /** Sets a timer, in place of one with the same index. */
  set(index: number, due: number): void {
    this.delete(index);
    const entry = { index, due, order: this.#made++, cleared: false };
    this.#byIndex.set(index, entry);
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
  }

  /** Returns when a timer is due, or undefined if it is not set. */
  due(index: number): number | undefined {
    return this.#byIndex.get(index)?.due;
  }

  /** Removes a timer. @returns false if it was not set */
  delete(index: number): boolean {
    const entry = this.#byIndex.get(index);
    if (entry === undefined) return false;
    entry.cleared = true;
    this.#byIndex.delete(index);
    if (this.#heap.length > 2 * this.#byIndex.size + 32) this.#rebuild();
    return true;
  }

  /** Returns the timer that is due first. */
  first(): { index: number; due: number } | undefined {
    while (this.#heap[0]?.cleared === true) this.#dropFirst();
    return this.#heap[0];
  }

  clear(): void {
    this.#heap = [];
    this.#byIndex.clear();
  }

  #dropFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  /** Drops the cleared timers, which would otherwise stay until they were due. */
  #rebuild(): void {
    this.#heap = [...this.#byIndex.values()].sort((a, b) => (before(a, b) ? -1 : 1)); // sorted is a heap too
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const [a, b] = [this.#heap[left], this.#heap[right]];
      const child = b !== undefined && a !== undefined && before(b, a) ? right : left;
      if (!this.#swapIfBefore(child, at)) return;
      at = child;
    }
  }

  /** Swaps two entries when the first has to come before the second. */
  #swapIfBefore(first: number, second: number): boolean {
    const [a, b] = [this.#heap[first], this.#heap[second]];
    if (a === undefined || b === undefined || !before(a, b)) return false;
    this.#heap[first] = b;
    this.#heap[second] = a;
    return true;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
