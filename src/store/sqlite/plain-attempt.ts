import type { AttemptResult, FinishedAttempt } from "../contract/jobs.ts";

/** A completed attempt that leaves nothing but its output. */
export type PlainAttempt = FinishedAttempt & { result: Extract<AttemptResult, { kind: "completed" }> };

export function isPlain(attempt: FinishedAttempt): attempt is PlainAttempt {
  const { result, logs, progress, claimed } = attempt;
  return result.kind === "completed" && logs.length === 0 && progress === null && claimed.job.scheduleId === null;
}
