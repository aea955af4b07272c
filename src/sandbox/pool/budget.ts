/** The memory that all guests of a pool may use together, counted across threads in shared memory. */
export interface Budget {
  /** Bytes in use now. */
  inUse(): number;
  /** Room for one more guest as it starts? */
  hasRoom(): boolean;
  /** The account of one execution. */
  open(): BudgetAccount;
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
/** Drawn by every guest from its start: stack, engine and guest API, before its own data. */
const GUEST_BASE = 1.5 * 1024 * 1024;

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
  return {
    inUse: () => Atomics.load(counter, USED) * UNIT,
    hasRoom: () => Atomics.load(counter, USED) + GUEST_BASE / UNIT <= limit(),
    open() {
      let drawn = GUEST_BASE / UNIT;
      Atomics.add(counter, USED, drawn);
      return {
        use(bytes) {
          const more = Math.ceil(bytes / UNIT) - drawn;
          if (more <= 0) return true;
          if (Atomics.add(counter, USED, more) + more > limit()) {
            Atomics.sub(counter, USED, more);
            return false;
          }
          drawn += more;
          return true;
        },
        close() {
          Atomics.sub(counter, USED, drawn);
          drawn = 0;
        },
      };
    },
  };
}
