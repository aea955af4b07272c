import { RatchetError } from "../../domain/errors.ts";
import { JOB_PRIORITIES, JOB_STATUSES, type JobStatus } from "../../domain/job.ts";
import type { JobFilter } from "../contract/jobs.ts";
import type { SqlValue } from "./connection.ts";
import type { Arm } from "./id-arms.ts";
import { DEFAULT_PRIORITY, priorityLevel } from "./job-rows.ts";
import type { Predicate } from "./predicate.ts";

/** Members with an index of their own. */
const MEMBERS = [
  { name: "idempotencyKey", where: "idempotency_key IS NOT NULL AND idempotency_key = ?", index: "jobs_idempotency" },
  { name: "uniqueKey", where: "unique_key IS NOT NULL AND unique_key = ?", index: "jobs_by_unique_key" },
  {
    name: "concurrencyKey",
    where: "concurrency_key IS NOT NULL AND concurrency_key = ?",
    index: "jobs_by_concurrency_key",
  },
  {
    name: "correlationKey",
    where: "correlation_key IS NOT NULL AND correlation_key = ?",
    index: "jobs_by_correlation_key",
  },
  // Not in the order of ids: a run has started few enough jobs to sort them.
  { name: "parentExecutionId", where: "parent IS NOT NULL AND parent = ?", index: "jobs_children" },
  { name: "version", where: "version IS NOT NULL AND version = ?", index: "jobs_by_version" },
  { name: "errorCode", where: "error IS NOT NULL AND error ->> '$.code' = ?", index: "jobs_by_error" },
] as const;

/** The conditions of a filter on members other than task, status, schedule and time. */
export function memberConditions(filter: JobFilter): Predicate {
  const parts: string[] = [];
  const values: Predicate["values"] = [];
  for (const { name, where } of MEMBERS) {
    const value = filter[name];
    if (value === undefined) continue;
    parts.push(where);
    values.push(value);
  }
  if (filter.tag !== undefined) {
    parts.push("EXISTS (SELECT 1 FROM job_tags WHERE tag = ? AND job_id = jobs.id)");
    values.push(filter.tag);
  }
  if (filter.priority !== undefined) {
    parts.push(priorityIs(priorityLevel(filter.priority)));
  }
  return { where: parts.join(" AND "), values };
}

/** The conditions of a filter with at most one status that have an index in the order of ids. */
export function jobArms(filter: JobFilter): Arm[] {
  const { taskId, scheduleId, status: [status] = [], tag, priority } = filter;
  const arms: Arm[] = [];
  const add = (index: string, where: string, ...values: SqlValue[]) =>
    arms.push({ source: `jobs INDEXED BY ${index}`, where, values });
  for (const { name, where, index } of MEMBERS) {
    const value = filter[name];
    if (value !== undefined) add(index, where, value);
  }
  if (tag !== undefined) arms.push({ source: "job_tags", id: "job_id", where: "tag = ?", values: [tag] });
  if (status !== undefined) {
    const is = `status = '${known(status)}'`;
    if (scheduleId !== undefined)
      add("jobs_schedule", `schedule_id IS NOT NULL AND schedule_id = ? AND ${is}`, scheduleId);
    const index = status === "processing" ? "jobs_processing" : `jobs_task_${status}`;
    if (taskId !== undefined) add(index, `task_id = ? AND ${is}`, taskId);
    if (taskId === undefined && scheduleId === undefined) add(`jobs_${status}`, is);
  }
  if (priority !== undefined && priority !== DEFAULT_PRIORITY) {
    add("jobs_by_priority", priorityIs(priorityLevel(priority)));
  } else if (priority !== undefined && arms.length > 0) {
    const others = JOB_PRIORITIES.filter((one) => one !== DEFAULT_PRIORITY).map(priorityLevel);
    const source = "jobs INDEXED BY jobs_by_priority";
    arms.push(...others.map((level) => ({ source, where: priorityIs(level), values: [], isExcluded: true })));
  }
  return arms;
}

// The levels stand in the text, because SQLite uses the index jobs_by_priority only if it sees them.
function priorityIs(level: number): string {
  const normal = priorityLevel(DEFAULT_PRIORITY);
  return `priority = ${level}${level === normal ? "" : ` AND priority <> ${normal}`}`;
}

/**
 * A status that is safe to put into SQL. It stands in the text of the statement, because SQLite uses an index for one
 * status only if it sees that status when it prepares the statement.
 */
export function known(status: JobStatus): JobStatus {
  if (JOB_STATUSES.includes(status)) return status;
  throw new RatchetError("USAGE", `There is no job status "${status}".`, {
    remedy: `Use one of ${JOB_STATUSES.join(", ")}.`,
  });
}

/** Whether a filter has a condition that the counters of jobs do not cover. */
export function hasMemberConditions(filter: JobFilter): boolean {
  return memberConditions(filter).where !== "";
}
