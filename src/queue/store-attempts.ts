import { RatchetError } from "../domain/errors.ts";
import type { ExchangeRequest, ExchangeResult, FinishedAttempt, JobStore } from "../store/contract/jobs.ts";

/** What is needed to store attempts. */
export interface AttemptStorage {
  jobs: Pick<JobStore, "exchange">;
  /** Gets why an attempt could not be stored as it was. */
  onError: (error: unknown) => void;
}

/** Whether the machine is at fault, so that the same may go well later. */
export const isMachineFault = (error: unknown): boolean =>
  error instanceof RatchetError && error.code === "ENVIRONMENT";

/**
 * Gives the store what a worker finished and takes new jobs. An attempt that can't be stored as it is (a value that the
 * database does not take) is stored as failed: it must not hold up those it would be stored with, again and again.
 * @throws {RatchetError} ENVIRONMENT when nothing can be stored now; then it may be called again with the same
 */
export async function exchangeAttempts(storage: AttemptStorage, request: ExchangeRequest): Promise<ExchangeResult> {
  try {
    return await storage.jobs.exchange(request);
  } catch (error) {
    if (isMachineFault(error) || request.finished.length === 0) throw error;
    for (const attempt of request.finished) await storeAlone(storage, request.workerId, attempt);
    return storage.jobs.exchange({ ...request, finished: [] });
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
      await jobs.exchange({ workerId, finished: [form], capacity: 0 });
      return;
    } catch (error) {
      if (isMachineFault(error)) throw error;
      onError(error);
    }
  }
}

function asFailure(attempt: FinishedAttempt): FinishedAttempt {
  const error = { code: "INTERNAL", message: "What the attempt gave could not be stored." };
  return { ...attempt, verdict: { kind: "failed", error }, usage: null, logs: [], progress: null };
}
