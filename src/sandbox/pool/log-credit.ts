import { LOG_CREDIT } from "./protocol.ts";

/** How much the guests of a thread may still write to their consoles before the pool has received what they wrote. */
export class LogCredit {
  #left = LOG_CREDIT;
  readonly #waiting: (() => void)[] = [];

  /** Spends credit. @returns a promise that the guest has to wait for, if there was not enough */
  spend(size: number): Promise<void> | undefined {
    this.#left -= size;
    if (this.#left >= 0) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The pool has received so much. */
  add(size: number): void {
    this.#left += size;
    while (this.#left >= 0) {
      const resolve = this.#waiting.shift();
      if (resolve === undefined) return;
      resolve();
    }
  }
}
