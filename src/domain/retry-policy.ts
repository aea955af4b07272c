/** How a failed job of a task is retried. Missing members use the server's configuration. */
export interface RetryPolicy {
  /** Retries after the first attempt, for jobs that do not set it themselves. */
  maxRetries?: number;
  /** Delay before the first retry, in ms. */
  delayMs?: number;
  /** Factor by which each delay is longer than the previous one. */
  factor?: number;
  /** Maximum delay, in ms. */
  maxDelayMs?: number;
  /** Share by which a delay is randomly made shorter or longer, from 0 (none) to 1. */
  jitter?: number;
  /**
   * Names or codes of errors that are retried although they are not by default. A name is that of the error, of its
   * class or of a base class.
   */
  also?: readonly string[];
  /** Names or codes of errors that are not retried. Takes precedence over `also`. */
  never?: readonly string[];
}

/** Maximum number of retries that can be requested. */
export const HIGHEST_MAX_RETRIES = 1_000;
