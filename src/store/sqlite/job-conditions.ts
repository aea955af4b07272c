import type { JobFilter } from "../contract/jobs.ts";
import type { Sql } from "./connection.ts";
import { isRareTag } from "./few-rows.ts";
import { DEFAULT_PRIORITY, priorityLevel } from "./job-rows.ts";
import type { Predicate } from "./keyset.ts";

/** Members with an index of their own. The first one that a filter has is used, since few jobs share its value. */
const MEMBERS = [
  { name: "idempotencyKey", where: "idempotency_key IS NOT NULL AND idempotency_key = ?", index: "jobs_idempotency" },
  { name: "uniqueKey", where: "unique_key IS NOT NULL AND unique_key = ?", index: "jobs_by_unique_key" },
  {
    name: "concurrencyKey",
    where: "concurrency_key IS NOT NULL AND concurrency_key = ?",
    index: "jobs_by_concurrency_key",
  },
  { name: "version", where: "version IS NOT NULL AND version = ?", index: "jobs_by_version" },
  { name: "errorCode", where: "error IS NOT NULL AND error ->> '$.code' = ?", index: "jobs_by_error" },
] as const;

/** How to find jobs with a tag: by reading all of them, or by checking each job in the order of the list. */
export type TagLookup = "all of them" | "one by one";

/** The cheaper way to find jobs with a tag. */
export function tagLookup(sql: Sql, { tag }: JobFilter): TagLookup {
  return tag === undefined || isRareTag(sql, tag) ? "all of them" : "one by one";
}

/** The conditions of a filter on members other than task, status, schedule and time. */
export function memberConditions(filter: JobFilter, lookup: TagLookup = "all of them"): Predicate {
  const parts: string[] = [];
  const values: Predicate["values"] = [];
  for (const { name, where } of MEMBERS) {
    const value = filter[name];
    if (value === undefined) continue;
    parts.push(where);
    values.push(value);
  }
  if (filter.tag !== undefined) {
    parts.push(
      lookup === "all of them"
        ? "id IN (SELECT job_id FROM job_tags WHERE tag = ?)"
        : "EXISTS (SELECT 1 FROM job_tags WHERE tag = ? AND job_id = jobs.id)",
    );
    values.push(filter.tag);
  }
  if (filter.priority !== undefined) {
    // The levels stand in the text, because SQLite uses the index jobs_by_priority only if it sees them.
    const level = priorityLevel(filter.priority);
    const normal = priorityLevel(DEFAULT_PRIORITY);
    parts.push(`priority = ${level}${level === normal ? "" : ` AND priority <> ${normal}`}`);
  }
  return { where: parts.join(" AND "), values };
}

/** Whether a filter has a condition that the counters of jobs do not cover. */
export function hasMemberConditions(filter: JobFilter): boolean {
  return memberConditions(filter).where !== "";
}

/** The index to use for a filter instead of the one for its status, if there is one. */
export function memberIndex(filter: JobFilter): string | undefined {
  const found = MEMBERS.find(({ name }) => filter[name] !== undefined);
  if (found !== undefined) return found.index;
  if (filter.tag !== undefined) return undefined;
  const { priority, status, taskId, scheduleId } = filter;
  const others = status !== undefined || taskId !== undefined || scheduleId !== undefined;
  return priority === undefined || priority === DEFAULT_PRIORITY || others ? undefined : "jobs_by_priority";
}
