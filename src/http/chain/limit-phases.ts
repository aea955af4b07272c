import { HttpFailure, type HttpResponse } from "../../domain/http.ts";
import type { HttpFailureCode } from "../../domain/http-failure-code.ts";
import { formatDuration } from "../../lib/duration.ts";
import { observeBody } from "../../lib/observe-body.ts";
import { describeRequest } from "../describe-request.ts";
import { firstToConnect } from "../reachable-address.ts";
import type { Link, TrackedRequest } from "./link.ts";
import type { OriginState } from "./origins.ts";

/** Most responses have arrived by then, so that nothing has to be found out about their connections. */
const USUAL_MS = 250;
/** A connection is taken to be open for so long after another one to the same origin was seen to be. */
const SURE_MS = 10_000;
/** The longest delay of a timer, ms. A longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Creates the link with the time limits of one attempt: for connecting, and for the head of the response. The runtime's
 * client does not reveal when it has connected. So when a response takes long, a bare connection to the same address is
 * opened and closed again: it shows whether the peer accepts connections at all.
 */
export function limitPhases(next: Link): Link {
  return async (request, signal, origin) => {
    const phases = new AttemptPhases(request, origin);
    if (signal.aborted) phases.abort(signal.reason);
    try {
      const response = await phases.during(next(phases.request, phases.signal, origin));
      origin.reachedAt = performance.now();
      return response;
    } finally {
      phases.end();
    }
  };
}

/** The phases of one attempt up to the head of its response. */
class AttemptPhases {
  readonly request: TrackedRequest;
  readonly #inner = new AbortController();
  readonly #ended = Promise.withResolvers<never>();
  readonly #started = performance.now();
  readonly #connectMs: number;
  #connectTimer: ReturnType<typeof setTimeout> | undefined;
  #firstByteTimer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(
    original: TrackedRequest,
    private readonly origin: OriginState,
  ) {
    const { conduct, taskConduct, upload, progress } = original;
    const { settings } = origin;
    this.#connectMs = conduct?.connectTimeoutMs ?? taskConduct?.connectTimeoutMs ?? settings.connectTimeoutMs;
    const firstByteMs = conduct?.firstByteTimeoutMs ?? taskConduct?.firstByteTimeoutMs ?? settings.firstByteTimeoutMs;
    this.#ended.promise.catch(() => undefined); // it may fail while nobody waits for it
    progress.peer = undefined;
    // It stays until the next attempt, because this signal ends the body as well.
    progress.endAttempt = (reason) => this.abort(reason);
    this.request = upload === undefined || firstByteMs === undefined ? original : { ...original };
    this.#connectTimer = setTimeout(() => this.#lookCloser(), Math.min(USUAL_MS, this.#connectMs / 2));
    if (firstByteMs === undefined) return;
    const begin = () => this.#limitFirstByte(firstByteMs);
    // The server may wait for the end of the request before it responds.
    if (upload === undefined) begin();
    else this.request.upload = observeBody(upload, { ended: begin });
  }

  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  during(work: Promise<HttpResponse>): Promise<HttpResponse> {
    return Promise.race([work, this.#ended.promise]);
  }

  /** Ends the attempt, or its body. */
  abort(reason: unknown): void {
    this.#ended.reject(reason);
    this.#inner.abort(reason);
  }

  /** The head has arrived, or never will. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#connectTimer);
    clearTimeout(this.#firstByteTimer);
  }

  #limitFirstByte(ms: number): void {
    if (this.#isOver || ms > LONGEST_TIMER) return;
    const text = `${describeRequest(this.request)}: the response did not begin within ${formatDuration(ms)}`;
    this.#firstByteTimer = setTimeout(() => this.#fail(text, "FIRST_BYTE_TIMEOUT"), ms);
  }

  /** Finds out, once, whether the peer accepts connections. */
  #lookCloser(): void {
    if (performance.now() - this.origin.reachedAt < SURE_MS) return;
    const leftMs = Math.max(0, this.#connectMs - (performance.now() - this.#started));
    this.#connectTimer = setTimeout(() => this.#connectExpired(), Math.min(leftMs, LONGEST_TIMER));
    const { peer } = this.request.progress;
    if (peer === undefined) return;
    const { host, port } = peer;
    void firstToConnect([host], port, this.#inner.signal).then((reached) => {
      if (reached === undefined) return;
      this.origin.reachedAt = performance.now();
      clearTimeout(this.#connectTimer);
    });
  }

  #connectExpired(): void {
    const { peer } = this.request.progress;
    const to = peer === undefined ? "" : ` (${peer.host} port ${peer.port})`;
    const text = `${describeRequest(this.request)}: no connection within ${formatDuration(this.#connectMs)}${to}`;
    this.#fail(text, "CONNECT_TIMEOUT");
  }

  #fail(message: string, failureCode: HttpFailureCode): void {
    this.abort(new HttpFailure("timeout", message, { code: "ETIMEDOUT", failureCode }));
  }
}
