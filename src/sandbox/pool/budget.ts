/**
 * The memory that all guests of a pool may use together, counted across threads in shared memory. The pool admits a guest
 * and draws what it starts with; the thread that runs it draws what it grows by, and gives everything back.
 */
export interface Budget {
  /** Bytes in use now. */
  inUse(): number;
  /** Room for one more guest as it starts? */
  hasRoom(): boolean;
  /** Draws what a guest starts with, on the account of the Worker that will run it. */
  admit(worker: DrawnBy): void;
  /** The account of an execution that was admitted. */
  open(worker: DrawnBy): BudgetAccount;
  /** Gives back all that a Worker has drawn; it must have ended. */
  giveBack(worker: DrawnBy): void;
}

/** Where the sum of what one Worker has drawn is kept, in the budget's units. */
export interface DrawnBy {
  state: Int32Array;
  index: number;
}

/** What one execution has drawn. */
export interface BudgetAccount {
  /** Says how much the guest has now, bytes; false when the budget does not have that much. */
  use(bytes: number): boolean;
  /** Gives everything back. */
  close(): void;
}

const UNIT = 65_536;
const USED = 0;
const LIMIT = 1;
/** Drawn by every guest from its start, in units: stack, engine and guest API, before its own data; 1.5 MB. */
const GUEST_BASE = 24;

/** Makes the shared memory of a budget. @param bytes the limit */
export function newBudget(bytes: number): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(shared)[LIMIT] = Math.floor(bytes / UNIT);
  return shared;
}

/** A thread's view of a budget. */
export function budgetOn(shared: SharedArrayBuffer): Budget {
  const counter = new Int32Array(shared);
  const limit = () => Atomics.load(counter, LIMIT);
  /** @returns what is in use then */
  const draw = ({ state, index }: DrawnBy, units: number) => {
    Atomics.add(state, index, units);
    return Atomics.add(counter, USED, units) + units;
  };
  return {
    inUse: () => Atomics.load(counter, USED) * UNIT,
    hasRoom: () => Atomics.load(counter, USED) + GUEST_BASE <= limit(),
    admit: (worker) => {
      draw(worker, GUEST_BASE);
    },
    open(worker) {
      let drawn = GUEST_BASE;
      return {
        use(bytes) {
          const more = Math.ceil(bytes / UNIT) - drawn;
          if (more <= 0) return true;
          if (draw(worker, more) > limit()) {
            draw(worker, -more);
            return false;
          }
          drawn += more;
          return true;
        },
        close() {
          draw(worker, -drawn);
          drawn = 0;
        },
      };
    },
    giveBack: ({ state, index }) => {
      Atomics.sub(counter, USED, Atomics.exchange(state, index, 0));
    },
  };
}
