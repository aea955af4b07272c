import { GUEST_ERROR_TYPES, type GuestError, type GuestErrorType } from "../../../domain/guest-errors.ts";
import type { RetryPolicy } from "../../../domain/retry-policy.ts";

const { hasOwn } = Object;
const { ceil, max, min, random } = Math;

/** What a policy does not say, as for jobs. Steps have no jitter: nothing else begins at the same time. */
const DEFAULTS = { maxRetries: 3, delayMs: 1_000, factor: 2, maxDelayMs: 600_000, jitter: 0 } as const;

/**
 * Returns when the function of a step runs again, ms from now; undefined if it does not. The rules are those of jobs.
 * @param attempts how often it has run
 */
export function retryDelay(policy: RetryPolicy | undefined, error: GuestError, attempts: number): number | undefined {
  if (policy === undefined) return undefined;
  const { maxRetries, delayMs, factor, maxDelayMs, jitter } = { ...DEFAULTS, ...policy };
  if (attempts > maxRetries || !isRetryable(policy, error)) return undefined;
  const longest = policy.maxDelayMs ?? max(maxDelayMs, delayMs);
  const delay = min(delayMs * factor ** (attempts - 1), longest) * (1 + jitter * (2 * random() - 1));
  return ceil(max(delay, error.retryAfterMs ?? 0));
}

function isRetryable({ also = [], never = [] }: RetryPolicy, error: GuestError): boolean {
  const names: (string | undefined)[] = [error.name, error.code];
  // The list has no prototype, so it can't be spread.
  for (let i = 0; i < (error.classes?.length ?? 0); i++) names[names.length] = error.classes?.[i];
  const named = (listed: readonly string[]) => listed.some((name) => names.includes(name));
  if (named(never)) return false;
  return named(also) || mayPass(error, names);
}

/** A custom or built-in error may or may not pass, so it is retried. */
function mayPass({ status }: GuestError, names: readonly (string | undefined)[]): boolean {
  const type = names.find((name) => name !== undefined && hasOwn(GUEST_ERROR_TYPES, name)) as
    | GuestErrorType
    | undefined;
  if (type === undefined) return true;
  if (type !== "HttpError") return GUEST_ERROR_TYPES[type].retryable;
  return status !== undefined && (status >= 500 || status === 408 || status === 425 || status === 429);
}
