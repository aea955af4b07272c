import {
  JOB_PRIORITIES,
  type Job,
  type JobParent,
  type JobPriority,
  type JobStatus,
  type NewJob,
  type RunRequest,
  type StoredError,
} from "../../domain/job.ts";
import type { JsonValue } from "../../domain/json.ts";
import { formatJobTrace } from "../../domain/trace.ts";
import { LATEST_TIME_MS } from "../../lib/clock.ts";
import { newJobTrace } from "../../telemetry/tracing/new-job-trace.ts";
import type { Gate } from "../policy/gates.ts";
import { briefText } from "./brief-text.ts";
import { shownChain } from "./chains/shown-chain.ts";
import type { Sql, SqlValue } from "./connection.ts";
import { storedFork } from "./runs/stored-fork.ts";

/** A row of `jobs` as {@link jobColumns} gives it. */
export interface JobRow {
  id: number;
  task_id: number;
  version: string | null;
  status: JobStatus;
  priority: number;
  run_at: number;
  rank: number;
  retries: number;
  max_retries: number | null;
  rescues: number;
  claims: number;
  wakes: number;
  worker_id: string | null;
  schedule_id: number | null;
  scheduled_at: number | null;
  idempotency_key: string | null;
  unique_key: string | null;
  concurrency_key: string | null;
  correlation_key: string | null;
  run_id: number | null;
  request: RunRequest | null;
  pinned: number;
  parent: number | null;
  parent_number: number | null;
  parent_item: number | null;
  extra: string | null;
  tags: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  progress: string | null;
  error: string | null;
  trace_id: string | null;
  trace: string | null;
  /** {@link UNREAD} if it is long. */
  input: string;
  execution_id: number | null;
}

/** A row without the input, which can be large. It is enough for every decision about a job. */
export interface JobState extends Omit<JobRow, "input"> {
  gate: Gate | null;
  lane: string | null;
}

const STATE_COLUMNS = `id, task_id, version, status, priority, run_at, rank, retries, max_retries, rescues, claims,
  wakes, worker_id, schedule_id, scheduled_at, idempotency_key, unique_key, concurrency_key, correlation_key, run_id, request,
  pinned, parent, parent_number, parent_item, extra, tags, created_at, started_at, finished_at,
  progress, error, trace_id, trace`;
const inputColumn = (bytes: number): string =>
  `(SELECT ${briefText("input", bytes)} FROM job_inputs WHERE job_id = jobs.id) AS input`;
const EXECUTION_COLUMN = "(SELECT max(id) FROM executions WHERE executions.job_id = jobs.id) AS execution_id";

/** All columns of a job, with its input if it is brief. */
export function jobColumns({ inlineBytes }: Pick<Sql, "inlineBytes">): string {
  return `${STATE_COLUMNS}, ${inputColumn(inlineBytes)}, ${EXECUTION_COLUMN}`;
}

/** Up to this size inputs are read with the rows of a list, bytes: a thousand of them are 1 MB. */
const LISTED_BYTES = 1024;

/** The same for lists, where fewer inputs count as brief. */
export function listedJobColumns({ inlineBytes }: Pick<Sql, "inlineBytes">): string {
  return jobColumns({ inlineBytes: Math.min(inlineBytes, LISTED_BYTES) });
}

/** The columns of a {@link JobState}. */
export const JOB_STATE_COLUMNS = `${STATE_COLUMNS}, gate, lane, ${EXECUTION_COLUMN}`;

/** The same for a job that is being claimed, whose execution is not inserted yet. */
export function claimedColumns({ inlineBytes }: Pick<Sql, "inlineBytes">): string {
  return `${STATE_COLUMNS}, ${inputColumn(inlineBytes)}, NULL AS execution_id`;
}

export function priorityLevel(priority: JobPriority): number {
  return JOB_PRIORITIES.indexOf(priority);
}

export function priorityName(level: number): JobPriority {
  return JOB_PRIORITIES[level] ?? "normal";
}

/** Parses JSON text that this store wrote. */
export function parseStored(text: string | null): JsonValue {
  return text === null ? null : (JSON.parse(text) as JsonValue);
}

/** Parses an error that this store wrote. */
export function parseStoredError(text: string | null): StoredError | null {
  return text === null ? null : (JSON.parse(text) as StoredError);
}

/** Parses tags that this store wrote. */
export function parseTags(text: string | null): string[] {
  return text === null ? [] : (JSON.parse(text) as string[]);
}

/** The tags of a job or schedule, as they are stored. */
export function tagsText(tags: readonly string[] | undefined): string | null {
  return tags === undefined || tags.length === 0 ? null : JSON.stringify(tags);
}

