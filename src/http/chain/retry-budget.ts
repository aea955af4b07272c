import { SlidingCounts } from "./sliding-counts.ts";

/** The calls and retries of so many ms count. */
const WINDOW_MS = 10_000;
/** So many retries are always allowed in a window, because a share of few calls is nothing. */
const LEAST_RETRIES = 10;

/** Bounds the retries of one origin to a share of its calls, so that retries never multiply the load of an outage. */
export class RetryBudget {
  /** Calls and retries. */
  readonly #counts: SlidingCounts;

  /**
   * @param percent retries for each hundred calls
   * @param now ms that only go forward
   */
  constructor(
    private readonly percent: number,
    now: () => number,
  ) {
    this.#counts = new SlidingCounts(WINDOW_MS, now);
  }

  /** Notes a call, however often it will be sent. */
  addCall(): void {
    this.#counts.addFirst();
  }

  /** Takes one retry from the budget. @returns false if it is used up */
  take(): boolean {
    const { first: calls, second: retries } = this.#counts;
    if (retries >= Math.max(LEAST_RETRIES, Math.floor((calls * this.percent) / 100))) return false;
    this.#counts.addSecond();
    return true;
  }
}
