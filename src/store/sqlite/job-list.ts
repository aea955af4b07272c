import { JOB_STATUSES, type Job, type JobStatus } from "../../domain/job.ts";
import { defined } from "../../lib/defined.ts";
import type { JobFilter } from "../contract/jobs.ts";
import type { Page, PageRequest } from "../contract/page.ts";
import type { Sql } from "./connection.ts";
import { hasMemberConditions, jobArms, known, memberConditions } from "./job-conditions.ts";
import { DEFAULT_PRIORITY, type JobRow, jobFromRow, listedJobColumns } from "./job-rows.ts";
import { type Branch, branchSource, byCreation, readPage } from "./keyset.ts";
import { addLabels, counted } from "./label-conditions.ts";
import { chooseBranch, eachTask } from "./list-branches.ts";
import type { Predicate } from "./predicate.ts";

/** The conditions of a filter with at most one status. */
export function jobPredicate(filter: JobFilter): Predicate {
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
  const members = memberConditions(filter);
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

/**
 * The indexes on task and schedule have the status before the id. Without a status each status becomes a branch. Jobs of
 * the usual priority are found among those of each status.
 */
function branchStatuses(filter: JobFilter): readonly JobStatus[] | undefined {
  const { status, taskId, scheduleId, priority } = filter;
  if (status !== undefined) return [...new Set(status)];
  const isByStatus = taskId !== undefined || scheduleId !== undefined || priority === DEFAULT_PRIORITY;
  return isByStatus ? JOB_STATUSES : undefined;
}

/** The jobs to read, by the indexes that lead to the fewest. A list bounded by time is sorted by it. */
export function jobBranches(sql: Sql, filter: JobFilter, order: "id" | "time"): Branch[] {
  const { createdFrom, createdTo } = filter;
  const period = defined({ createdFrom, createdTo });
  const time = isByTime(filter) ? { source: "jobs INDEXED BY jobs_created", ...jobPredicate(period) } : undefined;
  return eachTask(sql, filter)
    .flatMap((one) => branchStatuses(one)?.map((status) => ({ ...one, status: [status] })) ?? [one])
    .map((one) =>
      chooseBranch(sql, {
        arms: jobArms(one),
        whole: jobPredicate(one),
        rest: jobPredicate({ ...period, ...defined({ labels: one.labels }) }),
        time,
        order,
      }),
    );
}

/** One page of jobs. Long inputs are not read. */
export function listJobs(sql: Sql, filter: JobFilter, request: PageRequest): Page<Job> {
  const page = readPage<JobRow>(
    sql,
    {
      table: "jobs",
      columns: listedJobColumns(sql),
      branches: jobBranches(sql, filter, isByTime(filter) ? "time" : "id"),
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
  return jobBranches(sql, filter, "id")
    .map((one) => {
      const { text, values } = branchSource("jobs", one, "ASC");
      return sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${text}`, ...values)?.n ?? 0;
    })
    .reduce((sum, n) => sum + n, 0);
}
