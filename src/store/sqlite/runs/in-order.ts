import type { CompleteRequest, CompleteResult, FinishedAttempt } from "../../contract/jobs.ts";
import type { RunWrite, RunWritten } from "../../contract/runs.ts";
import { finishAttempts } from "../finish-attempts.ts";
import { applyRunWrite } from "./apply-run-write.ts";
import { settleEndedChildren } from "./finish-work.ts";
import type { RunWork } from "./run-work.ts";

/** Does a request say in which order its attempts and runs are stored? */
export function hasOrder({ finished }: Pick<CompleteRequest, "finished">): boolean {
  return finished.some(({ after }) => after !== undefined);
}

/**
 * Stores what runs have recorded and how attempts have ended in the order in which it happened, because runs have known the
 * results of some of them since then.
 */
export function storeInOrder(
  work: RunWork,
  { finished, runs = [] }: Pick<CompleteRequest, "finished" | "runs">,
  missingWaitMs: number,
): Pick<CompleteResult, "lost" | "runs" | "misled"> {
  const misled = new Set<number>();
  const lost: number[] = [];
  const finish = (attempt: FinishedAttempt) => {
    const ended = misled.has(attempt.claimed.executionId) ? handedBack(attempt) : attempt;
    if (work.early.has(ended)) return;
    work.early.store();
    work.save();
    lost.push(...finishAttempts(work, [ended], missingWaitMs));
    settleEndedChildren(work);
    if (attempt.toldEarly !== true || isSettled(work, ended)) return;
    // The run has been told a result that is not the one of its operation.
    const parent = attempt.claimed.job.parent?.executionId;
    if (parent !== undefined) misled.add(parent);
  };
  const write = (one: RunWrite): RunWritten =>
    misled.has(one.executionId) ? refused(one.executionId) : applyRunWrite(work, one);
  const ends = finished.toSorted((a, b) => (a.after ?? 0) - (b.after ?? 0));
  const written: RunWritten[] = [];
  let next = 0;
  for (const [place, one] of runs.entries()) {
    for (let end = ends[next]; end !== undefined && (end.after ?? 0) <= place; end = ends[++next]) finish(end);
    written.push(write(one));
  }
  for (const end of ends.slice(next)) finish(end);
  work.early.store();
  return { lost, runs: written, misled: [...misled] };
}

/** An attempt as its worker hands it back: the run goes on over its journal. */
function handedBack(attempt: FinishedAttempt): FinishedAttempt {
  return { ...attempt, result: { kind: "released" } };
}

/** The worker carries a run no longer that has gone another way than its journal. */
function refused(executionId: number): RunWritten {
  return { executionId, owned: false, limit: null, near: null, children: {}, kept: {}, late: [] };
}

/** Is the latest result that a run has got the one of this child? */
function isSettled({ settled }: RunWork, { claimed: { job }, result }: FinishedAttempt): boolean {
  const last = settled.at(-1);
  const { parent } = job;
  return (
    result.kind === "completed" &&
    last !== undefined &&
    last.executionId === parent?.executionId &&
    last.number === parent.number
  );
}
