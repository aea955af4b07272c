import type { PoolJob } from "./pool-job.ts";

/** The executions that no thread has yet. Those that somebody waits for go first, so that a full queue does not delay them. */
export class JobLine {
  readonly #urgent: PoolJob[] = [];
  readonly #others: PoolJob[] = [];

  get length(): number {
    return this.#urgent.length + this.#others.length;
  }

  /** Does somebody wait for the first one? */
  get isUrgent(): boolean {
    return this.#urgent.length > 0;
  }

  /** The one that is to start next. */
  get first(): PoolJob | undefined {
    return this.#urgent[0] ?? this.#others[0];
  }

  push(job: PoolJob): void {
    this.#lineOf(job).push(job);
  }

  shift(): PoolJob | undefined {
    return this.#urgent.shift() ?? this.#others.shift();
  }

  /** Removes an execution. @returns false if it is not in the line */
  remove(job: PoolJob): boolean {
    const line = this.#lineOf(job);
    const at = line.indexOf(job);
    if (at >= 0) line.splice(at, 1);
    return at >= 0;
  }

  /** Puts executions in front of all that came later, in their order. */
  putBack(jobs: readonly PoolJob[]): void {
    for (const job of jobs.toReversed()) this.#lineOf(job).unshift(job);
  }

  /** Removes all executions, or those of one engine. */
  take(belongs: (job: PoolJob) => boolean = () => true): PoolJob[] {
    const taken: PoolJob[] = [];
    for (const line of [this.#urgent, this.#others]) {
      const all = line.splice(0);
      taken.push(...all.filter(belongs));
      line.push(...all.filter((job) => !belongs(job)));
    }
    return taken;
  }

  #lineOf({ request }: PoolJob): PoolJob[] {
    return request.urgent ? this.#urgent : this.#others;
  }
}
