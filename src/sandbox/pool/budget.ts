import type { MemoryRefusal } from "../engine/memory-refusal.ts";

/**
 * The memory that all executions of a pool may use together: the guests', and what the host holds for them. It is counted in
 * memory that the pool shares with its threads. Each execution has one account there. The pool and the thread that runs the
 * execution both draw on it, each on its own share. When the pool closes the account, everything on it is given back.
 */
export interface Budget {
  /** Bytes. */
  readonly limit: number;
  /** Bytes in use now. */
  inUse(): number;
  /** May one more execution start? Executions that nobody waits for leave some room for those that somebody waits for. */
  hasRoom(urgent: boolean): boolean;
}

/** Where an account is: an element of memory that a thread and the pool share. */
export interface AccountPlace {
  state: Int32Array;
  index: number;
}

/** One side's share of an execution's account. */
export interface AccountShare {
  /** Returns how many bytes both sides hold together. */
  total(): number;
  /** Sets how many bytes this side holds. If that is refused, the share stays as it was. */
  use(bytes: number): MemoryRefusal | undefined;
  /** The same for memory that is already in use, whatever the limits are. */
  take(bytes: number): void;
  /** Passes a part of this share to the other side. @returns the argument of {@link AccountShare.adopt} there */
  pass(bytes: number): number;
  /** Takes over what the other side has passed. A later call of `use` or `take` has to cover it. */
  adopt(units: number): void;
}

/** Memory is counted in units of this many bytes. */
const UNIT = 4_096;
const USED = 0;
const LIMIT = 1;
/** What every execution draws from its start, bytes: stack, engine and guest API, before its own data. */
export const GUEST_BASE = 1.5 * 1024 * 1024;
/**
 * How much of the budget each use may fill. What can wait leaves room for what can't: bodies for guests that grow, executions
 * that start for bodies, and executions that nobody waits for for those that somebody waits for.
 */
const FILLS = { start: 0.7, urgentStart: 0.8, bodies: 0.9, growth: 1 } as const;

const unitsOf = (bytes: number) => Math.ceil(bytes / UNIT);

/** Creates the shared memory of a budget. @param bytes the limit */
export function newBudget(bytes: number): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(shared)[LIMIT] = Math.floor(bytes / UNIT);
  return shared;
}

/** Returns a thread's view of a budget. */
export function budgetOn(shared: SharedArrayBuffer): Budget {
  const counter = new Int32Array(shared);
  const limit = Atomics.load(counter, LIMIT);
  return {
    limit: limit * UNIT,
    inUse: () => Atomics.load(counter, USED) * UNIT,
    hasRoom(urgent) {
      const share = urgent ? FILLS.urgentStart : FILLS.start;
      return Atomics.load(counter, USED) + unitsOf(GUEST_BASE) <= limit * share;
    },
  };
}

/** Draws what an execution starts with. The account has to be empty. */
export function openAccount(shared: SharedArrayBuffer, { state, index }: AccountPlace): void {
  const units = unitsOf(GUEST_BASE);
  Atomics.store(state, index, units);
  Atomics.add(new Int32Array(shared), USED, units);
}

/** Gives back everything on an account. Neither side may draw on it afterwards. */
export function closeAccount(shared: SharedArrayBuffer, { state, index }: AccountPlace): void {
  Atomics.sub(new Int32Array(shared), USED, Atomics.exchange(state, index, 0));
}

/** Creates the share of a guest's thread. @param allowance bytes that both sides together may hold */
export function guestShare(shared: SharedArrayBuffer, place: AccountPlace, allowance: number): AccountShare {
  return shareOf(shared, place, { allowance, fills: FILLS.growth, opening: GUEST_BASE });
}

/** Creates the share of the pool, for bodies that arrive. @param allowance bytes that both sides together may hold */
export function poolShare(shared: SharedArrayBuffer, place: AccountPlace, allowance: number): AccountShare {
  return shareOf(shared, place, { allowance, fills: FILLS.bodies, opening: 0 });
}

/** @param opening how many of the bytes that the account was opened with belong to this share: it never holds less */
function shareOf(
  shared: SharedArrayBuffer,
  { state, index }: AccountPlace,
  { allowance, fills, opening }: { allowance: number; fills: number; opening: number },
): AccountShare {
  const counter = new Int32Array(shared);
  const limit = Atomics.load(counter, LIMIT) * fills;
  const most = unitsOf(allowance);
  const least = unitsOf(opening);
  let held = opening;
  let drawn = least;
  const draw = (units: number) => {
    drawn += units;
    Atomics.add(state, index, units);
    return Atomics.add(counter, USED, units) + units;
  };
  const needed = (bytes: number) => Math.max(unitsOf(bytes), least);
  return {
    total: () => Atomics.load(state, index) * UNIT,
    use(bytes) {
      const more = needed(bytes) - drawn;
      if (more > 0) {
        if (Atomics.load(state, index) + more > most) return "limit";
        if (draw(more) > limit) {
          draw(-more);
          return "budget";
        }
      } else if (more < 0) draw(more);
      held = bytes;
      return undefined;
    },
    take(bytes) {
      const more = needed(bytes) - drawn;
      if (more !== 0) draw(more);
      held = bytes;
    },
    pass(bytes) {
      held -= bytes;
      const passed = drawn - needed(held);
      drawn -= passed;
      return passed;
    },
    adopt(units) {
      drawn += units;
    },
  };
}
