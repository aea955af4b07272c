import { RatchetError } from "../../domain/errors.ts";
import { EXECUTION_STATUSES, type ExecutionStatus } from "../../domain/execution-record.ts";
import type { DirectExecutionEnd, ExecutionFilter, ExecutionStore, StoredLog } from "../contract/executions.ts";
import type { Sql } from "./connection.ts";
import {
  durationOf,
  EXECUTION_COLUMNS,
  EXECUTION_DETAIL_COLUMNS,
  type ExecutionRow,
  endExecution,
  executionDetailFromRow,
  executionFromRow,
  insertLogs,
} from "./execution-rows.ts";
import { areFew } from "./few-rows.ts";
import { attemptData } from "./job-finish.ts";
import { type Branch, byCreation, type Predicate, readPage } from "./keyset.ts";
import type { Tx, Writer } from "./writer.ts";

/** Executions over SQLite. */
export function createExecutionStore(sql: Sql, writer: Writer): ExecutionStore {
  return {
    async get(id) {
      const row = sql.get<ExecutionRow & { input: string; output: string | null }>(
        `SELECT ${EXECUTION_DETAIL_COLUMNS} FROM executions WHERE id = ?`,
        id,
      );
      return row === undefined ? undefined : executionDetailFromRow(row);
    },
    async getMany(ids) {
      const query = `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`;
      return sql.all<ExecutionRow>(query, JSON.stringify(ids)).map(executionFromRow);
    },
    async detailBytes(ids) {
      const row = sql.get<{ bytes: number | null }>(
        `SELECT sum(coalesce(octet_length(output), 0) + coalesce(octet_length(input),
            (SELECT octet_length(input) FROM job_inputs WHERE job_id = executions.job_id), 0)) AS bytes
          FROM executions WHERE id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(ids),
      );
      return row?.bytes ?? 0;
    },
    async details(ids) {
      const rows = sql.all<ExecutionRow & { input: string; output: string | null }>(
        `SELECT ${EXECUTION_DETAIL_COLUMNS} FROM executions WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
        JSON.stringify(ids),
      );
      return rows.map(executionDetailFromRow);
    },
    async ofJobs(jobIds) {
      const query = `SELECT ${EXECUTION_COLUMNS} FROM executions
        WHERE job_id IN (SELECT value FROM json_each(?)) AND job_id IS NOT NULL ORDER BY id`;
      return sql.all<ExecutionRow>(query, JSON.stringify(jobIds)).map(executionFromRow);
    },
    async list(filter, request) {
      const query = {
        table: "executions",
        columns: EXECUTION_COLUMNS,
        branches: byTime(filter) ? timedBranches(sql, filter) : branches(filter),
        key: byTime(filter) ? byCreation("executions") : undefined,
      };
      const page = readPage<ExecutionRow>(sql, query, request);
      return { items: page.items.map(executionFromRow), nextCursor: page.nextCursor };
    },
    count: async (filter) => countExecutions(sql, filter),
    logs: async (id, limit, after) =>
      sql.all<StoredLog>(
        `SELECT execution_id AS executionId, seq, time, level, message FROM execution_logs
          WHERE execution_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
        id,
        after ?? -1,
        limit,
      ),
    startDirect: (execution) =>
      writer.write((tx) => {
        const { id } = tx.sql.run(
          `INSERT INTO executions (task_id, version, attempt, status, worker_id, created_at, started_at, input)
           VALUES (?, ?, 1, 'running', ?, ?, ?, ?)`,
          execution.taskId,
          execution.version,
          execution.workerId,
          tx.now,
          tx.now,
          execution.inputJson,
        );
        tx.counters.move("execution", execution.taskId, undefined, "running");
        const data = { attempt: 1 };
        tx.emit({ type: "execution.started", time: tx.now, taskId: execution.taskId, executionId: id, data });
        return id;
      }),
    logDirect: (id, first, logs) =>
      writer.write((tx) => {
        const { changes } = tx.sql.run(
          "UPDATE executions SET log_count = ? WHERE id = ? AND status = 'running'",
          first + logs.length,
          id,
        );
        if (changes > 0) insertLogs(tx.sql, id, first, logs);
      }),
    finishDirect: (end) => writer.write((tx) => finishDirect(tx, end)),
  };
}

function finishDirect(tx: Tx, end: DirectExecutionEnd): boolean {
  const { id, taskId, result } = end;
  const error = result.status === "completed" ? null : result.error;
  const ended = endExecution(tx, id, taskId, {
    status: result.status,
    version: end.version,
    startedAt: end.startedAt,
    finishedAt: end.finishedAt,
    usage: end.usage,
    error,
    outputJson: result.status === "completed" ? result.outputJson : null,
    logCount: (end.logsStored ?? 0) + end.logs.length,
  });
  if (!ended) return false;
  insertLogs(tx.sql, id, end.logsStored ?? 0, end.logs);
  const data = attemptData(1, durationOf(end.usage, end.startedAt, end.finishedAt), error);
  tx.emit({ type: `execution.${result.status}`, time: tx.now, taskId, executionId: id, data });
  return true;
}

const byTime = (filter: ExecutionFilter): boolean =>
  filter.jobId === undefined && (filter.createdFrom !== undefined || filter.createdTo !== undefined);

/**
 * The condition on a status, in the text of the statement: an index for some statuses is used only where SQLite sees
 * them when it prepares the statement.
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

/** Bounded by time they are read along the index on that, unless there are too few of them to be met there. */
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

function countExecutions(sql: Sql, filter: ExecutionFilter): number {
  if (filter.jobId === undefined && !byTime(filter)) {
    const task = filter.taskId === undefined ? "" : " AND task_id = ?";
    const row = sql.get<{ n: number | null }>(
      `SELECT sum(count) AS n FROM counters
        WHERE kind = 'execution' AND status IN (SELECT value FROM json_each(?))${task}`,
      JSON.stringify(filter.status ?? EXECUTION_STATUSES),
      ...(filter.taskId === undefined ? [] : [filter.taskId]),
    );
    return row?.n ?? 0;
  }
  return branches(filter)
    .map(({ where, values }) =>
      sql.get<{ n: number }>(`SELECT count(*) AS n FROM executions WHERE ${where}`, ...values),
    )
    .reduce((sum, row) => sum + (row?.n ?? 0), 0);
}
