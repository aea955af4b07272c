import { RatchetError } from "../domain/errors.ts";
import type { CompleteRequest, CompleteResult, FinishedAttempt, JobStore } from "../store/contract/jobs.ts";

/** What is needed to store attempts. */
export interface AttemptStorage {
  jobs: Pick<JobStore, "completeAndClaim">;
  /** Receives the reason why an attempt could not be stored as it was. */
  onError: (error: unknown) => void;
}

/** Returns true if the machine is at fault, such as a full disk, so that the same request may succeed later. */
export const isMachineFault = (error: unknown): boolean =>
  error instanceof RatchetError && error.code === "ENVIRONMENT";

/**
 * Stores the attempt results of a worker and claims its next jobs. A result that the database rejects is stored as a
 * failure, because it would block all other results of its batch again and again.
 * @throws {RatchetError} ENVIRONMENT if nothing can be stored now; the same request may be repeated later
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
  // If not even the failure can be stored, give up: the job is rescued after this worker has ended.
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
  const error = { code: "INTERNAL", message: "The result of the attempt could not be stored." };
  return { ...attempt, result: { kind: "failed", error }, usage: null, logs: [], progress: null };
}
