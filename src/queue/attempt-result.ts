import type { StoredError } from "../domain/job.ts";
import type { AttemptOutcome } from "../execution/attempt.ts";
import { decideRetry, type RetryDefaults } from "../execution/retry-decision.ts";
import type { AttemptResult, ClaimedJob } from "../store/contract/jobs.ts";
import { storedError } from "./stored-error.ts";

/** What decides whether and when a job is retried, besides the job and its task. */
export interface RetryCircumstances {
  retries: RetryDefaults;
  /** In [0, 1). */
  random: () => number;
  now: () => number;
}

/** A guest sleeps only if its host has asked for that, and then its host decides what becomes of the job. */
const NO_HOST: StoredError = { code: "INTERNAL", message: "The guest went to sleep, and nothing can wake it." };

/** Decides what an outcome means for the job. */
export function attemptResultOf(
  { result, retry, missing }: AttemptOutcome,
  claimed: ClaimedJob,
  { retries, random, now }: RetryCircumstances,
): AttemptResult {
  if (result.status === "completed") return { kind: "completed", outputJson: result.outputJson };
  if (result.status === "asleep") return { kind: "failed", error: NO_HOST };
  // Nobody cancelled the job: the pool that ran it was stopping.
  if (result.error.code === "CANCELLED") return { kind: "released" };
  const decision = decideRetry({
    error: result.error,
    retries: claimed.job.retries,
    maxRetries: claimed.job.maxRetries,
    policy: claimed.job.retry ?? retry,
    defaults: retries,
    random: random(),
  });
  const error = storedError(result.error);
  const otherwise = decision.retry
    ? ({ kind: "retry", error, runAt: now() + decision.delayMs } as const)
    : ({ kind: "failed", error } as const);
  return missing ? { kind: "missing", error, otherwise } : otherwise;
}
