import { DELIVERY } from "../../host-operations.ts";
import type { Nondeterminism } from "./journal-keeper.ts";
import { TimerQueue } from "./timer-queue.ts";

/** Something for the guest: a result, a timer that is due, an abort. */
export interface Delivery {
  kind: number;
  index: number;
  text?: string;
  bytes?: Uint8Array;
  /** Called once the guest has it, so that the host no longer needs to keep it. */
  delivered?: () => void;
}

/** Which calls are under way and will be delivered at some time. */
export interface Outstanding {
  /** Is the result of this call on its way? */
  has(kind: number, index: number): boolean;
  /** Is any result on its way? */
  any(): boolean;
  /** Is any on its way that is not that of a durable operation? */
  anyButDurable(): boolean;
}

/** The longest delay that setTimeout accepts, ms. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * What waits to be delivered into a guest, and its timers. Only one thing enters the guest at a time: while the guest runs
 * or is suspended, everything queues up here.
 */
export class Deliveries {
  readonly #source: Nondeterminism;
  /** In order of arrival, by {@link keyOf}. */
  readonly #queue = new Map<number, Delivery>();
  /** How many deliveries of each kind are in the queue. */
  readonly #ready: number[] = [];
  readonly #timers = new TimerQueue();
  /** The one real timer, for the guest's earliest one. */
  #alarm: { handle: ReturnType<typeof setTimeout>; due: number } | undefined;
  #wake: (() => void) | undefined;
  /** How many deliveries the guest has had. */
  turn = 0;

  constructor(source: Nondeterminism) {
    this.#source = source;
  }

  /** How many timers are not yet due. */
  get timers(): number {
    return this.#timers.size;
  }

  /** How many timers the host keeps: those not yet due, and those due but not yet delivered. */
  get timersKept(): number {
    return this.#timers.size + (this.#ready[DELIVERY.timer] ?? 0);
  }

  /** Is something of this kind waiting to be delivered? */
  has(kind: number): boolean {
    return (this.#ready[kind] ?? 0) > 0;
  }

  push(delivery: Delivery): void {
    const { kind, index } = delivery;
    this.take(kind, index);
    this.#queue.set(keyOf(kind, index), delivery);
    this.#ready[kind] = (this.#ready[kind] ?? 0) + 1;
    this.#wake?.();
  }

  /** Sets a timer. @param ms anything but a positive number counts as 0 */
  setTimer(index: number, ms: number): void {
    this.take(DELIVERY.timer, index);
    this.#timers.set(index, this.now() + (ms > 0 ? Math.min(ms, MAX_DELAY) : 0));
    if (this.#source.virtualTime === undefined) this.#setAlarm();
  }

  clearTimer(index: number): void {
    this.#timers.delete(index);
    this.take(DELIVERY.timer, index);
  }

  /** Removes what is ready for `index`, because the guest waited for it in its own way, or no longer wants it. */
  take(kind: number, index: number): void {
    if (this.#queue.delete(keyOf(kind, index))) this.#ready[kind] = (this.#ready[kind] ?? 0) - 1;
  }

  /** Returns the delivery whose turn it is, or undefined if it has not arrived yet. */
  next(outstanding: Outstanding): Delivery | undefined {
    for (let wanted = this.#source.next(); wanted !== undefined; wanted = this.#source.next()) {
      if (wanted.kind === DELIVERY.timer && this.#timers.due(wanted.index) !== undefined) {
        return this.#deliver(this.#fire(wanted.index));
      }
      const ready = this.#queue.get(keyOf(wanted.kind, wanted.index));
      if (ready !== undefined) return this.#deliver(ready);
      if (outstanding.has(wanted.kind, wanted.index)) return undefined;
      this.#source.delivered(wanted.kind, wanted.index); // the replay took another path, so this does not exist now
    }
    const { virtualTime } = this.#source;
    // While something is always ready, the thread does not get to its own timers.
    if (virtualTime === undefined && this.#timers.size > 0 && this.#queue.size > 0) this.#fireDue(performance.now());
    const [first] = this.#queue.values();
    if (first !== undefined) return this.#deliver(first);
    if (virtualTime === undefined) return undefined;
    if (outstanding.any()) {
      if (virtualTime.alarms) this.#setAlarm();
      return undefined;
    }
    const earliest = this.#timers.first();
    return earliest === undefined ? undefined : this.#fire(earliest.index);
  }

  /** Resolves when something is pushed. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** Ends the wait for an arrival, because there is something else to look at. */
  look(): void {
    this.#wake?.();
  }

  /** Drops all timers. */
  clear(): void {
    clearTimeout(this.#alarm?.handle);
    this.#timers.clear();
  }

  /** The time that timers follow, ms. */
  now(): number {
    return this.#source.virtualTime?.ms ?? performance.now();
  }

  /** Says that something has happened at a time, so that a time which does not pass by itself passes too. */
  passed(ms: number): void {
    const { virtualTime } = this.#source;
    if (virtualTime?.alarms) virtualTime.ms = Math.max(virtualTime.ms, ms);
  }

  #setAlarm(): void {
    const first = this.#timers.first();
    if (first === undefined) return;
    if (this.#alarm !== undefined && this.#alarm.due <= first.due) return; // it will ring, and then be set again
    clearTimeout(this.#alarm?.handle);
    const delay = Math.max(Math.ceil(first.due - this.now()), 0);
    this.#alarm = { handle: setTimeout(() => this.#ring(), delay), due: first.due };
  }

  #ring(): void {
    const { virtualTime } = this.#source;
    const now = virtualTime === undefined ? performance.now() : (this.#alarm?.due ?? 0);
    this.#alarm = undefined;
    this.#fireDue(now);
    this.#setAlarm();
  }

  /** Lets the timers that are due by now wait for their delivery, behind what has arrived before. */
  #fireDue(now: number): void {
    for (let first = this.#timers.first(); first !== undefined && first.due <= now; first = this.#timers.first()) {
      this.push(this.#fire(first.index));
    }
  }

  #fire(index: number): Delivery {
    const { virtualTime } = this.#source;
    if (virtualTime !== undefined) virtualTime.ms = Math.max(virtualTime.ms, this.#timers.due(index) ?? 0);
    this.#timers.delete(index);
    return { kind: DELIVERY.timer, index };
  }

  #deliver(delivery: Delivery): Delivery {
    this.take(delivery.kind, delivery.index);
    this.#source.delivered(delivery.kind, delivery.index);
    this.turn += 1;
    return delivery;
  }
}

/** Identifies something that is delivered. There are eight kinds. */
export function keyOf(kind: number, index: number): number {
  return 8 * index + kind;
}
