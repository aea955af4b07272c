import { EXECUTION_STATUSES, type ExecutionStatus } from "../../domain/execution-record.ts";
import { JOB_STATUSES, type JobStatus } from "../../domain/job.ts";
import type { Stats, StatsStore } from "../contract/control.ts";
import { GATES } from "../policy/gates.ts";
import type { Sql } from "./connection.ts";
import { counted } from "./label-conditions.ts";
import { readHistory } from "./task-history.ts";

interface CounterRow {
  kind: "job" | "execution";
  task_id: number;
  status: string;
  count: number;
  total_ms: number;
}

/** Stats over SQLite. */
export function createStatsStore(sql: Sql, now: () => number): StatsStore {
  return {
    async read(filter = {}) {
      const { where, values } = counted(filter);
      const query = where === "" ? "" : ` WHERE kind IN ('job', 'execution')${where}`;
      return sum(sql.all<CounterRow>(`SELECT * FROM counters${query}`, ...values));
    },
    async readMany(taskIds) {
      const rows = sql.all<CounterRow>(
        `SELECT * FROM counters
          WHERE kind IN ('job', 'execution') AND task_id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(taskIds),
      );
      return new Map(taskIds.map((id) => [id, sum(rows.filter((row) => row.task_id === id))]));
    },
    async oldestReadyMs(filter = {}) {
      const { where, values } = counted(filter);
      const row = sql.get<{ run_at: number }>(
        `SELECT run_at FROM jobs INDEXED BY jobs_ready WHERE gate = ${GATES.ready}${where} ORDER BY rank, id LIMIT 1`,
        ...values,
      );
      return row === undefined ? null : Math.max(0, now() - row.run_at);
    },
    history: async (request) => readHistory(sql, now(), request),
  };
}

function sum(rows: readonly CounterRow[]): Stats {
  const jobs = Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])) as Record<JobStatus, number>;
  const executions = Object.fromEntries(EXECUTION_STATUSES.map((status) => [status, 0])) as Record<
    ExecutionStatus,
    number
  >;
  let completedMs = 0;
  for (const row of rows) {
    if (row.kind === "job") jobs[row.status as JobStatus] += row.count;
    else executions[row.status as ExecutionStatus] += row.count;
    if (row.kind === "execution" && row.status === "completed") completedMs += row.total_ms;
  }
  const meanDurationMs = executions.completed === 0 ? null : completedMs / executions.completed;
  return { jobs, executions, meanDurationMs };
}
