import type { ExecutionDetail, ExecutionRecord } from "../../domain/execution-record.ts";
import type { ExecutionStore, StoredLog } from "../contract/executions.ts";
import type { Sql } from "./connection.ts";
import { finishDirect, logDirect, startDirect } from "./direct-executions.ts";
import { countExecutions, listExecutions } from "./execution-list.ts";
import {
  EXECUTION_COLUMNS,
  EXECUTION_DETAIL_COLUMNS,
  type ExecutionDetailRow,
  type ExecutionRow,
  executionDetailFromRow,
  executionFromRow,
} from "./execution-rows.ts";
import type { Writer } from "./writer.ts";

/** Executions over SQLite. */
export function createExecutionStore(sql: Sql, writer: Writer): ExecutionStore {
  return {
    async get(id) {
      const query = `SELECT ${EXECUTION_DETAIL_COLUMNS} FROM executions WHERE id = ?`;
      const row = sql.get<ExecutionDetailRow>(query, id);
      return row === undefined ? undefined : executionDetailFromRow(row);
    },
    getMany: async (ids) => readMany(sql, ids),
    detailBytes: async (ids) => detailBytes(sql, ids),
    details: async (ids) => readDetails(sql, ids),
    ofJobs: async (jobIds) => readOfJobs(sql, jobIds),
    list: async (filter, request) => listExecutions(sql, filter, request),
    count: async (filter) => countExecutions(sql, filter),
    logs: async (id, limit, after) => readLogs(sql, id, limit, after),
    startDirect: (execution) => writer.write((tx) => startDirect(tx, execution)),
    logDirect: (id, first, logs) => writer.write((tx) => logDirect(tx, id, first, logs)),
    finishDirect: (end) => writer.write((tx) => finishDirect(tx, end)),
  };
}

function readMany(sql: Sql, ids: readonly number[]): ExecutionRecord[] {
  const query = `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`;
  return sql.all<ExecutionRow>(query, JSON.stringify(ids)).map(executionFromRow);
}

function detailBytes(sql: Sql, ids: readonly number[]): number {
  const row = sql.get<{ bytes: number | null }>(
    `SELECT sum(coalesce(octet_length(output), 0) + coalesce(octet_length(input),
        (SELECT octet_length(input) FROM job_inputs WHERE job_id = executions.job_id), 0)) AS bytes
      FROM executions WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );
  return row?.bytes ?? 0;
}

function readDetails(sql: Sql, ids: readonly number[]): ExecutionDetail[] {
  const rows = sql.all<ExecutionDetailRow>(
    `SELECT ${EXECUTION_DETAIL_COLUMNS} FROM executions WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
    JSON.stringify(ids),
  );
  return rows.map(executionDetailFromRow);
}

function readOfJobs(sql: Sql, jobIds: readonly number[]): ExecutionRecord[] {
  const query = `SELECT ${EXECUTION_COLUMNS} FROM executions
    WHERE job_id IN (SELECT value FROM json_each(?)) AND job_id IS NOT NULL ORDER BY id`;
  return sql.all<ExecutionRow>(query, JSON.stringify(jobIds)).map(executionFromRow);
}

function readLogs(sql: Sql, id: number, limit: number, after = -1): StoredLog[] {
  return sql.all<StoredLog>(
    `SELECT execution_id AS executionId, seq, time, level, message FROM execution_logs
      WHERE execution_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
    id,
    after,
    limit,
  );
}
