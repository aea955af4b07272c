import { LOG_LEVELS } from "../../domain/execution.ts";
import type { ExecutionDetail, ExecutionRecord } from "../../domain/execution-record.ts";
import type { ExecutionStore, StoredLog, StoredTrace } from "../contract/executions.ts";
import type { Sql } from "./connection.ts";
import { readLedgers } from "./execution-ledgers.ts";
import { countExecutions, listExecutions } from "./execution-list.ts";
import { readRecording } from "./execution-recordings.ts";
import {
  EXECUTION_COLUMNS,
  type ExecutionDetailRow,
  type ExecutionRow,
  executionDetailColumns,
  executionDetailFromRow,
  executionFromRow,
} from "./execution-rows.ts";
import { readStretches } from "./runs/stretches.ts";
import type { StoreWrites } from "./store-writes.ts";
import type { StoredTexts } from "./stored-texts.ts";
import { readDetails } from "./unread-texts.ts";
import { directWeight, linesWeight } from "./write-weight.ts";
import type { Writer } from "./writer.ts";

/** Executions over SQLite. */
export function createExecutionStore(
  sql: Sql,
  writes: StoreWrites,
  texts: StoredTexts,
  writer: Writer,
): ExecutionStore {
  return {
    async get(id) {
      const [found] = await readDetails(texts, readRows(sql, [id]));
      return found;
    },
    getMany: async (ids) => readMany(sql, ids),
    detailBytes: async (ids) => detailBytes(sql, ids),
    details: async (ids) => readDetails(texts, readRows(sql, ids)),
    touched: async (ids) => readLedgers(sql, ids),
    trace: async (id) => readTrace(sql, id),
    recording: async (id) => readRecording(sql, id),
    ofJobs: async (jobIds) => readOfJobs(sql, jobIds),
    list: async (filter, request) => listExecutions(sql, filter, request),
    count: async (filter) => countExecutions(sql, filter),
    logs: async (id, limit, after) => readLogs(sql, id, limit, after),
    emit: (id, taskId, data) =>
      writer.write((tx) => {
        tx.emit({ type: "execution.emitted", time: tx.now, taskId, executionId: id, data });
      }),
    startDirect: (execution) => writes.run("startDirect", [execution], {}, directWeight(execution)),
    async logDirect(id, first, logs) {
      await writes.run("logDirect", [logs], { id, first }, linesWeight(logs));
    },
    finishDirect: (end) => writes.run("finishDirect", [end], {}, directWeight(end)),
  };
}

function readMany(sql: Sql, ids: readonly number[]): ExecutionRecord[] {
  const query = `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`;
  return sql.all<ExecutionRow>(query, JSON.stringify(ids)).map(executionFromRow);
}

function detailBytes(sql: Sql, ids: readonly number[]): number {
  const row = sql.get<{ bytes: number | null }>(
    `SELECT sum(coalesce(octet_length(output), 0) + coalesce(octet_length(input), 0)
        + coalesce((SELECT octet_length(input) FROM direct_inputs WHERE execution_id = executions.id), 0)
        + coalesce((SELECT octet_length(input) FROM job_inputs WHERE job_id = executions.job_id), 0)) AS bytes
      FROM executions WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );
  return row?.bytes ?? 0;
}

/** Long inputs and outputs are not read. */
function readRows(sql: Sql, ids: readonly number[]): ExecutionDetail[] {
  const rows = sql.all<ExecutionDetailRow>(
    `SELECT ${executionDetailColumns(sql)} FROM executions WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
    JSON.stringify(ids),
  );
  return rows.map(executionDetailFromRow);
}

function readOfJobs(sql: Sql, jobIds: readonly number[]): ExecutionRecord[] {
  const query = `SELECT ${EXECUTION_COLUMNS} FROM executions
    WHERE job_id IN (SELECT value FROM json_each(?)) AND job_id IS NOT NULL ORDER BY id`;
  return sql.all<ExecutionRow>(query, JSON.stringify(jobIds)).map(executionFromRow);
}

function readTrace(sql: Sql, id: number): StoredTrace | undefined {
  const row = sql.get<Omit<StoredTrace, "earlier" | "omitted">>(
    `SELECT executions.trace AS execution, jobs.trace AS job, jobs.created_at AS jobCreatedAt, executions.woken_at AS wokenAt
      FROM executions LEFT JOIN jobs ON jobs.id = executions.job_id
      WHERE executions.id = ? AND executions.trace IS NOT NULL`,
    id,
  );
  return row === undefined ? undefined : { ...row, ...readStretches(sql, id) };
}

function readLogs(sql: Sql, id: number, limit: number, after = -1): StoredLog[] {
  const rows = sql.all<Omit<StoredLog, "level"> & { level: number }>(
    `SELECT execution_id AS executionId, seq, time, level, message FROM logs
      WHERE execution_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
    id,
    after,
    limit,
  );
  return rows.map((row) => ({ ...row, level: LOG_LEVELS[row.level] ?? "error" }));
}
