import { RatchetError } from "../../domain/errors.ts";
import type { Job, JobParent, NewJob } from "../../domain/job.ts";
import { readText, type ShareableText, utf8Length } from "../../domain/shared-text.ts";
import type { EnqueuedJob } from "../contract/jobs.ts";
import { GATES, gateAt } from "../policy/gates.ts";
import { formatLane, type Lane } from "../policy/lane.ts";
import { rankFrom } from "../policy/rank.ts";
import { boundText } from "./bound-text.ts";
import { UNREAD } from "./brief-text.ts";
import { chainJob } from "./chains/chain-jobs.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { insertRows } from "./insert-rows.ts";
import {
  DEFAULT_PRIORITY,
  hasSeldom,
  type JobFiring,
  type JobRow,
  jobColumns,
  jobFromRow,
  newJob,
  priorityLevel,
  REQUESTED_COLUMNS,
  requestedValues,
  SELDOM_COLUMNS,
  seldomValues,
  type TracedJob,
  WAITS_FOR_JOBS,
  withTrace,
} from "./job-rows.ts";
import { createLaneBook } from "./lanes.ts";
import { readStored, storedBytes } from "./text-places.ts";

/** A job that an operation of a run starts. */
export interface NewChild {
  job: NewJob;
  parent: JobParent;
  /** The lane in which it is parked until others of its map have ended. */
  lane?: string;
}

/** Creates the jobs of an operation inside a transaction. @returns their ids, which rise */
export function enqueueChildren(tx: Tx, children: readonly NewChild[]): number[] {
  const lanes = createWaitingLanes(tx);
  const waiting = children.map(({ job, parent, lane }): WaitingJob => {
    const traced = { ...withTrace(job, tx.now), parent };
    return { traced, lane: lane ?? lanes.of(job) };
  });
  const jobs = insertAll(tx, waiting, null);
  lanes.open();
  return jobs.map(({ id }) => id);
}

/** Lanes in which new jobs are parked at once, because earlier ones wait there for the same thing. */
function createWaitingLanes(tx: Tx): { of(job: NewJob): string | undefined; open(): void } {
  const book = createLaneBook(tx.sql, tx.now);
  const lanes = new Map<string, Lane>();
  return {
    of(job) {
      const user = { task_id: job.taskId, concurrency_key: job.concurrencyKey ?? null, rescues: 0 };
      const lane = (job.runAt ?? tx.now) > tx.now || job.after !== undefined ? undefined : book.parkedLane(user);
      if (lane === undefined) return undefined;
      const name = formatLane(lane);
      lanes.set(name, lane);
      return name;
    },
    open() {
      // No running job may be left to open the lane.
      for (const lane of lanes.values()) book.open(lane);
      book.save();
    },
  };
}

/** Creates a job that starts after others. @param before the jobs before it in its request */
function insertChained(tx: Tx, job: NewJob, before: readonly EnqueuedJob[]): Job {
  const batch = before.map(({ job: { id } }) => id);
  const traced: TracedJob = { ...withTrace(job, tx.now), batch };
  const [created] = insertAll(tx, [{ traced, lane: undefined }], null);
  if (created === undefined) throw new Error("no row was inserted");
  chainJob(tx, created.id, job, batch);
  return created;
}

/** Creates jobs inside a transaction, with rising ids. */
export function enqueueJobs(tx: Tx, jobs: readonly NewJob[], firing: JobFiring | null = null): EnqueuedJob[] {
  const lanes = createWaitingLanes(tx);
  const result: EnqueuedJob[] = [];
  let waiting: WaitingJob[] = [];
  const insertWaiting = () => {
    for (const job of insertAll(tx, waiting, firing)) result.push({ job, created: true });
    waiting = [];
  };
  for (const job of jobs) {
    if (job.idempotencyKey !== undefined || job.uniqueKey !== undefined || job.correlationKey !== undefined) {
      // The job with that key may be one of those before it.
      insertWaiting();
      const found = existing(tx, job);
      if (found !== undefined) {
        result.push(found);
        continue;
      }
    }
    if (job.after === undefined) waiting.push({ traced: withTrace(job, tx.now), lane: lanes.of(job) });
    else {
      insertWaiting();
      result.push({ job: insertChained(tx, job, result), created: true });
    }
  }
  insertWaiting();
  lanes.open();
  return result;
}

export function readByIdempotencyKey(sql: Sql, key: string): JobRow | undefined {
  return sql.get<JobRow>(`SELECT ${jobColumns(sql)} FROM jobs WHERE idempotency_key = ?`, key);
}

