import type { CompleteRequest } from "../../contract/jobs.ts";
import type { LaneUser } from "../../policy/lane.ts";
import type { Tx } from "../group-commit.ts";
import { TooHeavy } from "../too-heavy.ts";
import { createEarlyChildren, type EarlyChildren } from "./early-children.ts";

/** An operation that has got a result. */
export interface SettledOperation {
  executionId: number;
  number: number;
}

/** A job that has ended and was started by a run. */
export interface EndedChild {
  jobId: number;
  parent: number;
  number: number;
  ok: boolean;
  /** It had not been let start yet, because enough others of its map had. */
  wasParked: boolean;
}

/** How much a run has recorded. */
export interface RunCounts {
  jobId: number;
  /** The highest number of an operation. */
  operations: number;
  results: number;
  bytes: number;
  items: number;
}

/** What one piece of work does to runs. The counts of each run are read once, and written at the end. */
export interface RunWork {
  readonly tx: Tx;
  readonly workerId: string | undefined;
  readonly early: EarlyChildren;
  /** @throws {TooHeavy} if so many jobs may not be cancelled at once */
  checkCancelled(jobs: number): void;
  /** In the order of their results. */
  readonly settled: SettledOperation[];
  /** Waits for which a signal was kept. */
  readonly signalled: SettledOperation[];
  /** Children whose end has still to be told to their parents. */
  readonly endedChildren: EndedChild[];
  /** Executions with a run that have ended. What they have open has still to be cancelled. */
  readonly endedRuns: number[];
  /** Jobs that have ended or were moved, so that their lanes may have room. */
  readonly freed: LaneUser[];
  /** @returns undefined if the execution has no run. The caller may change the counts */
  counts(executionId: number): RunCounts | undefined;
  /** Writes the counts. */
  save(): void;
}

/** Whom a {@link RunWork} is done for. */
export interface RunWorkOptions {
  /** The worker that is told about its own runs. @default none: there is an event for every run that is carried */
  workerId?: string;
  /** The most jobs that one run may cancel. @default any number */
  mostCancelled?: number;
  /** What is stored, which may have the ends of children that it also starts. @default nothing */
  request?: Pick<CompleteRequest, "finished" | "runs">;
}

export function createRunWork(tx: Tx, options: RunWorkOptions = {}): RunWork {
  const { workerId, mostCancelled = Number.POSITIVE_INFINITY, request = { finished: [] } } = options;
  const runs = new Map<number, { counts: RunCounts; before: string }>();
  return {
    tx,
    workerId,
    early: createEarlyChildren(tx, request),
    checkCancelled(jobs) {
      if (jobs > mostCancelled) throw new TooHeavy();
    },
    settled: [],
    signalled: [],
    endedChildren: [],
    endedRuns: [],
    freed: [],
    counts(executionId) {
      const known = runs.get(executionId);
      if (known !== undefined) return known.counts;
      const counts = tx.sql.get<RunCounts>(
        "SELECT job_id AS jobId, operations, results, bytes, items FROM runs WHERE execution_id = ?",
        executionId,
      );
      if (counts !== undefined) runs.set(executionId, { counts, before: textOf(counts) });
      return counts;
    },
    save() {
      for (const [executionId, run] of runs) {
        const { counts } = run;
        const text = textOf(counts);
        if (text === run.before) continue;
        run.before = text;
        const { operations, results, bytes, items } = counts;
        tx.sql.run(
          `UPDATE runs SET operations = ?, results = ?, bytes = ?, items = ?, progressed = 1 WHERE execution_id = ?`,
          operations,
          results,
          Math.max(0, bytes),
          items,
          executionId,
        );
      }
    },
  };
}

const textOf = ({ operations, results, bytes, items }: RunCounts): string =>
  `${operations} ${results} ${bytes} ${items}`;
