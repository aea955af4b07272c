import { RatchetError } from "../domain/errors.ts";
import type { CompleteRequest, CompleteResult, FinishedAttempt, JobStore } from "../store/contract/jobs.ts";

/** What is needed to store attempts. */
export interface AttemptStorage {
  jobs: Pick<JobStore, "completeAndClaim">;
  /** Gets why an attempt could not be stored as it was. */
  onError: (error: unknown) => void;
}

/** Whether the machine is at fault, so that the same may go well later. */
export const isMachineFault = (error: unknown): boolean =>
  error instanceof RatchetError && error.code === "ENVIRONMENT";

/**
 * Stores the attempt results of a worker and claims its next jobs. An attempt that can't be stored as it is (a value that the
 * database does not take) is stored as failed: it must not hold up those it would be stored with, again and again.
 * @throws {RatchetError} ENVIRONMENT when nothing can be stored now; then it may be called again with the same
 */
export async function completeAttempts(storage: AttemptStorage, request: CompleteRequest): Promise<CompleteResult> {
  try {
    return await storage.jobs.completeAndClaim(request);
  } catch (error) {
    if (isMachineFault(error) || request.finished.length === 0) throw error;
    for (const attempt of request.finished) await storeAlone(storage, request.workerId, attempt);
    return storage.jobs.completeAndClaim({ ...request, finished: [] });
  }
}

async function storeAlone(
  { jobs, onError }: AttemptStorage,
  workerId: string,
  attempt: FinishedAttempt,
): Promise<void> {
  // What stays unstored even as a failure is given up: its job is taken over when this worker ends.
  for (const form of [attempt, asFailure(attempt)]) {
    try {
      await jobs.completeAndClaim({ workerId, finished: [form], capacity: 0 });
      return;
    } catch (error) {
      if (isMachineFault(error)) throw error;
      onError(error);
    }
  }
}

function asFailure(attempt: FinishedAttempt): FinishedAttempt {
  const error = { code: "INTERNAL", message: "What the attempt gave could not be stored." };
  return { ...attempt, result: { kind: "failed", error }, usage: null, logs: [], progress: null };
}
