/** An execution that has kept its thread for this long also delays the ones behind it, which other threads could run, ms. */
const HOG_MS = 20;
/** The same for a thread that sends nothing: it may be starting, or compute for an execution that had waited. */
const SILENT_MS = 250;

/** What a thread has been doing, as far as the pool can see from outside. */
export class ThreadWatch {
  /** When the Worker last sent something, or was given work. */
  #heardAt = performance.now();
  /** The execution that had the thread at the last look, and since when. */
  #busy = { id: 0, since: 0 };

  /** The id of the execution that had the thread at the last look, 0 if there was none. */
  get busyId(): number {
    return this.#busy.id;
  }

  /** The Worker sent something, or got work when it had none. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** Notes which execution has the thread, and since when. */
  look(id: number, now: number): void {
    if (id !== this.#busy.id) this.#busy = { id, since: now };
  }

  /** Does one execution keep the thread for long? */
  isHogged(now: number): boolean {
    return this.#busy.id !== 0 && now - this.#busy.since >= HOG_MS;
  }

  /** Has the thread sent nothing for long? */
  isSilent(now: number): boolean {
    return this.#quietMs(now) >= SILENT_MS;
  }

  /** Has the execution had the thread for at least this long? */
  isBusyFor(ms: number, now: number): boolean {
    return now - this.#busy.since >= ms;
  }

  /** Has the thread neither sent anything nor turned to another execution for at least this long? */
  isQuietFor(ms: number, now: number): boolean {
    return this.#quietMs(now) >= ms;
  }

  #quietMs(now: number): number {
    return now - Math.max(this.#heardAt, this.#busy.since);
  }
}