export function jobFromRow(row: JobRow): Job {
  return {
    id: row.id,
    taskId: row.task_id,
    version: row.version,
    status: row.status,
    priority: priorityName(row.priority),
    inputJson: row.input,
    runAt: row.run_at === WAITS_FOR_JOBS ? row.created_at : row.run_at,
    attempts: row.claims - row.wakes,
    retries: row.retries,
    maxRetries: row.max_retries,
    rescues: row.rescues,
    idempotencyKey: row.idempotency_key,
    uniqueKey: row.unique_key,
    concurrencyKey: row.concurrency_key,
    tags: parseTags(row.tags),
    correlationKey: row.correlation_key,
    ...parseExtra(row.extra),
    parent: parentOf(row),
    runId: row.run_id,
    request: row.request,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
    progress: parseStored(row.progress),
    error: parseStoredError(row.error),
    executionId: row.execution_id,
    traceId: row.trace_id,
    trace: row.trace,
    workerId: row.worker_id,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

/** When a job is due that waits for others: never by itself. */
export const WAITS_FOR_JOBS = LATEST_TIME_MS;

/** The priority of a job that was created without one. */
export const DEFAULT_PRIORITY = "normal";

/** The firing for which a job is created. */
export interface JobFiring {
  scheduleId: number;
  /** ms since the epoch. */
  scheduledAt: number;
}

/** A job to be created, with what its row keeps of its trace. */
export interface TracedJob {
  job: NewJob;
  traceId: string;
  trace: string;
  /** @default none */
  parent?: JobParent | undefined;
  /** The jobs before it in its request. @default none are needed */
  batch?: readonly number[] | undefined;
}

/** Adds its trace to a job, which is a new one if nothing led to the job. */
export function withTrace(job: NewJob, now: number): TracedJob {
  const trace = job.trace ?? newJobTrace(undefined, now * 1_000);
  return { job, traceId: trace.traceId, trace: formatJobTrace(trace) };
}

/** Columns whose values come from the request or the firing, for INSERT. {@link requestedValues} returns the values. */
export const REQUESTED_COLUMNS = [
  "version",
  "max_retries",
  "schedule_id",
  "scheduled_at",
  "idempotency_key",
  "unique_key",
  "concurrency_key",
  "tags",
  "trace_id",
  "trace",
] as const;

/** Columns for what few jobs have, for INSERT. {@link seldomValues} returns the values. */
export const SELDOM_COLUMNS = ["correlation_key", "parent", "parent_number", "parent_item", "extra"] as const;

/** Whether a job needs the {@link SELDOM_COLUMNS}. Those of other jobs are null. */
export function hasSeldom({ job, parent }: TracedJob): boolean {
  return (
    parent !== undefined ||
    job.correlationKey !== undefined ||
    job.retry !== undefined ||
    job.stream !== undefined ||
    job.forkedFrom !== undefined ||
    job.after !== undefined
  );
}

/** The values of {@link SELDOM_COLUMNS} for a job to be created. */
export function seldomValues({ job, parent, batch }: TracedJob): SqlValue[] {
  const { retry, forkedFrom, stream } = job;
  const after = shownChain(job, batch) ?? undefined;
  const fork = storedFork(job);
  const members = [retry, forkedFrom, after, fork, stream];
  const isPlain = members.every((member) => member === undefined);
  const extra = isPlain ? null : JSON.stringify({ retry, forkedFrom, after, fork, stream });
  return [job.correlationKey ?? null, parent?.executionId ?? null, parent?.number ?? null, parent?.item ?? null, extra];
}

function parseExtra(text: string | null): Pick<Job, "retry" | "forkedFrom" | "after" | "stream"> {
  if (text === null) return { retry: null, forkedFrom: null, after: null, stream: null };
  const { retry = null, forkedFrom = null, after = null, stream = null } = JSON.parse(text) as Partial<Job>;
  return { retry, forkedFrom, after, stream };
}

function parentOf({ parent, parent_number, parent_item }: JobRow): JobParent | null {
  if (parent === null || parent_number === null) return null;
  return { executionId: parent, number: parent_number, item: parent_item };
}

/** The values of {@link REQUESTED_COLUMNS} for a job to be created. */
export function requestedValues({ job, traceId, trace }: TracedJob, firing: JobFiring | null): SqlValue[] {
  const values: Record<(typeof REQUESTED_COLUMNS)[number], SqlValue> = {
    version: job.version ?? null,
    max_retries: job.maxRetries ?? null,
    schedule_id: firing?.scheduleId ?? null,
    scheduled_at: firing?.scheduledAt ?? null,
    idempotency_key: job.idempotencyKey ?? null,
    unique_key: job.uniqueKey ?? null,
    concurrency_key: job.concurrencyKey ?? null,
    tags: tagsText(job.tags),
    trace_id: traceId,
    trace,
  };
  return REQUESTED_COLUMNS.map((column) => values[column]);
}

/** The job that was just inserted, without reading it back. */
export function newJob(id: number, traced: TracedJob, firing: JobFiring | null, now: number): Job {
  const { job, traceId, trace, parent = null, batch } = traced;
  return {
    id,
    taskId: job.taskId,
    version: job.version ?? null,
    status: "queued",
    priority: job.priority ?? DEFAULT_PRIORITY,
    inputJson: job.inputJson,
    runAt: job.runAt ?? now,
    attempts: 0,
    retries: 0,
    maxRetries: job.maxRetries ?? null,
    rescues: 0,
    idempotencyKey: job.idempotencyKey ?? null,
    uniqueKey: job.uniqueKey ?? null,
    concurrencyKey: job.concurrencyKey ?? null,
    tags: job.tags ?? [],
    correlationKey: job.correlationKey ?? null,
    retry: job.retry ?? null,
    stream: job.stream ?? null,
    forkedFrom: job.forkedFrom ?? null,
    after: shownChain(job, batch),
    parent,
    runId: null,
    request: null,
    scheduleId: firing?.scheduleId ?? null,
    scheduledAt: firing?.scheduledAt ?? null,
    progress: null,
    error: null,
    executionId: null,
    traceId,
    trace,
    workerId: null,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
  };
}
