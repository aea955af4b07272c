import { RatchetError } from "../domain/errors.ts";
import type { CompleteRequest, CompleteResult, FinishedAttempt, JobStore } from "../store/contract/jobs.ts";
import type { RunWrite, RunWritten } from "../store/contract/runs.ts";
import { RefusedWrite } from "./refused-write.ts";
import { notOwned } from "./waiting-changes.ts";

/** What is needed to store attempts. */
export interface AttemptStorage {
  jobs: Pick<JobStore, "completeAndClaim">;
  /** Receives the reason why an attempt could not be stored as it was. */
  onError: (error: unknown) => void;
}

/** Returns true if the machine is at fault, such as a full disk, so that the same request may succeed later. */
export const isMachineFault = (error: unknown): boolean =>
  error instanceof RatchetError && error.code === "ENVIRONMENT";

/** What was stored. */
export interface Completed extends Omit<CompleteResult, "runs"> {
  /** In the order of the request. */
  runs: readonly (RunWritten | RefusedWrite)[];
}

/**
 * Stores the attempt results of a worker and what its runs have changed, and claims its next jobs. A result that the database
 * rejects is stored as a failure, because it would block all other results of its batch again and again; a change of a run is
 * refused.
 * @throws {RatchetError} ENVIRONMENT if nothing can be stored now; the same request may be repeated later
 */
export async function completeAttempts(storage: AttemptStorage, request: CompleteRequest): Promise<Completed> {
  const { finished, runs = [] } = request;
  try {
    return await storage.jobs.completeAndClaim(request);
  } catch (error) {
    if (isMachineFault(error) || finished.length + runs.length === 0) throw error;
    const alone = await storeEachAlone(storage, request);
    const rest = await storage.jobs.completeAndClaim({ ...request, finished: [], runs: [] });
    return { ...rest, ...alone, settled: [...alone.settled, ...rest.settled] };
  }
}

/** Stores attempts and changes in their order, each in a transaction of its own. */
async function storeEachAlone(
  storage: AttemptStorage,
  { workerId, finished, runs = [] }: CompleteRequest,
): Promise<Pick<Completed, "runs" | "settled" | "misled">> {
  const settled: Completed["settled"] = [];
  const misled = new Set<number>();
  const written: (RunWritten | RefusedWrite)[] = [];
  const finish = async (attempt: FinishedAttempt) => {
    const isMisled = misled.has(attempt.claimed.executionId);
    const ended = isMisled ? { ...attempt, result: { kind: "released" } as const } : attempt;
    const result = await storeAlone(storage, workerId, ended);
    settled.push(...result.settled);
    for (const id of result.misled) misled.add(id);
  };
  const ends = finished.toSorted((a, b) => (a.after ?? 0) - (b.after ?? 0));
  let next = 0;
  for (const [place, write] of runs.entries()) {
    for (let end = ends[next]; end !== undefined && (end.after ?? 0) <= place; end = ends[++next]) await finish(end);
    written.push(
      misled.has(write.executionId) ? notOwned(write) : await writeAlone(storage, { workerId, write, settled }),
    );
  }
  for (const end of ends.slice(next)) await finish(end);
  return { runs: written, settled, misled: [...misled] };
}

async function storeAlone(
  { jobs, onError }: AttemptStorage,
  workerId: string,
  attempt: FinishedAttempt,
): Promise<Pick<CompleteResult, "settled" | "misled">> {
  // If not even the failure can be stored, give up: the job is rescued after this worker has ended.
  for (const form of [attempt, asFailure(attempt)]) {
    try {
      return await jobs.completeAndClaim({ workerId, finished: [form], capacity: 0 });
    } catch (error) {
      if (isMachineFault(error)) throw error;
      onError(error);
    }
  }
  const { parent } = attempt.claimed.job;
  return { settled: [], misled: attempt.toldEarly === true && parent !== null ? [parent.executionId] : [] };
}

async function writeAlone(
  { jobs }: AttemptStorage,
  { workerId, write, settled }: { workerId: string; write: RunWrite; settled: Completed["settled"] },
): Promise<RunWritten | RefusedWrite> {
  try {
    const result = await jobs.completeAndClaim({ workerId, finished: [], runs: [write], capacity: 0 });
    settled.push(...result.settled);
    const [written] = result.runs;
    return written ?? new RefusedWrite(new Error("the store has returned no result for a change of a run"));
  } catch (error) {
    if (isMachineFault(error)) throw error;
    return new RefusedWrite(error);
  }
}

function asFailure(attempt: FinishedAttempt): FinishedAttempt {
  const error = { code: "INTERNAL", message: "The result of the attempt could not be stored." };
  return { ...attempt, result: { kind: "failed", error }, usage: null, logs: [], progress: null };
}
