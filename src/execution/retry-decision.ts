import type { ErrorCode, RatchetError } from "../domain/errors.ts";
import { GUEST_ERROR_TYPES, type GuestError, type GuestErrorType } from "../domain/guest-errors.ts";
import type { RetryPolicy } from "../domain/retry-policy.ts";
import { type BackoffOptions, backoffDelay } from "../lib/backoff.ts";

/** Default delays between attempts. */
export const DEFAULT_BACKOFF: Readonly<BackoffOptions> = Object.freeze({
  baseMs: 1_000,
  factor: 2,
  maxMs: 600_000,
  jitter: 0.25,
});

/** How a job is retried if neither the job nor its task sets it. */
export interface RetryDefaults {
  maxRetries: number;
  backoff: BackoffOptions;
}

/** Maximum delay that a server can ask for with Retry-After, ms. */
export const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Codes of errors that another attempt may not have. All others would occur every time. */
const RETRYABLE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "TIME_LIMIT",
  "WORKER_LOST",
  "TASK_UNREADABLE",
  "ENVIRONMENT",
  "INTERNAL",
]);

/** While a task is being replaced, it is missing or incomplete for a moment. One retry is enough to tell. */
const CODES_RETRIED_ONCE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["TASK_NOT_FOUND", "TASK_INVALID"]);

/** Statuses of HttpError that may pass: Request Timeout, Too Early, Too Many Requests (RFC 9110, 8470, 6585). */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** What happens after a failed attempt. */
export type RetryDecision = { retry: false } | { retry: true; delayMs: number };

/** A failed attempt, with what decides whether it is retried. */
export interface FailedAttempt {
  error: RatchetError;
  /** Number of retries used before this failure. */
  retries: number;
  /** The job's value; null if it has none. */
  maxRetries: number | null;
  /** The task's policy. */
  policy?: RetryPolicy | undefined;
  defaults: RetryDefaults;
  /** In [0, 1). */
  random: number;
}

/**
 * Decides by the type of the error, the remaining retries, and the Retry-After of the response. A setting of the job
 * overrides that of its task, and the task's overrides the server's.
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
  // Never before the requested time, and spread a little after it, so that not all clients return at once.
  const spread = Math.min(asked * 0.1, 5_000) * failed.random;
  return { retry: true, delayMs: Math.round(Math.min(asked, LONGEST_RETRY_AFTER_MS) + spread) };
}

function backoffOf(policy: RetryPolicy, defaults: BackoffOptions): BackoffOptions {
  const baseMs = policy.delayMs ?? defaults.baseMs;
  return {
    baseMs,
    factor: policy.factor ?? defaults.factor,
    // The server's maximum does not shorten a delay that the task sets.
    maxMs: policy.maxDelayMs ?? Math.max(defaults.maxMs, policy.delayMs ?? 0),
    jitter: policy.jitter ?? defaults.jitter,
  };
}

/** Returns true if another attempt may succeed, by the task's policy or by the type of the error. */
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
  // A custom or built-in error may or may not pass, so it is retried.
  if (guest === undefined || type === undefined) return true;
  return type === "HttpError" ? isRetryableStatus(guest) : GUEST_ERROR_TYPES[type].retryable;
}

function isTyped(name: string): name is GuestErrorType {
  return Object.hasOwn(GUEST_ERROR_TYPES, name);
}

function isRetryableStatus({ status }: GuestError): boolean {
  return status !== undefined && (status >= 500 || RETRYABLE_STATUSES.has(status));
}
