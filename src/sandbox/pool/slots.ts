import { type AccountPlace, closeAccount, openAccount } from "./budget.ts";
import { accountPlace, BUSY, newSharedState, SLOTS, STATE } from "./protocol.ts";
import { readThreadTally, type ThreadTally } from "./thread-tally.ts";

/** The shared state of one Worker as the pool sees it: a slot with a state and an account for each execution it carries. */
export class Slots {
  readonly shared: SharedArrayBuffer = newSharedState();
  readonly #state = new Int32Array(this.shared);
  readonly #free: number[] = [];
  /** Slots from this one on were never used. */
  #firstUnused = 0;

  constructor(private readonly budget: SharedArrayBuffer) {}

  get available(): boolean {
    return this.#free.length > 0 || this.#firstUnused < SLOTS;
  }

  /** The id of the execution that has the thread, 0 while the thread is idle. */
  get busy(): number {
    return Atomics.load(this.#state, BUSY);
  }

  /** What the thread has counted, and whether it computes now. */
  get usage(): ThreadTally & { busy: boolean } {
    return { ...readThreadTally(this.#state), busy: this.busy !== 0 };
  }

  /** Takes a slot for an execution that gets in line, and opens its account. */
  take(): number {
    const slot = this.#free.pop() ?? this.#firstUnused++;
    Atomics.store(this.#state, slot, STATE.inLine);
    openAccount(this.budget, this.account(slot));
    return slot;
  }

  account(slot: number): AccountPlace {
    return accountPlace(this.#state, slot);
  }

  /** Withdraws an execution. @returns false if it has begun */
  withdraw(slot: number): boolean {
    const before = Atomics.compareExchange(this.#state, slot, STATE.inLine, STATE.withdrawn);
    if (before === STATE.inLine) this.closeAccount(slot);
    return before === STATE.inLine;
  }

  cancel(slot: number): void {
    Atomics.store(this.#state, slot, STATE.cancelled);
  }

  isWaiting(slot: number): boolean {
    return Atomics.load(this.#state, slot) === STATE.waiting;
  }

  /** Gives back all memory on a slot's account. */
  closeAccount(slot: number): void {
    closeAccount(this.budget, this.account(slot));
  }

  closeAllAccounts(): void {
    for (let slot = 0; slot < this.#firstUnused; slot++) this.closeAccount(slot);
  }

  /** Gives a slot back. */
  free(slot: number): void {
    this.#free.push(slot);
  }
}
