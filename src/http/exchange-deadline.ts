import { type HttpBodyReader, HttpFailure, type HttpRequest, type HttpSend } from "../domain/http.ts";
import { formatDuration } from "../lib/duration.ts";
import { observeBody } from "../lib/observe-body.ts";
import { rateLimited } from "./chain/limit-rate.ts";
import { describeRequest } from "./describe-request.ts";

/** What the layer depends on. */
export interface ExchangeDeadlineOptions {
  /** Returns the time limit of a request, in ms, if neither the call nor its task sets one. */
  timeoutFor: (request: HttpRequest) => number;
  /** Fires when the client stops. */
  stopped: AbortSignal;
}

/** The longest delay of a timer, ms (24.8 days); a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Creates the layer that ends an exchange: after its time limit (which includes all attempts, redirects and the body),
 * when the caller's signal fires, or when the client stops. It fails at once, whatever a lower layer is waiting for;
 * that layer's signal fires, and it frees its connection. The time in which nobody reads a streamed body does not count.
 */
export function exchangeDeadline(next: HttpSend, options: ExchangeDeadlineOptions): HttpSend {
  const underWay = new Set<TimedExchange>();
  options.stopped.addEventListener("abort", () => {
    for (const exchange of underWay) exchange.abort();
  });
  return async (request, signal) => {
    if (signal.aborted || options.stopped.aborted) {
      throw new HttpFailure("aborted", `${describeRequest(request)} was aborted before it was sent`);
    }
    const timed = new TimedExchange(request, timeLimitOf(request, options), { signal, underWay });
    const { progress, neededMs = Number.POSITIVE_INFINITY } = request;
    if (progress !== undefined) progress.endsAt = performance.now() + Math.min(timed.leftMs, neededMs);
    try {
      const response = await timed.during(next(request, timed.signal));
      const { stream } = response;
      if (stream === undefined) timed.end();
      else response.stream = timed.bodyOf(stream);
      return response;
    } catch (error) {
      timed.end();
      throw error;
    }
  };
}

function timeLimitOf(request: HttpRequest, options: ExchangeDeadlineOptions): number {
  return request.timeoutMs ?? request.taskConduct?.timeoutMs ?? options.timeoutFor(request);
}

/** What ends an exchange from outside. */
interface Surroundings {
  /** The caller's. */
  signal: AbortSignal;
  /** All exchanges of the client. */
  underWay: Set<TimedExchange>;
}

/** The time that one exchange has left. */
class TimedExchange {
  readonly #inner = new AbortController();
  readonly #ended = Promise.withResolvers<never>();
  readonly #abort: () => void;
  #leftMs: number;

  constructor(
    private readonly request: HttpRequest,
    private readonly limitMs: number,
    private readonly surroundings: Surroundings,
  ) {
    this.#leftMs = Math.max(0, limitMs);
    this.#ended.promise.catch(() => undefined); // it may fail while nobody waits for it
    this.#abort = () => this.abort();
    surroundings.signal.addEventListener("abort", this.#abort, { once: true });
    surroundings.underWay.add(this);
  }

  /** How much time is left, in ms, while nothing is waited for. */
  get leftMs(): number {
    return this.#leftMs;
  }

  /** Ends what the lower layers do. */
  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  /** Waits for something while the time passes. */
  async during<T>(work: Promise<T>): Promise<T> {
    const since = performance.now();
    const timer = this.#leftMs <= LONGEST_TIMER ? setTimeout(() => this.#expire(), this.#leftMs) : undefined;
    try {
      return await Promise.race([work, this.#ended.promise]);
    } finally {
      clearTimeout(timer);
      this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - since));
    }
  }

  /** Returns a reader under the same limit. */
  bodyOf(stream: HttpBodyReader): HttpBodyReader {
    return observeBody(
      { read: () => this.during(stream.read()), cancel: () => stream.cancel() },
      { ended: () => this.end() },
    );
  }

  /** Nothing can end the exchange any more. */
  end(): void {
    this.surroundings.signal.removeEventListener("abort", this.#abort);
    this.surroundings.underWay.delete(this);
  }

  abort(): void {
    this.#fail(new HttpFailure("aborted", `${describeRequest(this.request)} was aborted`));
  }

  #expire(): void {
    const { request, limitMs } = this;
    if (request.progress?.isQueued === true) return this.#fail(rateLimited(request, undefined));
    const message = `${describeRequest(request)}: no complete response within ${formatDuration(limitMs)}`;
    this.#fail(new HttpFailure("timeout", message, { code: "ETIMEDOUT" }));
  }

  #fail(failure: HttpFailure): void {
    const { progress } = this.request;
    progress?.onInterrupt?.(failure);
    progress?.endAttempt?.(failure);
    this.#ended.reject(failure);
    this.#inner.abort(failure);
  }
}
