import { MAX_RESCUES, type StoredError } from "../../domain/job.ts";

/** The error of an attempt whose worker was lost. */
export const WORKER_LOST: StoredError = {
  code: "WORKER_LOST",
  message: "The process that ran it ended or stopped responding.",
};

/** What to do with a job whose worker was lost. */
export type RescueDecision = { kind: "requeue" } | { kind: "fail"; error: StoredError };

/** @param rescues how often the job was already rescued */
export function decideRescue(rescues: number): RescueDecision {
  if (rescues < MAX_RESCUES) return { kind: "requeue" };
  const message = `The process that ran it was lost ${MAX_RESCUES + 1} times; the task may be the cause.`;
  return { kind: "fail", error: { code: WORKER_LOST.code, message } };
}
