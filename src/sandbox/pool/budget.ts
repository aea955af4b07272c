import type { MemoryRefusal } from "../engine/engine-request.ts";

/**
 * The memory that all executions of a pool may use together: guests, and what the host holds for them. It is counted in
 * memory that the pool shares with its threads. Each execution has one account there. The pool and the thread that runs the
 * execution both draw on it, each its own share; whatever the account holds is given back when the pool closes it.
 */
export interface Budget {
  /** Bytes. */
  readonly limit: number;
  /** Bytes in use now. */
  inUse(): number;
  /** Whether one more execution may start. What nobody waits for leaves some room to what somebody does. */
  hasRoom(urgent: boolean): boolean;
}

/** Where an account is kept: an element of memory that a thread and the pool share. */
export interface AccountPlace {
  state: Int32Array;
  index: number;
}

/** What one side draws on an execution's account. */
export interface AccountShare {
  /** Bytes that both sides hold together. */
  total(): number;
  /** Says how many bytes this side holds now. When it is refused, the share stays as it was. */
  use(bytes: number): MemoryRefusal | undefined;
  /** The same for memory that is there already, whatever the limits say. */
  take(bytes: number): void;
  /** Passes a part of this share to the other side. @returns what {@link AccountShare.adopt} takes there */
  pass(bytes: number): number;
  /** Takes over what the other side has passed on. A later call of `use` or `take` has to cover it. */
  adopt(units: number): void;
}

/** Memory is counted in pieces of this many bytes. */
const UNIT = 4_096;
const USED = 0;
const LIMIT = 1;
/** Drawn for every execution from its start, bytes: stack, engine and guest API, before its own data. */
export const GUEST_BASE = 1.5 * 1024 * 1024;
/**
 * How much of the budget each use may fill. What can wait leaves room to what can't: bodies to guests that grow, executions
 * that start to bodies, and those nobody waits for to those that somebody does.
 */
const FILLS = { start: 0.7, urgentStart: 0.8, bodies: 0.9, growth: 1 } as const;

const unitsOf = (bytes: number) => Math.ceil(bytes / UNIT);

/** Makes the shared memory of a budget. @param bytes the limit */
export function newBudget(bytes: number): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(shared)[LIMIT] = Math.floor(bytes / UNIT);
  return shared;
}

/** A thread's view of a budget. */
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

/** Draws what an execution starts with. Nothing else may be on the account. */
export function openAccount(shared: SharedArrayBuffer, { state, index }: AccountPlace): void {
  const units = unitsOf(GUEST_BASE);
  Atomics.store(state, index, units);
  Atomics.add(new Int32Array(shared), USED, units);
}

/** Gives back everything that is on an account. Neither side may draw on it afterwards. */
export function closeAccount(shared: SharedArrayBuffer, { state, index }: AccountPlace): void {
  Atomics.sub(new Int32Array(shared), USED, Atomics.exchange(state, index, 0));
}

/** The share of a guest's thread. @param allowance bytes that both sides together may hold */
export function guestShare(shared: SharedArrayBuffer, place: AccountPlace, allowance: number): AccountShare {
  return shareOf(shared, place, { allowance, fills: FILLS.growth, opening: GUEST_BASE });
}

/** The share of the pool, for bodies that arrive. @param allowance bytes that both sides together may hold */
export function poolShare(shared: SharedArrayBuffer, place: AccountPlace, allowance: number): AccountShare {
  return shareOf(shared, place, { allowance, fills: FILLS.bodies, opening: 0 });
}

/** @param opening bytes of what the account was opened with that belong to this share: it never holds less */
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
