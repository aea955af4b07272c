import { type HttpBodyReader, HttpFailure, type HttpRequest, type HttpSend } from "../domain/http.ts";
import { formatDuration } from "../lib/duration.ts";
import { observeBody } from "./body-reader.ts";
import { describeRequest } from "./describe-request.ts";

/** The longest delay of a timer, ms (24.8 days); a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Creates the layer that ends an exchange: after its time limit (which includes name, connection, redirects and body),
 * when the caller's signal fires, or when the client stops. It fails at once, whatever a lower layer is waiting for;
 * that layer's signal fires, and it frees its connection. The time in which nobody reads a streamed body does not count.
 */
export function exchangeDeadline(next: HttpSend, options: { timeoutMs: number; stopped: AbortSignal }): HttpSend {
  return async (request, signal) => {
    if (signal.aborted || options.stopped.aborted) {
      throw new HttpFailure("aborted", `${describeRequest(request)} was aborted before it was sent`);
    }
    const timed = new TimedExchange(request, request.timeoutMs ?? options.timeoutMs, [signal, options.stopped]);
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

/** The time that one exchange has left. */
class TimedExchange {
  readonly #inner = new AbortController();
  readonly #ended = Promise.withResolvers<never>();
  readonly #abort: () => void;
  #leftMs: number;

  constructor(
    private readonly request: HttpRequest,
    private readonly limitMs: number,
    private readonly signals: readonly AbortSignal[],
  ) {
    this.#leftMs = Math.max(0, limitMs);
    this.#ended.promise.catch(() => undefined); // it may fail while nobody waits for it
    this.#abort = () => this.#fail(new HttpFailure("aborted", `${describeRequest(request)} was aborted`));
    for (const signal of signals) signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** Ends what the lower layers do. */
  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  /** Waits for something while the time passes. */
  async during<T>(work: Promise<T>): Promise<T> {
    const since = performance.now();
    const expire = () => {
      const message = `${describeRequest(this.request)}: no complete response within ${formatDuration(this.limitMs)}`;
      this.#fail(new HttpFailure("timeout", message, { code: "ETIMEDOUT" }));
    };
    const timer = this.#leftMs <= LONGEST_TIMER ? setTimeout(expire, this.#leftMs) : undefined;
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
    for (const signal of this.signals) signal.removeEventListener("abort", this.#abort);
  }

  #fail(failure: HttpFailure): void {
    this.#ended.reject(failure);
    this.#inner.abort(failure);
  }
}
