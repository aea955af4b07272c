/** How a call is retried. A missing member has the value of the next wider setting. */
export interface HttpRetry {
  /** Retries after the first attempt. */
  maxRetries?: number;
  /** Upper bound of the random delay before the first retry, in ms. It doubles with each further retry. */
  delayMs?: number;
  /** Longest delay, in ms, also of one that the server asks for with Retry-After. */
  maxDelayMs?: number;
}

/** The most requests that may be sent in a period. */
export interface HttpRate {
  count: number;
  periodMs: number;
}

/**
 * How the outbound chain treats calls: those of a task (`http` in metadata.json), or a single one (the options of
 * `fetch`). A missing member has the value of the next wider setting: call, task, host, process.
 */
export interface HttpConduct {
  retry?: HttpRetry;
  /** Time limit of the whole exchange: all attempts, the waits between them, and the body. In ms. */
  timeoutMs?: number;
  /** Time limit for connecting, for each attempt, in ms. */
  connectTimeoutMs?: number;
  /** Time limit from sending the request to the head of the response, for each attempt, in ms. */
  firstByteTimeoutMs?: number;
  /** Largest response body, decoded, in bytes. */
  maxResponseBytes?: number;
  /** `false`: the circuit breaker neither counts nor refuses the calls. */
  breaker?: false;
  /** The most requests to one origin. Only for a task. */
  rateLimit?: HttpRate;
}

/** Maximum number of retries that can be requested. */
export const HIGHEST_HTTP_RETRIES = 100;

/** A request that may be sent. */
export interface PermittedRequest {
  url: string;
  /** The addresses of its host that it may connect to; undefined if they do not matter. */
  addresses: readonly string[] | undefined;
}

/**
 * What is known of a call while the chain carries it out. The layer with the call's time limit calls its functions when it ends
 * the call: listeners of signals would cost every call more than all other links together.
 */
export interface HttpProgress {
  /** How often the request was sent. */
  attempts: number;
  /** The call waits for its turn under a rate limit. */
  isQueued: boolean;
  /** When the call's time is up, by `performance.now()`. */
  endsAt: number;
  /** The other end of the latest attempt's connection. */
  peer: { host: string; port: number } | undefined;
  /** What the latest circuit breaker that was passed does when the call is ended from outside. */
  onInterrupt: ((reason: unknown) => void) | undefined;
  /** Ends the latest attempt and its body. */
  endAttempt: ((reason: unknown) => void) | undefined;
  /** What the first link of the chain has permitted. */
  permitted?: PermittedRequest | undefined;
}
