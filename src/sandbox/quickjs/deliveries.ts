import { DELIVERY } from "../host-operations.ts";
import type { Nondeterminism } from "./journal-keeper.ts";

/** Something for the guest: an answer, a timer that is due, an abort. */
export interface Delivery {
  kind: number;
  index: number;
  text?: string;
  bytes?: Uint8Array;
}

/**
 * What waits to be delivered into a guest, and the timers that will be due. The guest is entered by one thing at a time:
 * while it runs or is suspended, everything queues up here.
 */
export class Deliveries {
  readonly #source: Nondeterminism;
  readonly #queue: Delivery[] = [];
  readonly #timers = new Map<number, { handle: ReturnType<typeof setTimeout> | undefined; due: number }>();
  #wake: (() => void) | undefined;

  constructor(source: Nondeterminism) {
    this.#source = source;
  }

  /** Timers not yet due. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Is something of this kind waiting to be delivered? */
  has(kind: number): boolean {
    return this.#queue.some((delivery) => delivery.kind === kind);
  }

  push(delivery: Delivery): void {
    this.#queue.push(delivery);
    this.#wake?.();
  }

  setTimer(index: number, ms: number): void {
    this.clearTimer(index);
    const handle = this.#source.replaying ? undefined : setTimeout(() => this.#due(index), ms);
    this.#timers.set(index, { handle, due: ms });
  }

  clearTimer(index: number): void {
    clearTimeout(this.#timers.get(index)?.handle);
    this.#timers.delete(index);
    this.#remove(DELIVERY.timer, index);
  }

  /** Takes out the answer for `index`, because the guest waited for it in its own way. */
  take(kind: number, index: number): void {
    this.#remove(kind, index);
  }

  /** The next delivery whose turn it is; undefined when there is none yet. `pending` tells what is still under way. */
  next(pending: (kind: number, index: number) => boolean): Delivery | undefined {
    for (let wanted = this.#source.next(); wanted !== undefined; wanted = this.#source.next()) {
      if (wanted.kind === DELIVERY.timer && this.#timers.delete(wanted.index)) return this.#deliver(wanted);
      const ready = this.#queue.find(({ kind, index }) => kind === wanted?.kind && index === wanted.index);
      if (ready !== undefined) {
        this.#remove(ready.kind, ready.index);
        return this.#deliver(ready);
      }
      if (pending(wanted.kind, wanted.index)) return undefined;
      this.#source.delivered(wanted.kind, wanted.index); // the replay took another path: there is no such thing now
    }
    const first = this.#queue.shift();
    if (first !== undefined) return this.#deliver(first);
    return this.#source.replaying ? this.#earliestTimer() : undefined;
  }

  /** Resolves when something was pushed. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** Drops all timers. */
  clear(): void {
    for (const { handle } of this.#timers.values()) clearTimeout(handle);
    this.#timers.clear();
  }

  #due(index: number): void {
    this.#timers.delete(index);
    this.push({ kind: DELIVERY.timer, index });
  }

  #deliver(delivery: Delivery): Delivery {
    this.#source.delivered(delivery.kind, delivery.index);
    return delivery;
  }

  #earliestTimer(): Delivery | undefined {
    const [earliest] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due);
    if (earliest === undefined) return undefined;
    this.#timers.delete(earliest[0]);
    return { kind: DELIVERY.timer, index: earliest[0] };
  }

  #remove(kind: number, index: number): void {
    const at = this.#queue.findIndex((delivery) => delivery.kind === kind && delivery.index === index);
    if (at >= 0) this.#queue.splice(at, 1);
  }
}
