import type { HttpRequest } from "../../domain/http.ts";
import type { HttpRate } from "../../domain/http-conduct.ts";
import { Lru } from "../../lib/lru.ts";
import { type ChainSettings, type OriginSettings, settingsFor } from "./chain-settings.ts";
import { type BreakerState, CircuitBreaker } from "./circuit-breaker.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { RetryBudget } from "./retry-budget.ts";

/** How many tasks with a rate of their own are known at a time for one origin. */
const MOST_TASKS = 256;
/** How many origins are known at a time. The one that was not called for the longest time is forgotten first. */
const MOST_ORIGINS = 4_096;
/** How many origins a list has: those called last. */
const MOST_LISTED = 512;
/** How many origins are looked at to find one that can be forgotten: no open circuit, and no rate limit in use. */
const MOST_PASSED_OVER = 64;
/** What origins share that are not known because no other can be forgotten. */
const ALL_OTHERS = "*";

/** What all tasks of a process share about one origin. */
export interface OriginState {
  readonly origin: string;
  readonly settings: OriginSettings;
  readonly breaker: CircuitBreaker;
  readonly budget: RetryBudget;
  readonly limiter: RateLimiter | undefined;
  /** Returns the limiter of a task that has a rate of its own for this origin. */
  limiterOf(task: string, rate: HttpRate): RateLimiter;
  /** When a connection to it was last seen to be open, by `performance.now()`. */
  reachedAt: number;
  /** When the open circuit lets a probe through: by the clock of the origins, and in ms since the epoch. */
  opening?: { until: number; time: number };
}

/** The state of an origin, for people. */
export interface OriginStatus {
  origin: string;
  state: BreakerState;
  calls: number;
  failures: number;
  /** When the circuit lets a probe through, in ms since the epoch; null unless it is open. */
  opensUntil: number | null;
}

/** The origins that the tasks of a process call. Their number is bounded. */
export class Origins {
  readonly #known = new Map<string, OriginState>();
  /** The latest URL and its origin: the links ask for it several times in a call, and a task calls it again and again. */
  #latest: { url: string; state: OriginState } | undefined;

  /** @param now ms that only go forward */
  constructor(
    private readonly settings: ChainSettings,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns the state of the origin of a URL. */
  of(url: string): OriginState {
    if (this.#latest?.url === url) return this.#latest.state;
    const state = this.#get(originOf(url));
    this.#latest = { url, state };
    return state;
  }

  #get(origin: string): OriginState {
    const known = this.#known.get(origin);
    if (known === undefined) return this.#add(origin);
    if (known !== this.#latest?.state) {
      // The order of the map is that of the latest calls.
      this.#known.delete(origin);
      this.#known.set(origin, known);
    }
    return known;
  }

  /** Returns the time limit of a call, in ms. Those of the host itself have no origin here. */
  timeoutFor({ url, owner }: HttpRequest): number {
    if (owner === undefined) return this.settings.usual.timeoutMs;
    // An origin becomes known when a call to it is permitted, which is decided later.
    const origin = originOf(url);
    return (this.#known.get(origin)?.settings ?? settingsFor(this.settings, origin)).timeoutMs;
  }

  /** Lists the origins, the one that was called last first. */
  list(): OriginStatus[] {
    const states = [...this.#known.values()].slice(-MOST_LISTED).map((state) => ({
      origin: state.origin,
      state: state.breaker.state,
      calls: state.breaker.calls,
      failures: state.breaker.failures,
      opensUntil: this.#opensUntil(state),
    }));
    return states.reverse();
  }

  /** The time is worked out once for each opening, so that all lists have the same. */
  #opensUntil(state: OriginState): number | null {
    const { opensUntil } = state.breaker;
    if (opensUntil === undefined) return null;
    if (state.opening?.until !== opensUntil) {
      state.opening = { until: opensUntil, time: Math.round(Date.now() + opensUntil - this.now()) };
    }
    return state.opening.time;
  }

  /** A task that calls thousands of origins must not make the limits of others forgotten: its own calls share one then. */
  #add(origin: string): OriginState {
    if (this.#known.size >= MOST_ORIGINS && !this.#forgetOne() && origin !== ALL_OTHERS) return this.#get(ALL_OTHERS);
    const settings = origin === ALL_OTHERS ? this.settings.usual : settingsFor(this.settings, origin);
    const { breaker, retry, rateLimit } = settings;
    const state: OriginState = {
      origin,
      settings,
      breaker: new CircuitBreaker(breaker, this.now),
      budget: new RetryBudget(retry.budget, this.now),
      limiter: rateLimit === undefined ? undefined : new RateLimiter(rateLimit, this.now),
      limiterOf: taskLimiters(this.now),
      reachedAt: Number.NEGATIVE_INFINITY,
    };
    this.#known.set(origin, state);
    return state;
  }

  /** @returns false if none was found that can be forgotten */
  #forgetOne(): boolean {
    let passedOver = 0;
    for (const [origin, state] of this.#known) {
      this.#known.delete(origin);
      if (state.breaker.state === "closed" && state.limiter?.isIdle !== false) return true;
      // The next search looks at others.
      this.#known.set(origin, state);
      if (++passedOver >= MOST_PASSED_OVER) break;
    }
    return false;
  }
}

/** Creates the limiters of tasks with rates of their own. They are created with the first call of such a task. */
function taskLimiters(now: () => number): OriginState["limiterOf"] {
  let known: Lru<string, RateLimiter> | undefined;
  return (task, rate) => {
    known ??= new Lru(MOST_TASKS, () => 1);
    // A new version of the task may have another rate.
    const key = `${task} ${rate.count} ${rate.periodMs}`;
    const limiter = known.get(key) ?? new RateLimiter(rate, now);
    known.set(key, limiter);
    return limiter;
  };
}

/** Returns the origin of a URL that was checked. A WebSocket has that of its handshake. */
function originOf(url: string): string {
  const start = url.indexOf("//") + 2;
  let end = start;
  for (; end < url.length; end++) {
    const char = url.charCodeAt(end);
    if (char === 47 || char === 63 || char === 35) break; // one of / ? #
    if (char === 64) return originOf(url.slice(0, start) + url.slice(end + 1)); // after user and password
  }
  const origin = url.startsWith("ws") ? `http${url.slice(2, end)}` : url.slice(0, end);
  // A name may end with the root's dot (RFC 1034, section 3.1): it is the same host.
  return origin.endsWith(".") || origin.includes(".:") ? origin.replace(/\.(:\d+)?$/, "$1") : origin;
}
