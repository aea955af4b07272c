import { RatchetError } from "../../domain/errors.ts";
import type { Job, NewJob } from "../../domain/job.ts";
import { noJob } from "../../domain/not-found.ts";
import { newJobTrace } from "../../telemetry/tracing/new-job-trace.ts";
import type { CompleteRequest, CompleteResult, EnqueuedJob, JobStore } from "../contract/jobs.ts";
import { UNREAD } from "./brief-text.ts";
import type { Sql } from "./connection.ts";
import { EXECUTION_COLUMNS, type ExecutionRow, executionFromRow } from "./execution-rows.ts";
import type { Tx } from "./group-commit.ts";
import { changeJob } from "./job-change.ts";
import { type EndRequest, readJob, retryJob } from "./job-control.ts";
import { enqueueJobs, readByIdempotencyKey } from "./job-enqueue.ts";
import { explainJob } from "./job-explain.ts";
import { countJobs, firstJobs, listJobs, readJobs } from "./job-list.ts";
import { pauseJob, resumeJob } from "./job-pause.ts";
import { type JobRow, jobFromRow, newJob, withTrace } from "./job-rows.ts";
import type { EarlyStarts } from "./runs/early-start.ts";
import { readOutputs } from "./runs/run-store.ts";
import type { StoreWrites } from "./store-writes.ts";
import type { StoredTexts } from "./stored-texts.ts";
import { readInputs } from "./unread-texts.ts";
import { attemptWeight, jobWeight, reportWeight, runWeight, totalWeight } from "./write-weight.ts";
import type { Writer } from "./writer.ts";

/** What a {@link JobStore} over SQLite needs. */
export interface JobStoreOptions {
  sql: Sql;
  writer: Writer;
  writes: StoreWrites;
  texts: StoredTexts;
  early: EarlyStarts;
  now: () => number;
  missingWaitMs: number;
}

/** Jobs over SQLite. */
export function createJobStore(options: JobStoreOptions): JobStore {
  const { sql, writer, writes, texts, now, missingWaitMs } = options;
  const withInput = async (row: JobRow | undefined): Promise<Job | undefined> => {
    if (row === undefined) return undefined;
    const [job] = await readInputs(texts, [jobFromRow(row)]);
    return job;
  };
  const end = async (request: EndRequest): Promise<Job> => {
    const [job] = await readInputs(texts, [await writes.run("endJob", [request], {}, 0)]);
    if (job === undefined) throw noJob(request.id);
    return job;
  };
  const change = async (id: number, work: (tx: Tx) => Job): Promise<Job> => {
    const [job] = await readInputs(texts, [await writer.write(work)]);
    if (job === undefined) throw noJob(id);
    return job;
  };
  return {
    enqueue: (jobs) => enqueue(options, jobs),
    byIdempotencyKey: async (key) => withInput(readByIdempotencyKey(sql, key)),
    get: async (id) => withInput(readJob({ sql }, id)),
    getMany: async (ids) => readInputs(texts, readJobs(sql, ids)),
    async firstOf(ids, maxBytes) {
      const { jobs, taken } = firstJobs(sql, ids, maxBytes);
      return { jobs: await readInputs(texts, jobs), taken };
    },
    async list(filter, request) {
      const { items, nextCursor } = listJobs(sql, filter, request);
      return { items: await readInputs(texts, items), nextCursor };
    },
    count: async (filter) => countJobs(sql, filter),
    startEarly: options.early.start,
    completeAndClaim: (request) => completeAndClaim(options, request),
    async report(reports) {
      await writes.run("report", reports, {}, totalWeight(reports, reportWeight));
    },
    cancel: (id) => end({ id }),
    kill: (id) => end({ id, isKilled: true }),
    pause: (id) => change(id, (tx) => pauseJob(tx, id)),
    resume: (id, version) => change(id, (tx) => resumeJob(tx, id, version)),
    retry: (id) => change(id, (tx) => retryJob(tx, id)),
    change: (id, changes) => change(id, (tx) => changeJob(tx, id, changes)),
    async delete(id) {
      await writes.run("deleteJob", [id], {}, 0);
    },
    cancelMany: (filter, step) => writes.run("cancelMany", [{ filter, step }], {}, 0),
    retryMany: (filter, step) => writes.run("retryMany", [{ filter, step }], {}, 0),
    explain: async (id) => explainJob({ sql, now: now() }, id, missingWaitMs),
    async executions(id) {
      const query = `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE job_id = ? AND job_id IS NOT NULL ORDER BY id`;
      return sql.all<ExecutionRow>(query, id).map(executionFromRow);
    },
  };
}

const idOf = (found: number | Job): number => (typeof found === "number" ? found : found.id);

async function enqueue(options: JobStoreOptions, jobs: readonly NewJob[]): Promise<EnqueuedJob[]> {
  const { writer, writes, texts } = options;
  const weight = totalWeight(jobs, jobWeight);
  if (!writes.isHeavy(weight)) {
    const enqueued = await writer.write((tx) => enqueueJobs(tx, jobs), weight);
    return withInputs(texts, enqueued, jobs);
  }
  // Both threads have to know the traces.
  const traced = jobs.map((job) =>
    job.trace === undefined ? { ...job, trace: newJobTrace(undefined, options.now() * 1_000) } : job,
  );
  const { result, now } = await writes.runHeavy("enqueue", traced, {});
  const enqueued = traced.map((job, index): EnqueuedJob => {
    const found = result[index];
    if (found === undefined) throw new RatchetError("INTERNAL", "The database created fewer jobs than requested.");
    if (typeof found !== "number") return { job: found, created: false };
    const batch = job.after === undefined ? undefined : result.slice(0, index).map(idOf);
    return { job: newJob(found, { ...withTrace(job, now), batch }, null, now), created: true };
  });
  return withInputs(texts, enqueued, jobs);
}

/** Reads the inputs of jobs that existed before. */
async function withInputs(
  texts: StoredTexts,
  enqueued: EnqueuedJob[],
  requested: readonly NewJob[],
): Promise<EnqueuedJob[]> {
  if (enqueued.every(({ job }) => job.inputJson !== UNREAD)) return enqueued;
  await readInputs(
    texts,
    enqueued.map(({ job }) => job),
  );
  // Deleted in the meantime: what was requested is as good.
  for (const [index, { job }] of enqueued.entries()) {
    if (job.inputJson === UNREAD) job.inputJson = requested[index]?.inputJson ?? "null";
  }
  return enqueued;
}

async function completeAndClaim(
  { writes, texts, early }: JobStoreOptions,
  { workerId, capacity, finished, runs = [] }: CompleteRequest,
): Promise<CompleteResult> {
  const weight = totalWeight(finished, attemptWeight) + totalWeight(runs, runWeight);
  const rest = { workerId, capacity, runs, reserve: early.wanted({ runs }) };
  const { reserved, ...result } = await writes.run("completeAndClaim", finished, rest, weight);
  if (reserved !== undefined) early.reserved(reserved);
  const { claimed, settled } = result;
  if (settled.length > 0) await readOutputs(texts, settled);
  // A claimed job can't be deleted.
  if (claimed.some(({ job }) => job.inputJson === UNREAD)) {
    await readInputs(
      texts,
      claimed.map(({ job }) => job),
    );
  }
  return result;
}
