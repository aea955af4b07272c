/** An execution that was taken back before it began. */
interface WithdrawnExecution {
  slot: number;
  /** Its time limit. */
  timeMs: number;
}

/** The executions that were taken back from a thread, and that the thread has not skipped yet. */
export class Withdrawn {
  readonly #executions = new Map<number, WithdrawnExecution>();

  get size(): number {
    return this.#executions.size;
  }

  /** The longest of their time limits, 0 if nothing is withdrawn. */
  get longestMs(): number {
    let longest = 0;
    for (const { timeMs } of this.#executions.values()) longest = Math.max(longest, timeMs);
    return longest;
  }

  add(id: number, execution: WithdrawnExecution): void {
    this.#executions.set(id, execution);
  }

  /** The thread has skipped an execution. @returns its slot, which is free now; undefined if it was not withdrawn */
  skipped(id: number): number | undefined {
    const slot = this.#executions.get(id)?.slot;
    this.#executions.delete(id);
    return slot;
  }
}
