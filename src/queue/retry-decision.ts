import type { ErrorCode, RatchetError } from "../domain/errors.ts";
import { GUEST_ERROR_TYPES, type GuestError, type GuestErrorType } from "../domain/guest-errors.ts";
import type { RetryPolicy } from "../domain/retry-policy.ts";
import { type BackoffOptions, backoffDelay } from "../lib/backoff.ts";

/** Delays between attempts where nothing else was said. */
export const DEFAULT_BACKOFF: Readonly<BackoffOptions> = Object.freeze({
  baseMs: 1_000,
  factor: 2,
  maxMs: 600_000,
  jitter: 0.25,
});

/** How jobs are retried for which neither they nor their task say otherwise. */
export interface RetryDefaults {
  maxRetries: number;
  backoff: BackoffOptions;
}

/** A server that asks for more than this is not waited for any longer, ms. */
export const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Codes for which another attempt can end differently. All others are the same every time. */
const RETRYABLE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "TIME_LIMIT",
  "WORKER_LOST",
  "TASK_UNREADABLE",
  "ENVIRONMENT",
  "INTERNAL",
]);

/** A task that is being replaced is not there, or not whole, for a moment: one more look is enough to know. */
const CODES_RETRIED_ONCE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["TASK_NOT_FOUND", "TASK_INVALID"]);

/** Statuses of HttpError that say "not now": Request Timeout, Too Early, Too Many Requests (RFC 9110, 8470, 6585). */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** What an attempt's failure leads to. */
export type RetryDecision = { retry: false } | { retry: true; delayMs: number };

/** What is known when an attempt has failed. */
export interface FailedAttempt {
  error: RatchetError;
  /** Retries used up before this failure. */
  retries: number;
  /** The job's own; null when it does not say. */
  maxRetries: number | null;
  /** The task's. */
  policy?: RetryPolicy | undefined;
  defaults: RetryDefaults;
  /** In [0, 1). */
  random: number;
}

/**
 * Decides by the error's type, the retries left, and what the other side asked for. The job goes before its task, the
 * task before the server.
 * @example
 * ```ts
 * import { RatchetError } from "../domain/errors.ts";
 *
 * const error = new RatchetError("TIME_LIMIT", "The task ran for longer than 5s.");
 * const failed = { error, maxRetries: 3, defaults: { maxRetries: 0, backoff: DEFAULT_BACKOFF }, random: 0.5 };
 * decideRetry({ ...failed, retries: 0 }); // => { retry: true, delayMs: 1_000 }
 * decideRetry({ ...failed, retries: 3 }); // => { retry: false }
 * ```
 */
export function decideRetry(failed: FailedAttempt): RetryDecision {
  const { policy = {}, defaults } = failed;
  const maxRetries = failed.maxRetries ?? policy.maxRetries ?? defaults.maxRetries;
  if (failed.retries >= maxRetries || !isRetryable(failed, policy)) return { retry: false };
  const backoff = backoffDelay(backoffOf(policy, defaults.backoff), failed.retries + 1, failed.random);
  const asked = failed.error.guest?.retryAfterMs;
  if (asked === undefined || !Number.isFinite(asked) || asked <= 0) return { retry: true, delayMs: backoff };
  // Never before the time asked for; a little spread after it, so that all who were turned away do not come back at once.
  const spread = Math.min(asked * 0.1, 5_000) * failed.random;
  return { retry: true, delayMs: Math.round(Math.min(asked, LONGEST_RETRY_AFTER_MS) + spread) };
}

function backoffOf(policy: RetryPolicy, defaults: BackoffOptions): BackoffOptions {
  const baseMs = policy.delayMs ?? defaults.baseMs;
  return {
    baseMs,
    factor: policy.factor ?? defaults.factor,
    // A first delay that the task asks for is not cut by a limit that it does not know.
    maxMs: policy.maxDelayMs ?? Math.max(defaults.maxMs, policy.delayMs ?? 0),
    jitter: policy.jitter ?? defaults.jitter,
  };
}

/** Whether another attempt can end differently, by the task's own word or by what is known of the error. */
function isRetryable({ error, retries }: FailedAttempt, { also, never }: RetryPolicy): boolean {
  const own = [error.code, ...(error.guest === undefined ? [] : [error.guest.name, ...(error.guest.classes ?? [])])];
  const named = (names: readonly string[] = []) => names.some((name) => own.includes(name));
  if (named(never)) return false;
  return named(also) || isTransient(error) || (retries === 0 && CODES_RETRIED_ONCE.has(error.code));
}

function isTransient(error: RatchetError): boolean {
  if (error.code !== "TASK_FAILED") return RETRYABLE_CODES.has(error.code);
  const { guest } = error;
  const type = [guest?.name ?? "", ...(guest?.classes ?? [])].find(isTyped);
  // An error of the task's own, or a built-in one: nobody knows, so the retries that were asked for are made.
  if (guest === undefined || type === undefined) return true;
  return type === "HttpError" ? isRetryableStatus(guest) : GUEST_ERROR_TYPES[type].retryable;
}

function isTyped(name: string): name is GuestErrorType {
  return Object.hasOwn(GUEST_ERROR_TYPES, name);
}

function isRetryableStatus({ status }: GuestError): boolean {
  return status !== undefined && (status >= 500 || RETRYABLE_STATUSES.has(status));
}
