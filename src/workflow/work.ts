/** Counts work that is under way. */
export class Work {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** @param onError receives the errors of work that fails */
  constructor(private readonly onError: (error: unknown) => void) {}

  add(work: Promise<unknown>): void {
    this.#count += 1;
    work.catch(this.onError).finally(() => {
      this.#count -= 1;
      if (this.#count > 0) return;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) resolve();
    });
  }

  get isUnderWay(): boolean {
    return this.#count > 0;
  }

  /** Resolves when no work is under way. */
  async done(): Promise<void> {
    while (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
