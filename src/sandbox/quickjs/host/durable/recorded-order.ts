import type { RecordedOperation } from "../../../../domain/durable.ts";
import { hasLabel } from "./run-journal.ts";

interface Waiting {
  deliver: () => void;
  isAsked: boolean;
}

/**
 * What is to be delivered to a guest that is repeated, in the order of the first time: the results that are recorded, and behind
 * them what has happened since. The next one waits until the guest has asked for it.
 */
export class RecordedOrder {
  /** In their order, by the number of the operation. What the guest did not ask for has negative numbers. */
  readonly #waiting = new Map<number, Waiting>();
  #added = 0;

  /** @param recorded results that the guest has not had @param deliver delivers one of them */
  constructor(
    recorded: readonly RecordedOperation[],
    private readonly deliver: (operation: RecordedOperation) => void,
  ) {
    const results = recorded.filter((operation) => operation.result !== undefined && !hasLabel(operation));
    results.sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
    for (const operation of results) {
      this.#waiting.set(operation.number, { deliver: () => deliver(operation), isAsked: false });
    }
  }

  /** Adds something that happens now. It is delivered at once, unless recorded results come before it. */
  add(deliver: () => void): void {
    if (this.#waiting.size === 0) return deliver();
    this.#added += 1;
    this.#waiting.set(-this.#added, { deliver, isAsked: true });
  }

  /** Adds something that happens now to an operation that the guest has not asked for again. */
  addFor(number: number, deliver: () => void): void {
    this.#waiting.set(number, { deliver, isAsked: false });
  }

  /**
   * The guest has asked for this operation, or waits for it.
   * @param recorded what is recorded of it: what a fork keeps of a workflow has no place in the order
   */
  ask(number: number, recorded?: RecordedOperation): void {
    if (recorded?.result !== undefined && hasLabel(recorded)) return this.add(() => this.deliver(recorded));
    const item = this.#waiting.get(number);
    if (item === undefined) return;
    item.isAsked = true;
    this.#release();
  }

  /** Drops the recorded results from this number on, none of which the guest has asked for. */
  drop(from: number): void {
    for (const number of this.#waiting.keys()) if (number >= from) this.#waiting.delete(number);
    this.#release();
  }

  /** The guest has nothing else to do. @returns false if nothing is there for it */
  idle(): boolean {
    for (const [number, item] of this.#waiting) {
      if (!item.isAsked) continue;
      this.#waiting.delete(number);
      item.deliver();
      this.#release();
      return true;
    }
    return false;
  }

  #release(): void {
    for (const [number, item] of this.#waiting) {
      if (!item.isAsked) return;
      this.#waiting.delete(number);
      item.deliver();
    }
  }
}
