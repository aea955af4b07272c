import { SlidingCounts } from "./sliding-counts.ts";

/** The states of a circuit breaker. */
export const BREAKER_STATES = ["closed", "open", "half-open"] as const;

/** One of the {@link BREAKER_STATES}. */
export type BreakerState = (typeof BREAKER_STATES)[number];

/** When a circuit breaker opens, and for how long. */
export interface BreakerSettings {
  enabled: boolean;
  /** Share of failed calls that opens it, in percent. */
  failureRate: number;
  /** It stays closed while the window has fewer calls. */
  minCalls: number;
  /** The calls of so many ms count. */
  windowMs: number;
  /** How long it refuses all calls, in ms. */
  openMs: number;
}

/** How a call ended: `neutral` says nothing about the origin, such as a call that its task aborted. */
export type CallOutcome = "success" | "failure" | "neutral";

/** A call that the breaker let through. `probe` is the one call that decides about an open circuit. */
export interface Passage {
  probe: boolean;
  /** Number of the period of the breaker in which the call began. */
  period: number;
}

/**
 * The circuit breaker of one origin. Closed, it lets all calls through. It opens when enough of the latest calls have
 * failed, and then refuses all of them. After a time it is half-open and lets one call through as a probe: its success closes the
 * circuit, its failure opens it again.
 * @example
 * ```ts
 * let time = 0;
 * const settings = { enabled: true, failureRate: 50, minCalls: 2, windowMs: 10_000, openMs: 10_000 };
 * const breaker = new CircuitBreaker(settings, () => time);
 * for (const passage of [breaker.enter(), breaker.enter()]) if (passage) breaker.leave(passage, "failure");
 * breaker.state; // => "open"
 * breaker.enter(); // => undefined
 * time = 10_000;
 * breaker.state; // => "half-open"
 * ```
 */
export class CircuitBreaker {
  /** Calls and failures. */
  readonly #counts: SlidingCounts;
  /** Each change of the state begins a new period. Calls of earlier periods no longer count. */
  #period = 0;
  /** When the next probe may begin; undefined while closed. */
  #openUntil: number | undefined;
  /** A probe is under way. */
  #isProbed = false;
  /** What the window had when the circuit opened. */
  #opened = { calls: 0, failures: 0 };

  /** @param now ms that only go forward */
  constructor(
    private readonly settings: BreakerSettings,
    private readonly now: () => number,
  ) {
    this.#counts = new SlidingCounts(settings.windowMs, now);
  }

  get state(): BreakerState {
    if (this.#openUntil === undefined) return "closed";
    return this.now() < this.#openUntil ? "open" : "half-open";
  }

  /** When an open circuit lets a probe through, by the breaker's clock; undefined in the other states. */
  get opensUntil(): number | undefined {
    return this.state === "open" ? this.#openUntil : undefined;
  }

  /** Calls in the window. Unless the circuit is closed: those that opened it. */
  get calls(): number {
    return this.#openUntil === undefined ? this.#counts.first : this.#opened.calls;
  }

  /** Failed ones among {@link calls}. */
  get failures(): number {
    return this.#openUntil === undefined ? this.#counts.second : this.#opened.failures;
  }

  /** Lets a call through, or refuses it (undefined). Call {@link leave} when it has ended. */
  enter(): Passage | undefined {
    if (this.#openUntil === undefined) return { probe: false, period: this.#period };
    if (this.#isProbed || this.state === "open") return undefined;
    this.#isProbed = true;
    return { probe: true, period: this.#period };
  }

  /** A call that was let through has ended. */
  leave({ probe, period }: Passage, outcome: CallOutcome): void {
    if (period !== this.#period) return;
    if (probe) {
      this.#isProbed = false;
      if (outcome === "success") this.#close();
      else if (outcome === "failure") this.#open();
      return;
    }
    if (outcome === "neutral") return;
    this.#counts.addFirst();
    if (outcome === "failure") this.#fail();
  }

  /** A call that had ended with success has failed after all: its response broke off. */
  breakOff({ period }: Passage): void {
    if (period === this.#period && this.#openUntil === undefined) this.#fail();
  }

  #fail(): void {
    this.#counts.addSecond();
    const { minCalls, failureRate } = this.settings;
    const { first: calls, second: failures } = this.#counts;
    if (calls >= minCalls && failures * 100 >= failureRate * calls) this.#open();
  }

  #open(): void {
    if (this.#openUntil === undefined) this.#opened = { calls: this.#counts.first, failures: this.#counts.second };
    this.#openUntil = this.now() + this.settings.openMs;
    this.#period += 1;
    this.#counts.clear();
  }

  #close(): void {
    this.#openUntil = undefined;
    this.#period += 1;
    this.#counts.clear();
  }
}
