import { RatchetError } from "../../domain/errors.ts";
import { EXECUTION_STATUSES, type ExecutionRecord, type ExecutionStatus } from "../../domain/execution-record.ts";
import { defined } from "../../lib/defined.ts";
import type { ExecutionFilter } from "../contract/executions.ts";
import type { Page, PageRequest } from "../contract/page.ts";
import type { Sql } from "./connection.ts";
import { EXECUTION_COLUMNS, type ExecutionRow, executionFromRow } from "./execution-rows.ts";
import type { Arm } from "./id-arms.ts";
import { type Branch, byCreation, readPage } from "./keyset.ts";
import { addLabels, counted } from "./label-conditions.ts";
import { chooseBranch, eachTask } from "./list-branches.ts";
import type { Predicate } from "./predicate.ts";

/** One page of executions. */
export function listExecutions(sql: Sql, filter: ExecutionFilter, request: PageRequest): Page<ExecutionRecord> {
  const query = {
    table: "executions",
    columns: EXECUTION_COLUMNS,
    branches: eachTask(sql, filter).flatMap((one) => (isByTime(one) ? timedBranches(sql, one) : branches(one))),
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

function timedBranches(sql: Sql, filter: ExecutionFilter): Branch[] {
  const { createdFrom, createdTo, ...timeless } = filter;
  const period = defined({ createdFrom, createdTo });
  const time = { source: "executions INDEXED BY executions_created", ...predicate(period) };
  return (branchStatuses(filter)?.map((status) => ({ ...timeless, status: [status] })) ?? [timeless]).map((one) =>
    chooseBranch(sql, {
      arms: arms(one),
      whole: predicate({ ...one, ...period }),
      rest: predicate({ ...period, ...defined({ labels: one.labels }) }),
      time,
      order: "time",
    }),
  );
}

/** The conditions of a filter with at most one status that have an index in the order of ids. */
function arms({ status: [status] = [], taskId }: ExecutionFilter): Arm[] {
  if (status === undefined) return [];
  const isLive = status === "pending" || status === "running";
  const index = isLive ? "executions_live" : `executions_${taskId === undefined ? "" : "task_"}${status}`;
  const { where, values } = predicate({ status: [status], ...defined({ taskId }) });
  return [{ source: `executions INDEXED BY ${index}`, where, values }];
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
