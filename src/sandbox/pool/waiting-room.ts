import type { MemoryRefusal } from "../engine/engine-request.ts";

/** Something that waits for memory. */
export interface Waiting {
  /** Takes the memory, if there is room now. */
  attempt(): MemoryRefusal | undefined;
  /** Bytes that the execution holds in all. */
  held(): number;
  /** When the execution started: the youngest gives way when all of them wait for each other. */
  age: number;
  /** Ends the waiting. */
  signal: AbortSignal;
}

/** There was no room in time, and nothing is given back: the waiting execution has to end. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
  constructor(readonly refusal: MemoryRefusal) {
    super("there is no room in memory");
  }
}

/** Where bodies of responses wait until there is room for more of them. */
export interface WaitingRoom {
  /** Resolves once `attempt` succeeded. @throws {NoRoom}; the signal's reason */
  wait(entry: Waiting): Promise<void>;
  /** A body that has its room goes on: what waits has a reason to. */
  progress(): void;
}

/** Threads give memory back without a message, so it is looked for this often, ms. */
const LOOK_MS = 10;
/** When nothing was given back and nothing arrived for this long, those that wait are taken to wait for each other, ms. */
const PATIENCE_MS = 2_000;

interface Entry extends Waiting {
  refusal: MemoryRefusal;
  /** What was held when that last fell, and when it did. */
  seen: number;
  since: number;
  settle: (error?: unknown) => void;
}

/** @param inUse bytes that all executions hold */
export function createWaitingRoom(inUse: () => number): WaitingRoom {
  const entries = new Set<Entry>();
  let timer: ReturnType<typeof setInterval> | undefined;
  /** The same for the whole budget. */
  let all = { seen: 0, since: 0 };
  let progressAt = 0;

  function look(): void {
    const now = performance.now();
    all = fallen(all, inUse(), now);
    let budgetSpent = false;
    for (const entry of [...entries].sort((a, b) => a.age - b.age)) {
      // The oldest execution gets what there is; what lacks room in its own allowance holds up nobody.
      if (entry.refusal === "budget" && budgetSpent) continue;
      const refusal = entry.attempt();
      if (refusal === undefined) {
        all = { seen: inUse(), since: now };
        entry.settle();
        continue;
      }
      entry.refusal = refusal;
      budgetSpent ||= refusal === "budget";
      Object.assign(entry, fallen(entry, entry.held(), now));
      if (refusal === "limit" && now - Math.max(entry.since, progressAt) > PATIENCE_MS)
        entry.settle(new NoRoom("limit"));
    }
    if (budgetSpent && now - Math.max(all.since, progressAt) > PATIENCE_MS) giveWay(now);
  }

  function giveWay(now: number): void {
    let youngest: Entry | undefined;
    for (const entry of entries) {
      if (entry.refusal === "budget" && entry.age >= (youngest?.age ?? 0)) youngest = entry;
    }
    all = { seen: inUse(), since: now };
    youngest?.settle(new NoRoom("budget"));
  }

  return {
    progress() {
      if (entries.size > 0) progressAt = performance.now();
    },
    wait: (waiting) =>
      new Promise((resolve, reject) => {
        const now = performance.now();
        if (entries.size === 0) all = { seen: inUse(), since: now };
        const onAbort = () => entry.settle(waiting.signal.reason);
        const entry: Entry = {
          ...waiting,
          refusal: "budget",
          seen: waiting.held(),
          since: now,
          settle(error) {
            entries.delete(entry);
            waiting.signal.removeEventListener("abort", onAbort);
            if (entries.size === 0) {
              clearInterval(timer);
              timer = undefined;
            }
            if (error === undefined) resolve();
            else reject(error);
          },
        };
        entries.add(entry);
        timer ??= setInterval(look, LOOK_MS);
        waiting.signal.addEventListener("abort", onAbort, { once: true });
        if (waiting.signal.aborted) onAbort();
      }),
  };
}

function fallen(last: { seen: number; since: number }, held: number, now: number): { seen: number; since: number } {
  return held < last.seen ? { seen: held, since: now } : { seen: Math.max(held, last.seen), since: last.since };
}
