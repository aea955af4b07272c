/** How a failed job of a task is tried again. What is absent is as the server is configured. */
export interface RetryPolicy {
  /** Retries after the first attempt, for jobs that do not say themselves. */
  maxRetries?: number;
  /** Before the first retry, ms. */
  delayMs?: number;
  /** Each further delay is this many times the one before. */
  factor?: number;
  /** No delay is longer, ms. */
  maxDelayMs?: number;
  /** Share of the delay that is drawn at random either way, 0 (none) to 1. */
  jitter?: number;
  /**
   * Names or codes of errors that are retried although they would not be. A name is that of the error, of its class or of a
   * base class.
   */
  also?: readonly string[];
  /** Names or codes of errors that are not retried; goes before `also`. */
  never?: readonly string[];
}

/** Largest number of retries that can be asked for. */
export const HIGHEST_MAX_RETRIES = 1_000;
