import { RatchetError } from "../../domain/errors.ts";
import { JOB_STATUSES, type Job, type JobStatus } from "../../domain/job.ts";
import type { JobFilter } from "../contract/jobs.ts";
import type { Page, PageRequest } from "../contract/page.ts";
import type { Sql } from "./connection.ts";
import { areFew } from "./few-rows.ts";
import { hasMemberConditions, memberConditions, memberIndex, type TagLookup, tagLookup } from "./job-conditions.ts";
import { type JobRow, jobFromRow, listedJobColumns } from "./job-rows.ts";
import { type Branch, byCreation, type Predicate, readPage } from "./keyset.ts";
import { addLabels, counted } from "./label-conditions.ts";

/**
 * A status that is safe to put into SQL. It stands in the text of the statement, because SQLite uses an index for one
 * status only if it sees that status when it prepares the statement.
 */
function known(status: JobStatus): JobStatus {
  if (JOB_STATUSES.includes(status)) return status;
  throw new RatchetError("USAGE", `There is no job status "${status}".`, {
    remedy: `Use one of ${JOB_STATUSES.join(", ")}.`,
  });
}

/** The conditions of a filter with at most one status. */
export function jobPredicate(filter: JobFilter, lookup?: TagLookup): Predicate {
  const parts: string[] = [];
  const values: Predicate["values"] = [];
  const add = (part: string, value: number | string) => {
    parts.push(part);
    values.push(value);
  };
  if (filter.scheduleId !== undefined) add("schedule_id IS NOT NULL AND schedule_id = ?", filter.scheduleId);
  if (filter.taskId !== undefined) add("task_id = ?", filter.taskId);
  const status = filter.status?.[0];
  if (status !== undefined) parts.push(`status = '${known(status)}'`);
  const members = memberConditions(filter, lookup);
  if (members.where !== "") {
    parts.push(members.where);
    values.push(...members.values);
  }
  addLabels(parts, values, filter.labels);
  if (filter.createdFrom !== undefined) add("created_at >= ?", filter.createdFrom);
  if (filter.createdTo !== undefined) add("created_at < ?", filter.createdTo);
  return { where: parts.length === 0 ? "TRUE" : parts.join(" AND "), values };
}

const isByTime = (filter: JobFilter): boolean => filter.createdFrom !== undefined || filter.createdTo !== undefined;

/** The indexes on task and schedule have the status before the id. Without a status each status becomes a branch. */
function branchStatuses(filter: JobFilter): readonly JobStatus[] | undefined {
  const { status, taskId, scheduleId } = filter;
  if (status !== undefined) return [...new Set(status)];
  return taskId === undefined && scheduleId === undefined ? undefined : JOB_STATUSES;
}

function branches(filter: JobFilter, lookup?: TagLookup): Branch[] {
  const index = memberIndex(filter);
  const statuses = branchStatuses(filter);
  const found: Branch[] =
    statuses === undefined
      ? [jobPredicate(filter, lookup)]
      : statuses.map((status) => jobPredicate({ ...filter, status: [status] }, lookup));
  return index === undefined ? found : found.map((branch) => ({ ...branch, few: index }));
}

/** A list bounded by time is read along the index on time, unless so few jobs match that sorting them costs less. */
function timedBranches(sql: Sql, filter: JobFilter): Branch[] {
  const { createdFrom: _from, createdTo: _to, ...timeless } = filter;
  const index = memberIndex(filter);
  const lookup = tagLookup(sql, filter);
  // Jobs with a rare tag are read and sorted: along the index on time they might come last.
  if (filter.tag !== undefined && lookup === "all of them") {
    return branches(filter).map(({ where, values }) => ({ where, values, few: "" }));
  }
  return branches(filter, lookup).map(({ where, values }, at) => {
    const branch = { where, values };
    const own = branches(timeless)[at];
    if (own !== undefined && index !== undefined)
      return areFew(sql, "jobs", index, own) ? { ...branch, few: index } : branch;
    const status = branchStatuses(filter)?.[at];
    if (own === undefined || status === undefined) return branch;
    const ordered =
      filter.scheduleId !== undefined
        ? "jobs_schedule"
        : filter.taskId !== undefined && status !== "processing"
          ? `jobs_task_${status}`
          : `jobs_${status}`;
    return areFew(sql, "jobs", ordered, own) ? { ...branch, few: ordered } : branch;
  });
}

/** One page of jobs. Long inputs are not read. */
export function listJobs(sql: Sql, filter: JobFilter, request: PageRequest): Page<Job> {
  const page = readPage<JobRow>(
    sql,
    {
      table: "jobs",
      columns: listedJobColumns(sql),
      branches: isByTime(filter) ? timedBranches(sql, filter) : branches(filter, tagLookup(sql, filter)),
      key: isByTime(filter) ? byCreation("jobs") : undefined,
      bytes: "(SELECT octet_length(input) FROM job_inputs WHERE job_id = jobs.id)",
    },
    request,
  );
  return { items: page.items.map(jobFromRow), nextCursor: page.nextCursor };
}

/**
 * The first of the jobs with these ids, as many as have inputs of `maxBytes` together, but at least one. Long inputs are
 * not read.
 */
export function firstJobs(sql: Sql, ids: readonly number[], maxBytes: number): { jobs: Job[]; taken: number } {
  const sizes = sql.all<{ id: number; size: number }>(
    `SELECT job_id AS id, octet_length(input) AS size FROM job_inputs
      WHERE job_id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );
  const sizeOf = new Map(sizes.map(({ id, size }) => [id, size]));
  let bytes = 0;
  const over = ids.findIndex((id, at) => {
    bytes += sizeOf.get(id) ?? 0;
    return at > 0 && bytes > maxBytes;
  });
  const taken = over === -1 ? ids.length : over;
  return { jobs: readJobs(sql, ids.slice(0, taken)), taken };
}

/** Jobs in the order of their ids. Long inputs are not read. */
export function readJobs(sql: Sql, ids: readonly number[]): Job[] {
  const query = `SELECT ${listedJobColumns(sql)} FROM jobs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`;
  return sql.all<JobRow>(query, JSON.stringify(ids)).map(jobFromRow);
}

/** Number of jobs that match. */
export function countJobs(sql: Sql, filter: JobFilter): number {
  if (filter.scheduleId === undefined && !isByTime(filter) && !hasMemberConditions(filter)) {
    const statuses = filter.status ?? JOB_STATUSES;
    const tasks = counted(filter);
    const row = sql.get<{ n: number | null }>(
      `SELECT sum(count) AS n FROM counters
        WHERE kind = 'job' AND status IN (SELECT value FROM json_each(?))${tasks.where}`,
      JSON.stringify(statuses),
      ...tasks.values,
    );
    return row?.n ?? 0;
  }
  return branches(filter)
    .map(
      ({ where, values, few }) =>
        sql.get<{ n: number }>(
          `SELECT count(*) AS n FROM jobs ${few === undefined ? "" : `INDEXED BY ${few}`} WHERE ${where}`,
          ...values,
        )?.n ?? 0,
    )
    .reduce((sum, n) => sum + n, 0);
}
