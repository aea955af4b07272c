import { RatchetError } from "./errors.ts";

/** The error of a signal that has the idempotency key of a different one. */
export function otherSignal(receiver: { jobId: number } | { executionId: number }): RatchetError {
  return new RatchetError("CONFLICT", "The idempotency key was used for another signal.", {
    data: { ...receiver, field: "idempotencyKey" },
    remedy: "Use a new key for each different signal.",
  });
}