function existing(tx: Tx, job: NewJob): EnqueuedJob | undefined {
  if (job.idempotencyKey !== undefined) {
    const row = readByIdempotencyKey(tx.sql, job.idempotencyKey);
    if (row !== undefined) {
      if (
        row.task_id !== job.taskId ||
        (row.pinned === 1 ? null : row.version) !== (job.version ?? null) ||
        !(job.after?.givesInput === true || isSameInput(tx.sql, row, job.inputJson))
      ) {
        throw new RatchetError("CONFLICT", "The idempotency key was used for another request.", {
          data: { idempotencyKey: job.idempotencyKey, jobId: row.id },
          remedy: "Use a new key for each different request.",
        });
      }
      return { job: jobFromRow(row), created: false };
    }
  }
  if (job.uniqueKey !== undefined) {
    const row = tx.sql.get<JobRow>(
      `SELECT ${jobColumns(tx.sql)} FROM jobs
        WHERE task_id = ? AND unique_key = ? AND unique_key IS NOT NULL AND finished_at IS NULL`,
      job.taskId,
      job.uniqueKey,
    );
    if (row !== undefined) return { job: jobFromRow(row), created: false };
  }
  checkCorrelationKey(tx, { id: 0, task_id: job.taskId, correlation_key: job.correlationKey ?? null });
  return undefined;
}

/** A job that has or is to have a correlation key. A new one has the id 0. */
type Correlated = Pick<JobRow, "id" | "task_id" | "correlation_key">;

/** Another unfinished job of the same task with the same correlation key. */
export function correlationKeyHolder(sql: Sql, { id, task_id, correlation_key }: Correlated): number | undefined {
  const holder = sql.get<{ id: number }>(
    `SELECT id FROM jobs INDEXED BY jobs_correlation
      WHERE correlation_key = ? AND correlation_key IS NOT NULL AND task_id = ? AND finished_at IS NULL AND id <> ?`,
    correlation_key,
    task_id,
    id,
  );
  return holder?.id;
}

/** @throws {RatchetError} CONFLICT if another unfinished job of the task has the correlation key */
export function checkCorrelationKey({ sql }: Tx, job: Correlated): void {
  const holder = job.correlation_key === null ? undefined : correlationKeyHolder(sql, job);
  if (holder === undefined) return;
  throw new RatchetError("CONFLICT", "Another unfinished job of the task has the correlation key.", {
    data: { correlationKey: job.correlation_key, jobId: holder },
    remedy: "Wait for that job, cancel it, or use another key.",
  });
}

/** Texts that are longer than this together are not parsed, since everything else waits for the transaction. */
const LONGEST_READ = 128 * 1024;

/**
 * Whether a job has the given input, whatever the order of members. Large inputs have to be equal as texts: a caller
 * that has more time compares them first, and passes the text that is stored.
 */
function isSameInput(sql: Sql, row: JobRow, inputJson: ShareableText): boolean {
  const place = { of: "job", id: row.id } as const;
  const stored = row.input === UNREAD ? storedBytes(sql, place) : utf8Length(row.input);
  const given = utf8Length(inputJson);
  if (stored + given <= LONGEST_READ) {
    const text = row.input === UNREAD ? (readStored(sql, place) ?? "null") : row.input;
    return sameJson(text, readText(inputJson));
  }
  if (stored !== given) return false;
  const query = "SELECT input = CAST(? AS TEXT) AS same FROM job_inputs WHERE job_id = ?";
  return sql.get<{ same: number }>(query, boundText(inputJson), row.id)?.same === 1;
}

function sameJson(a: string, b: string): boolean {
  return a === b || Bun.deepEquals(JSON.parse(a), JSON.parse(b), true);
}

/** A job that is about to be inserted. */
interface WaitingJob {
  traced: TracedJob;
  lane: string | undefined;
}

function insertAll({ sql, now, counters, emit }: Tx, waiting: readonly WaitingJob[], firing: JobFiring | null): Job[] {
  // Most jobs have nothing in the other columns, and values cost time even if they are null.
  const isSeldom = waiting.some(({ traced }) => hasSeldom(traced));
  const columns = isSeldom ? [...REQUESTED_COLUMNS, ...SELDOM_COLUMNS] : REQUESTED_COLUMNS;
  const ids = insertRows(
    sql,
    `jobs (task_id, status, priority, run_at, rank, gate, lane, created_at, ${columns.join(", ")})`,
    `(?, 'queued', ?, ?, ?, ?, ?, ?${", ?".repeat(columns.length)})`,
    waiting.map(({ traced, lane }) => {
      const { job } = traced;
      const runAt = job.after === undefined ? (job.runAt ?? now) : WAITS_FOR_JOBS;
      const level = priorityLevel(job.priority ?? DEFAULT_PRIORITY);
      return [
        job.taskId,
        level,
        runAt,
        rankFrom(now, runAt, level),
        lane === undefined ? gateAt(runAt, now) : GATES.parked,
        lane ?? null,
        now,
        ...requestedValues(traced, firing),
        ...(isSeldom ? seldomValues(traced) : []),
      ];
    }),
  );
  const jobs = waiting.map(({ traced }, index) => newJob(ids[index] ?? 0, traced, firing, now));
  insertRows(
    sql,
    "job_inputs (job_id, input)",
    "(?, CAST(? AS TEXT))",
    jobs.map(({ id, inputJson }) => [id, boundText(inputJson)]),
  );
  for (const { id, taskId } of jobs) {
    counters.moveJob(taskId, undefined, "queued");
    emit({ type: "job.queued", time: now, taskId, jobId: id, ...firing });
  }
  return jobs;
}
