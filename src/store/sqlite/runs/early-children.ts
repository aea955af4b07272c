import type { CompleteRequest, FinishedAttempt } from "../../contract/jobs.ts";
import type { NewOperation, StartedChild } from "../../contract/runs.ts";
import type { Tx } from "../group-commit.ts";
import { isPlain, type PlainAttempt } from "../plain-attempt.ts";
import { type EarlyRow, insertEarlyRows } from "./early-rows.ts";
import { recordEarly } from "./record-early.ts";

/**
 * Children that have run before they were stored. Most have ended by then, and are stored as they ended: one row in each table,
 * which nothing changes any more.
 */
export interface EarlyChildren {
  /** Stores the operation and its child with the next {@link EarlyChildren.store}. */
  add(call: EarlyCall): void;
  /** Stores what was added, if this execution is among it. To be called before the execution changes anything. */
  storeFor(executionId: number): void;
  /** Has this attempt ended a child that was added? Then it is stored with the child. */
  has(attempt: FinishedAttempt): boolean;
  /** Stores what was added. To be called before anything that has to come after it. */
  store(): void;
}

/** A call whose child runs already. */
export interface EarlyCall {
  /** The execution of the run that calls. */
  executionId: number;
  operation: NewOperation;
  started: StartedChild;
  /** What that run has recorded. */
  counts: { operations: number; results: number; bytes: number } | undefined;
}

/** @param request may have the ends of children that it also starts */
export function createEarlyChildren(tx: Tx, { finished, runs = [] }: Partial<CompleteRequest>): EarlyChildren {
  const ends = endsOf(finished ?? [], runs);
  const added = new Set<FinishedAttempt>();
  let waiting: EarlyRow[] = [];
  function store(): void {
    if (waiting.length === 0) return;
    const rows = waiting;
    waiting = [];
    insertEarlyRows(tx, rows);
    recordEarly(tx, rows);
  }
  return {
    store,
    storeFor(executionId) {
      if (waiting.some(({ started }) => started.executionId === executionId)) store();
    },
    add({ executionId, operation, started, counts }) {
      const end = ends.get(started.executionId);
      if (end !== undefined) added.add(end);
      let position: number | null = null;
      if (counts !== undefined) {
        counts.operations = Math.max(counts.operations, operation.number);
        counts.bytes += Buffer.byteLength(operation.request);
        if (end !== undefined) position = counts.results += 1;
      }
      waiting.push({ parentId: executionId, operation, started, end, position });
    },
    has: (attempt) => added.has(attempt),
  };
}

/** The ends of children that were told early and leave nothing but an output, by their executions. */
function endsOf(
  finished: readonly FinishedAttempt[],
  runs: NonNullable<CompleteRequest["runs"]>,
): ReadonlyMap<number, PlainAttempt> {
  const ends = new Map<number, PlainAttempt>();
  for (const attempt of finished) {
    if (attempt.toldEarly === true && isPlain(attempt)) ends.set(attempt.claimed.executionId, attempt);
  }
  // What such a run has recorded has to be stored before it ends.
  for (const { executionId } of runs) ends.delete(executionId);
  return ends;
}
