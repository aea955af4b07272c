import type { DeliveryKind, Journal } from "../../../domain/recording.ts";
import type { EngineRequest } from "../../engine/engine-request.ts";
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
  /** Returns what the host's Intl or time zones said, which depends on their version: the recorded text, or the text that this makes. */
  hostText(make: () => string): string;
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
  body: DELIVERY.body,
  upload: DELIVERY.upload,
  socket: DELIVERY.socket,
} as const satisfies Record<DeliveryKind, number>;
const NANOSECONDS = 1_000_000n;
/** The step of the monotonic clock: fine enough to measure work, coarse enough that a loop of readings adds little to a journal. */
const STEPS_PER_MS = 10;
const STEP = 100_000n;
/** The approximate size of the longest journal, bytes: a guest could fill one without end. */
const MAX_JOURNAL = 32 * 1024 * 1024;
const ENTRY_BYTES = 64;

/** Where randomness comes from. */
export interface RandomSource {
  /** 64 bits for Math.random, not zero. Read once. */
  readonly state: bigint;
  fill(bytes: Uint8Array): void;
}

interface LiveOptions extends Pick<EngineRequest, "record" | "timeZone" | "maxJournalBytes"> {
  /** @default the system's */
  random?: RandomSource | undefined;
}

const SYSTEM_RANDOM: RandomSource = {
  get state() {
    return crypto.getRandomValues(new BigUint64Array(1))[0] || 1n;
  },
  fill: (bytes) => void crypto.getRandomValues(bytes),
};

/** The real clock and randomness. `record`: keep a journal of them. */
export function liveNondeterminism(options: LiveOptions): Nondeterminism {
  const { record, timeZone, maxJournalBytes, random = SYSTEM_RANDOM } = options;
  const started = performance.now();
  let kept: Journal | undefined = record ? emptyJournal(Date.now(), timeZone) : undefined;
  let size = 0;
  const grow = (bytes: number) => {
    size += bytes;
    if (size <= (maxJournalBytes ?? MAX_JOURNAL)) return;
    if (maxJournalBytes !== undefined) {
      kept = undefined;
      return;
    }
    const what = "the recording of clock and randomness";
    throw limitStop({ code: "MEMORY_LIMIT", what, limit: MAX_JOURNAL, unit: "bytes" });
  };
  const note = (bytes: Uint8Array) => {
    if (kept === undefined) return bytes;
    kept.random.push(bytes.toBase64());
    grow(2 * bytes.length + ENTRY_BYTES);
    return bytes;
  };
  return {
    virtualTime: undefined,
    seed() {
      const { state } = random;
      if (kept !== undefined) kept.seed = state.toString(16).padStart(16, "0");
      return state;
    },
    clock(monotonic) {
      const now = monotonic
        ? BigInt(Math.floor((performance.now() - started) * STEPS_PER_MS)) * STEP
        : BigInt(Date.now()) * NANOSECONDS;
      if (kept !== undefined && noteRun(kept.clock, String(now))) grow(ENTRY_BYTES);
      return now;
    },
    fillRandom(bytes) {
      random.fill(bytes);
      note(bytes);
    },
    async chance(make) {
      return note(await make());
    },
    hostText(make) {
      const text = make();
      if (kept !== undefined && noteRun(kept.hostTexts, text)) grow(text.length + ENTRY_BYTES);
      return text;
    },
    delivered(kind, index) {
      const name = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((key) => KINDS[key] === kind);
      if (name === undefined || kept === undefined) return;
      kept.deliveries.push({ kind: name, index });
      grow(ENTRY_BYTES);
    },
    next: () => undefined,
    journal: () => kept,
  };
}

/** The contents of a journal, in its order. Past its end the clock stands still, and things are delivered as they arrive. */
export function replayedNondeterminism(journal: Journal): Nondeterminism {
  const nextClock = runReader(journal.clock);
  const nextHostText = runReader(journal.hostTexts);
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
      const reading = nextClock();
      if (reading !== undefined) lastClock = BigInt(reading);
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
    hostText: (make) => nextHostText() ?? make(),
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

function emptyJournal(startedAt: number, timeZone: string): Journal {
  return { seed: "0000000000000001", startedAt, timeZone, clock: [], random: [], hostTexts: [], deliveries: [] };
}

/** Adds a value to a run-length encoded list. @returns true if this added an entry */
function noteRun(list: [value: string, times: number][], value: string): boolean {
  const last = list.at(-1);
  if (last === undefined || last[0] !== value) return list.push([value, 1]) > 0;
  last[1] += 1;
  return false;
}

/** Reads a run-length encoded list. @returns a function that returns the next value, or undefined past the end */
function runReader(list: readonly [value: string, times: number][]): () => string | undefined {
  let at = 0;
  let left = list[0]?.[1] ?? 0;
  return () => {
    while (left === 0 && at < list.length) {
      at += 1;
      left = list[at]?.[1] ?? 0;
    }
    left -= 1;
    return list[at]?.[0];
  };
}
