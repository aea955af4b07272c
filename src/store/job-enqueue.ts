import { RatchetError } from "../domain/errors.ts";
import type { Job, NewJob } from "../domain/job.ts";
import type { EnqueuedJob } from "./contract/jobs.ts";
import { JOB_COLUMNS, type JobRow, jobFromRow, priorityLevel, rankOf } from "./job-rows.ts";
import { createLaneBook, type LaneBook } from "./lanes.ts";
import type { Tx } from "./writer.ts";

/** Makes jobs inside a transaction. */
export function enqueueJobs(tx: Tx, jobs: readonly NewJob[], scheduleId: number | null = null): EnqueuedJob[] {
  const book = createLaneBook(tx.sql, tx.now);
  const lanes = new Set<string>();
  const result = jobs.map(
    (job) => existing(tx, job) ?? { job: insert(tx, book, lanes, job, scheduleId), created: true },
  );
  // A lane may have been left with nobody in it who would open it.
  for (const lane of lanes) book.open(lane);
  book.save();
  return result;
}

function existing(tx: Tx, job: NewJob): EnqueuedJob | undefined {
  if (job.idempotencyKey !== undefined) {
    const row = tx.sql.get<JobRow>(`SELECT ${JOB_COLUMNS} FROM jobs WHERE idempotency_key = ?`, job.idempotencyKey);
    if (row !== undefined) {
      if (row.task_id !== job.taskId || row.version !== (job.version ?? null) || !sameJson(row.input, job.inputJson)) {
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
      `SELECT ${JOB_COLUMNS} FROM jobs WHERE task_id = ? AND unique_key = ? AND unique_key IS NOT NULL
          AND status IN ('queued', 'processing', 'retrying')`,
      job.taskId,
      job.uniqueKey,
    );
    if (row !== undefined) return { job: jobFromRow(row), created: false };
  }
  return undefined;
}

/** Whether two JSON texts say the same; the order of members says nothing. */
function sameJson(a: string, b: string): boolean {
  return a === b || Bun.deepEquals(JSON.parse(a), JSON.parse(b), true);
}

function insert(tx: Tx, book: LaneBook, lanes: Set<string>, job: NewJob, scheduleId: number | null): Job {
  const { sql, now } = tx;
  const runAt = job.runAt ?? now;
  const priority = job.priority ?? "normal";
  const level = priorityLevel(priority);
  const maxRetries = job.maxRetries ?? null;
  const key = job.concurrencyKey ?? null;
  // A time in the past does not jump the line: waiting counts from now.
  const rank = rankOf(Math.max(runAt, now), level);
  const lane = runAt > now ? undefined : book.parkedLane({ task_id: job.taskId, concurrency_key: key, rescues: 0 });
  if (lane !== undefined) lanes.add(lane);
  const { id } = sql.run(
    `INSERT INTO jobs (task_id, version, status, priority, run_at, rank, gate, lane, max_retries, schedule_id,
       idempotency_key, unique_key, concurrency_key, created_at)
     VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    job.taskId,
    job.version ?? null,
    level,
    runAt,
    rank,
    runAt > now ? 1 : lane === undefined ? 0 : 2,
    lane ?? null,
    maxRetries,
    scheduleId,
    job.idempotencyKey ?? null,
    job.uniqueKey ?? null,
    key,
    now,
  );
  sql.run("INSERT INTO job_inputs (job_id, input) VALUES (?, ?)", id, job.inputJson);
  tx.counters.move("job", job.taskId, undefined, "queued");
  tx.emit({ type: "job.queued", time: now, taskId: job.taskId, jobId: id, scheduleId });
  return {
    id,
    taskId: job.taskId,
    version: job.version ?? null,
    status: "queued",
    priority,
    inputJson: job.inputJson,
    runAt,
    attempts: 0,
    maxRetries,
    rescues: 0,
    idempotencyKey: job.idempotencyKey ?? null,
    uniqueKey: job.uniqueKey ?? null,
    concurrencyKey: key,
    scheduleId,
    progress: null,
    error: null,
    executionId: null,
    workerId: null,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
  };
}
