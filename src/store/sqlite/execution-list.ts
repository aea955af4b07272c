import { RatchetError } from "../../domain/errors.ts";
import { EXECUTION_STATUSES, type ExecutionRecord, type ExecutionStatus } from "../../domain/execution-record.ts";
import type { ExecutionFilter } from "../contract/executions.ts";
import type { Page, PageRequest } from "../contract/page.ts";
import type { Sql } from "./connection.ts";
import { EXECUTION_COLUMNS, type ExecutionRow, executionFromRow } from "./execution-rows.ts";
import { areFew } from "./few-rows.ts";
import { type Branch, byCreation, type Predicate, readPage } from "./keyset.ts";
import { addLabels, counted } from "./label-conditions.ts";

/** One page of executions. */
export function listExecutions(sql: Sql, filter: ExecutionFilter, request: PageRequest): Page<ExecutionRecord> {
  const query = {
    table: "executions",
    columns: EXECUTION_COLUMNS,
    branches: isByTime(filter) ? timedBranches(sql, filter) : branches(filter),
    key: isByTime(filter) ? byCreation("executions") : undefined,
  };
  const page = readPage<ExecutionRow>(sql, query, request);
  return { items: page.items.map(executionFromRow), nextCursor: page.nextCursor };
}

const isByTime = (filter: ExecutionFilter): boolean =>
  filter.jobId === undefined && (filter.createdFrom !== undefined || filter.createdTo !== undefined);

/**
 * The condition on a status. The status stands in the text of the statement, because SQLite uses an index for some
 * statuses only if it sees them when it prepares the statement.
 */
function statusIs(status: ExecutionStatus): string {
  if (!EXECUTION_STATUSES.includes(status)) {
    throw new RatchetError("USAGE", `There is no execution status "${status}".`, {
      remedy: `Use one of ${EXECUTION_STATUSES.join(", ")}.`,
    });
  }
  const live = status === "pending" || status === "running" ? "status IN ('pending', 'running') AND " : "";
  return `${live}status = '${status}'`;
}

function predicate(filter: ExecutionFilter): Predicate {
  const parts: string[] = [];
  const values: Predicate["values"] = [];
  const add = (part: string, value: number | string) => {
    parts.push(part);
    values.push(value);
  };
  if (filter.jobId !== undefined) add("job_id IS NOT NULL AND job_id = ?", filter.jobId);
  if (filter.taskId !== undefined) add("task_id = ?", filter.taskId);
  const status = filter.status?.[0];
  if (status !== undefined) parts.push(statusIs(status));
  addLabels(parts, values, filter.labels);
  if (filter.createdFrom !== undefined) add("created_at >= ?", filter.createdFrom);
  if (filter.createdTo !== undefined) add("created_at < ?", filter.createdTo);
  return { where: parts.length === 0 ? "TRUE" : parts.join(" AND "), values };
}

function branchStatuses({ status, taskId, jobId }: ExecutionFilter): readonly ExecutionStatus[] | undefined {
  if (status !== undefined) return [...new Set(status)];
  return taskId !== undefined && jobId === undefined ? EXECUTION_STATUSES : undefined;
}

function branches(filter: ExecutionFilter): Predicate[] {
  const statuses = branchStatuses(filter);
  return statuses === undefined
    ? [predicate(filter)]
    : statuses.map((status) => predicate({ ...filter, status: [status] }));
}

/**
 * A list bounded by time is read along the index on time, unless so few executions match that sorting them costs less.
 */
function timedBranches(sql: Sql, filter: ExecutionFilter): Branch[] {
  const { createdFrom: _from, createdTo: _to, ...timeless } = filter;
  return branches(filter).map((branch, at) => {
    const own = branches(timeless)[at];
    const status = branchStatuses(filter)?.[at];
    if (own === undefined || status === undefined) return branch;
    const isLive = status === "pending" || status === "running";
    const index = isLive ? "executions_live" : `executions_${filter.taskId === undefined ? "" : "task_"}${status}`;
    return areFew(sql, "executions", index, own) ? { ...branch, few: index } : branch;
  });
}

/** Number of executions that match. */
export function countExecutions(sql: Sql, filter: ExecutionFilter): number {
  if (filter.jobId === undefined && !isByTime(filter)) {
    const tasks = counted(filter);
    const row = sql.get<{ n: number | null }>(
      `SELECT sum(count) AS n FROM counters
        WHERE kind = 'execution' AND status IN (SELECT value FROM json_each(?))${tasks.where}`,
      JSON.stringify(filter.status ?? EXECUTION_STATUSES),
      ...tasks.values,
    );
    return row?.n ?? 0;
  }
  return branches(filter)
    .map(({ where, values }) =>
      sql.get<{ n: number }>(`SELECT count(*) AS n FROM executions WHERE ${where}`, ...values),
    )
    .reduce((sum, row) => sum + (row?.n ?? 0), 0);
}
