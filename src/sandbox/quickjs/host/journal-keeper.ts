import type { DeliveryKind, Journal } from "../../../domain/recording.ts";
import { limitStop } from "../../engine/stop.ts";
import { DELIVERY } from "../../host-operations.ts";

/** The source of an execution's clock readings, randomness and order of deliveries, which also notes them. */
export interface Nondeterminism {
  /** 64 bits for Math.random, not zero. */
  seed(): bigint;
  clock(monotonic: boolean): bigint;
  fillRandom(bytes: Uint8Array): void;
  /** Returns random bytes of the host (a generated key): the recorded ones, or new ones, which are noted. */
  chance(make: () => Promise<Uint8Array>): Promise<Uint8Array>;
  delivered(kind: number, index: number): void;
  /** Returns what has to be delivered next, or undefined if any order will do. */
  next(): { kind: number; index: number } | undefined;
  /** If time passes from timer to timer: how much has passed. Undefined: timers follow the real time. */
  virtualTime: VirtualTime | undefined;
  journal(): Journal | undefined;
}

/** The time of an execution whose timers do not follow the real time. */
export interface VirtualTime {
  /** What has passed since the start. */
  ms: number;
  /** While a response is on its way, timers are really waited for. Otherwise, the recorded order says when they fire. */
  readonly alarms: boolean;
}

const KINDS = {
  fetch: DELIVERY.fetch,
  timer: DELIVERY.timer,
  crypto: DELIVERY.subtle,
} as const satisfies Record<DeliveryKind, number>;
const NANOSECONDS = 1_000_000n;
/** The step of the monotonic clock: fine enough to measure work, coarse enough that a loop of readings adds little to a journal. */
const STEPS_PER_MS = 10;
const STEP = 100_000n;
/** The approximate size of the longest journal, bytes: a guest could fill one without end. */
const MAX_JOURNAL = 32 * 1024 * 1024;
const ENTRY_BYTES = 64;

/** The real clock and randomness. @param record keep a journal of them */
export function liveNondeterminism(record: boolean): Nondeterminism {
  const startedAt = Date.now();
  const started = performance.now();
  const kept: Journal | undefined = record ? emptyJournal(startedAt) : undefined;
  let size = 0;
  const grow = (bytes: number) => {
    size += bytes;
    if (size <= MAX_JOURNAL) return;
    const what = "the recording of clock and randomness";
    throw limitStop({ code: "MEMORY_LIMIT", what, limit: MAX_JOURNAL, unit: "bytes" });
  };
  const note = (bytes: Uint8Array) => {
    if (kept === undefined) return bytes;
    grow(2 * bytes.length + ENTRY_BYTES);
    kept.random.push(bytes.toBase64());
    return bytes;
  };
  return {
    virtualTime: undefined,
    seed() {
      const seed = crypto.getRandomValues(new BigUint64Array(1))[0] || 1n;
      if (kept !== undefined) kept.seed = seed.toString(16).padStart(16, "0");
      return seed;
    },
    clock(monotonic) {
      const now = monotonic
        ? BigInt(Math.floor((performance.now() - started) * STEPS_PER_MS)) * STEP
        : BigInt(Date.now()) * NANOSECONDS;
      if (kept !== undefined && noteClock(kept, String(now))) grow(ENTRY_BYTES);
      return now;
    },
    fillRandom(bytes) {
      note(crypto.getRandomValues(bytes));
    },
    async chance(make) {
      return note(await make());
    },
    delivered(kind, index) {
      const name = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((key) => KINDS[key] === kind);
      if (name === undefined || kept === undefined) return;
      grow(ENTRY_BYTES);
      kept.deliveries.push({ kind: name, index });
    },
    next: () => undefined,
    journal: () => kept,
  };
}

/** The contents of a journal, in its order. Past its end the clock stands still, and things are delivered as they arrive. */
export function replayedNondeterminism(journal: Journal): Nondeterminism {
  let clockAt = 0;
  let readsLeft = journal.clock[0]?.[1] ?? 0;
  let lastClock = BigInt(journal.startedAt) * NANOSECONDS;
  let randomAt = 0;
  let deliveryAt = 0;
  const nextRandom = () => {
    const recorded = journal.random[randomAt++];
    return recorded === undefined ? undefined : Uint8Array.fromBase64(recorded);
  };
  return {
    virtualTime: { ms: 0, alarms: false },
    seed: () => BigInt(`0x${journal.seed}`),
    clock() {
      while (readsLeft === 0 && clockAt < journal.clock.length) {
        clockAt += 1;
        readsLeft = journal.clock[clockAt]?.[1] ?? 0;
      }
      const reading = journal.clock[clockAt];
      if (reading !== undefined) {
        readsLeft -= 1;
        lastClock = BigInt(reading[0]);
      }
      return lastClock;
    },
    fillRandom(bytes) {
      const recorded = nextRandom();
      if (recorded?.length === bytes.length) bytes.set(recorded);
      else crypto.getRandomValues(bytes);
    },
    async chance(make) {
      return nextRandom() ?? make();
    },
    delivered: () => {
      deliveryAt += 1;
    },
    next() {
      const delivery = journal.deliveries[deliveryAt];
      return delivery === undefined ? undefined : { kind: KINDS[delivery.kind], index: delivery.index };
    },
    journal: () => undefined,
  };
}

function emptyJournal(startedAt: number): Journal {
  return { seed: "0000000000000001", startedAt, clock: [], random: [], deliveries: [] };
}

/** @returns true if this added an entry */
function noteClock(journal: Journal, value: string): boolean {
  const last = journal.clock.at(-1);
  if (last === undefined || last[0] !== value) return journal.clock.push([value, 1]) > 0;
  last[1] += 1;
  return false;
}
