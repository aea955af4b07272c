import type { MemoryRefusal } from "../engine/memory-refusal.ts";

/** Something that waits for memory. */
export interface Waiting {
  /** Takes the memory if there is room now. @returns why there is no room */
  attempt(): MemoryRefusal | undefined;
  /** Returns how many bytes the execution holds in total. */
  held(): number;
  /** When the execution started. The youngest gives way if all of them wait for each other. */
  age: number;
  /** Ends the wait. */
  signal: AbortSignal;
}

/** There was no room in time, and nothing is given back: the waiting execution has to end. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
  constructor(readonly refusal: MemoryRefusal) {
    super("there is no room in memory");
  }
}

/** How often the room looks for free memory, ms. Threads give memory back without a message. */
const LOOK_MS = 10;
/** If nothing was given back and nothing arrived for this long, the waiting executions wait for each other, ms. */
const PATIENCE_MS = 2_000;

/** The least that was held lately, bytes, and since when. */
interface Low {
  seen: number;
  since: number;
}

interface Entry extends Waiting, Low {
  refusal: MemoryRefusal;
  settle: (error?: unknown) => void;
}

/** Where response bodies wait until there is room for more of them. */
export class WaitingRoom {
  readonly #entries = new Set<Entry>();
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The same for the whole budget. */
  #all: Low = { seen: 0, since: 0 };
  #progressAt = 0;

  /** @param inUse returns how many bytes all executions hold */
  constructor(private readonly inUse: () => number) {}

  /** A body that has its room goes on, so what waits has a reason to. */
  progress(): void {
    if (this.#entries.size > 0) this.#progressAt = performance.now();
  }

  /** Resolves once `attempt` has succeeded. @throws {NoRoom}; the signal's reason */
  wait(waiting: Waiting): Promise<void> {
    return new Promise((resolve, reject) => {
      const now = performance.now();
      if (this.#entries.size === 0) this.#all = { seen: this.inUse(), since: now };
      const onAbort = () => entry.settle(waiting.signal.reason);
      const entry: Entry = {
        ...waiting,
        refusal: "budget",
        seen: waiting.held(),
        since: now,
        settle: (error) => {
          waiting.signal.removeEventListener("abort", onAbort);
          this.#leave(entry);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      this.#entries.add(entry);
      this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
      waiting.signal.addEventListener("abort", onAbort, { once: true });
      if (waiting.signal.aborted) onAbort();
    });
  }

  #leave(entry: Entry): void {
    this.#entries.delete(entry);
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Lets in whatever has room now, and ends what has waited too long. */
  #look(): void {
    const now = performance.now();
    this.#all = lowest(this.#all, this.inUse(), now);
    let budgetSpent = false;
    for (const entry of [...this.#entries].sort((a, b) => a.age - b.age)) {
      // The oldest execution gets what there is. One that lacks room in its own allowance delays nobody.
      if (entry.refusal === "budget" && budgetSpent) continue;
      const refusal = entry.attempt();
      if (refusal === undefined) {
        this.#all = { seen: this.inUse(), since: now };
        entry.settle();
        continue;
      }
      entry.refusal = refusal;
      budgetSpent ||= refusal === "budget";
      Object.assign(entry, lowest(entry, entry.held(), now));
      if (refusal === "limit" && this.#isOver(entry, now)) entry.settle(new NoRoom("limit"));
    }
    if (budgetSpent && this.#isOver(this.#all, now)) this.#giveWay(now);
  }

  /** Has nothing been given back, and has nothing arrived, for too long? */
  #isOver({ since }: Low, now: number): boolean {
    return now - Math.max(since, this.#progressAt) > PATIENCE_MS;
  }

  /** Ends the youngest execution that waits for the budget. */
  #giveWay(now: number): void {
    let youngest: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.refusal === "budget" && entry.age >= (youngest?.age ?? 0)) youngest = entry;
    }
    this.#all = { seen: this.inUse(), since: now };
    youngest?.settle(new NoRoom("budget"));
  }
}

function lowest(last: Low, held: number, now: number): Low {
  return held < last.seen ? { seen: held, since: now } : { seen: Math.max(held, last.seen), since: last.since };
}
