/** So many bytes are read in a second of bodies whose size was announced, all tasks together. */
const ANNOUNCED_PER_SECOND = 64 * 1024 * 1024;
/** The same of bodies that may have no end. Few services send much without announcing it. */
const OPEN_PER_SECOND = 8 * 1024 * 1024;
/** So many are read at once after a pause. */
const BURST = 1024 * 1024;
/** What a read is taken to bring, until it has brought it, bytes. */
const USUAL_PIECE = 64 * 1024;
/** Time between two groups of reads, ms. */
const TICK_MS = 4;
/** So many bytes of each body never wait: most bodies have fewer, and their tasks have nothing to do with large ones. */
const FREE_BYTES = 1024 * 1024;

/** What a reader of a body tells the pace. */
export interface PacedBody {
  /** Call before a piece is read. @returns a promise if the read has to wait */
  turn(): Promise<void> | undefined;
  /** A piece was read, or none: 0 bytes. */
  read(bytes: number): void;
}

/**
 * The pace at which large bodies are read. All tasks of a process share the thread that reads them, and a machine can
 * receive more than that thread can handle: tasks whose origins send without an end would leave no time for any other. A
 * body that waits is not read, so TCP makes its sender wait. Tasks take turns, so a task with a thousand bodies is no faster
 * than one with a single body.
 */
export class ReadingPace {
  readonly #announced: Line;
  readonly #open: Line;

  /** @param now ms that only go forward */
  constructor(now: () => number = () => performance.now()) {
    this.#announced = new Line(ANNOUNCED_PER_SECOND, now);
    this.#open = new Line(OPEN_PER_SECOND, now);
  }

  /** Paces one body of a task. @param isAnnounced its sender has said how long it is when it is decoded */
  body(task: string, isAnnounced: boolean): PacedBody {
    const line = isAnnounced ? this.#announced : this.#open;
    let total = 0;
    let isCharged = false;
    return {
      turn: () => {
        isCharged = total >= FREE_BYTES;
        return isCharged ? line.enter(task) : undefined;
      },
      read: (bytes) => {
        total += bytes;
        if (isCharged) line.charge(bytes - USUAL_PIECE);
        isCharged = false;
      },
    };
  }
}

/** Reads that share a number of bytes in a second. */
class Line {
  #credit = BURST;
  #creditedAt: number;
  /** The reads that wait, by task. The task whose turn it is comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly bytesPerSecond: number,
    private readonly now: () => number,
  ) {
    this.#creditedAt = now();
  }

  charge(bytes: number): void {
    this.#credit -= bytes;
  }

  /** @returns a promise if the read has to wait */
  enter(task: string): Promise<void> | undefined {
    this.#refill();
    if (this.#waiting.size === 0 && this.#credit > 0) {
      this.#credit -= USUAL_PIECE;
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const line = this.#waiting.get(task);
    if (line === undefined) this.#waiting.set(task, [resolve]);
    else line.push(resolve);
    this.#timer ??= setTimeout(() => this.#beginWaiting(), TICK_MS);
    return promise;
  }

  #refill(): void {
    const now = this.now();
    this.#credit = Math.min(BURST, this.#credit + ((now - this.#creditedAt) * this.bytesPerSecond) / 1_000);
    this.#creditedAt = now;
  }

  #beginWaiting(): void {
    this.#timer = undefined;
    this.#refill();
    for (const [task, line] of this.#waiting) {
      if (this.#credit <= 0) break;
      const begin = line.shift();
      // The task goes to the end of the tasks, if it has more.
      this.#waiting.delete(task);
      if (line.length > 0) this.#waiting.set(task, line);
      this.#credit -= USUAL_PIECE;
      begin?.();
    }
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#beginWaiting(), TICK_MS);
  }
}
