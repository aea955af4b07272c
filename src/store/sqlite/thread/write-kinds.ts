import type { LogEntry } from "../../../domain/execution.ts";
import type { Job, NewJob } from "../../../domain/job.ts";
import type { DirectExecutionEnd, NewDirectExecution } from "../../contract/executions.ts";
import type { AttemptReport, BulkResult, FinishedAttempt } from "../../contract/jobs.ts";
import { completeAndClaim, type StoreRequest, type StoreResult } from "../complete-and-claim.ts";
import { finishDirect, logDirect, startDirect } from "../direct-executions.ts";
import type { Tx } from "../group-commit.ts";
import { type BulkRequest, cancelJobs, type EndRequest, endUnfinished, retryJobs } from "../job-control.ts";
import { deleteJob } from "../job-delete.ts";
import { enqueueJobs } from "../job-enqueue.ts";
import { storeReport } from "../job-report.ts";
import { type RetentionRequest, type RetentionResult, retain } from "../retention-step.ts";
import type { WriteSettings } from "../write-settings.ts";

/** A write with many or large values: what it is about, item by item, and what the items have in common. */
interface WriteKind<Item, Rest, Result> {
  item: Item;
  rest: Rest;
  result: Result;
}

/** The writes that the store thread can do. Most have one item only. */
export interface WriteKinds {
  /** The result has the ids of new jobs, and existing jobs. */
  enqueue: WriteKind<NewJob, object, (number | Job)[]>;
  completeAndClaim: WriteKind<FinishedAttempt, Omit<StoreRequest, "finished">, StoreResult>;
  report: WriteKind<AttemptReport, object, null>;
  /** Cancels or kills a job. */
  endJob: WriteKind<EndRequest, object, Job>;
  deleteJob: WriteKind<number, object, null>;
  cancelMany: WriteKind<BulkRequest, object, BulkResult>;
  retryMany: WriteKind<BulkRequest, object, BulkResult>;
  startDirect: WriteKind<NewDirectExecution, object, number>;
  logDirect: WriteKind<readonly LogEntry[], { id: number; first: number }, null>;
  finishDirect: WriteKind<DirectExecutionEnd, object, boolean>;
  retain: WriteKind<RetentionRequest, object, RetentionResult>;
}

export type KindOfWrite = keyof WriteKinds;
export type ItemOf<K extends KindOfWrite> = WriteKinds[K]["item"];
export type RestOf<K extends KindOfWrite> = WriteKinds[K]["rest"];
export type ResultOf<K extends KindOfWrite> = WriteKinds[K]["result"];

/** On the thread, or where there is no thread, everything may be done at once. */
export const UNLIMITED = {
  mostDeletedBytes: Number.POSITIVE_INFINITY,
  mostCopiedBytes: Number.POSITIVE_INFINITY,
  mostChangedJobs: Number.POSITIVE_INFINITY,
};

type Perform<K extends KindOfWrite> = (
  tx: Tx,
  items: readonly ItemOf<K>[],
  rest: RestOf<K>,
  settings: WriteSettings,
) => ResultOf<K>;

/** How each write is done, on whichever thread. */
export const PERFORM: { readonly [K in KindOfWrite]: Perform<K> } = {
  enqueue: (tx, jobs) => enqueueJobs(tx, jobs).map(({ job, created }) => (created ? job.id : job)),
  completeAndClaim: (tx, finished, rest, settings) => completeAndClaim(tx, { ...rest, finished }, settings),
  endJob: (tx, items, _rest, { mostChangedJobs }) => endUnfinished(tx, only(items), mostChangedJobs),
  report: (tx, reports) => {
    for (const report of reports) storeReport(tx, report);
    return null;
  },
  deleteJob: (tx, ids, _rest, { mostDeletedBytes }) => {
    for (const id of ids) deleteJob(tx, id, mostDeletedBytes);
    return null;
  },
  cancelMany: (tx, items, _rest, { mostChangedJobs }) => cancelJobs(tx, only(items), mostChangedJobs),
  retryMany: (tx, items, _rest, { mostChangedJobs }) => retryJobs(tx, only(items), mostChangedJobs),
  startDirect: (tx, items) => startDirect(tx, only(items)),
  logDirect: (tx, items, { id, first }) => {
    logDirect(tx, id, first, only(items));
    return null;
  },
  finishDirect: (tx, items) => finishDirect(tx, only(items)),
  retain: (tx, items, _rest, { mostDeletedBytes }) => retain(tx, only(items), mostDeletedBytes),
};

function only<T>([item]: readonly T[]): T {
  if (item === undefined) throw new Error("a write has no item");
  return item;
}
