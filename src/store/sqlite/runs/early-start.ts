import type { NewJob } from "../../../domain/job.ts";
import { newExecutionTrace } from "../../../telemetry/tracing/new-execution-trace.ts";
import type { EventStore } from "../../contract/events.ts";
import type { ClaimedJob, CompleteRequest, EarlyChild } from "../../contract/jobs.ts";
import { lanesOf } from "../../policy/lane.ts";
import { createBriefMemo } from "../brief-memo.ts";
import type { Sql } from "../connection.ts";
import { newJob, withTrace } from "../job-rows.ts";
import { createLaneBook } from "../lanes.ts";
import type { ReservedIds } from "./reserve-ids.ts";

/** Claims the children of calls before they are stored. */
export interface EarlyStarts {
  /** @returns undefined if something may keep the job from starting, or if it has no ids to give */
  start(child: EarlyChild): ClaimedJob | undefined;
  /** How many ids the next transaction should reserve; 0 for none. */
  wanted(request: Pick<CompleteRequest, "runs">): number;
  /** Ids that were reserved. */
  reserved(ids: ReservedIds): void;
}

/** What {@link createEarlyStarts} needs. */
export interface EarlyStartOptions {
  sql: Sql;
  events: Pick<EventStore, "subscribe">;
  now: () => number;
  missingWaitMs: number;
}

/** How many ids are reserved at first, and at most. Those that are not used leave a gap, so few are kept unless many are used. */
const FEWEST = 4;
const MOST = 128;

export function createEarlyStarts(options: EarlyStartOptions): EarlyStarts {
  const { sql, events, now, missingWaitMs } = options;
  const ranges: ReservedIds[] = [];
  /** Whether something keeps the jobs of a task from starting. */
  const free = createBriefMemo<string, boolean>();
  let used = 0;
  events.subscribe((published) => {
    // Whatever is not about a job may be a pause, a limit or a task that is gone.
    if (published.some(({ type }) => !type.startsWith("job.") && !type.startsWith("execution."))) free.clear();
  });

  function isFree(job: NewJob, at: number): boolean {
    const { taskId } = job;
    const version = job.version ?? null;
    return free.get(`${taskId} ${version}`, () => canStart(sql, { taskId, version, now: at, missingWaitMs }));
  }

  return {
    start({ workerId, job, parent }) {
      const at = now();
      const [ids] = ranges;
      if (ids === undefined || hasConditions(job) || !isFree(job, at)) return undefined;
      const { job: id, execution: executionId } = ids;
      ids.job += 1;
      ids.execution += 1;
      ids.count -= 1;
      if (ids.count === 0) ranges.shift();
      used += 1;
      const traced = { ...withTrace(job, at), parent };
      const created = newJob(id, traced, null, at);
      const trace = newExecutionTrace(traced.traceId);
      const claimed = { ...created, status: "processing", attempts: 1, executionId, workerId, startedAt: at } as const;
      return { job: claimed, claim: 1, executionId, logsStored: 0, trace, waitedFrom: at };
    },
    wanted({ runs = [] }) {
      const left = ranges.reduce((sum, { count }) => sum + count, 0);
      if (left >= Math.max(1, used) || !runs.some(({ changes }) => changes.some(isEarly))) return 0;
      const wanted = Math.min(Math.max(FEWEST, 2 * used), MOST);
      used = 0;
      return wanted;
    },
    reserved: (ids) => void ranges.push(ids),
  };
}

const isEarly = (change: NonNullable<CompleteRequest["runs"]>[number]["changes"][number]): boolean =>
  change.type === "open" && change.early === true;

/** Whether a job says itself when it may start, or is bound to others. */
function hasConditions(job: NewJob): boolean {
  const { runAt, after, concurrencyKey, correlationKey, forkedFrom, journal, stream } = job;
  return [runAt, after, concurrencyKey, correlationKey, forkedFrom, journal, stream].some(
    (value) => value !== undefined,
  );
}

/** Whether neither a pause nor a limit nor a missing task is there that a new job of the task would have to heed. */
function canStart(
  sql: Sql,
  {
    taskId,
    version,
    now,
    missingWaitMs,
  }: { taskId: number; version: string | null; now: number; missingWaitMs: number },
): boolean {
  if (sql.get("SELECT 1 AS paused FROM pauses WHERE scope = 'all'") !== undefined) return false;
  const book = createLaneBook(sql, now, missingWaitMs);
  const user = { task_id: taskId, concurrency_key: null, rescues: 0 };
  if (book.parkedLane(user) !== undefined) return false;
  if (book.blockOf({ ...user, version, run_at: now }) !== undefined) return false;
  return lanesOf(user).every((lane) => {
    const { limits } = book.state(lane);
    return limits.concurrency === null && limits.rate === null;
  });
}
