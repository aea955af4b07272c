import type { Sql } from "../connection.ts";

/** Ids that no row has, and that are given to no other one. */
export interface ReservedIds {
  /** The first id for a job, and for an execution. */
  job: number;
  execution: number;
  /** How many of each. */
  count: number;
}

/** Reserves ids for jobs and executions that are stored later. Those that are never used leave a gap. */
export function reserveIds(sql: Sql, count: number): ReservedIds {
  return { job: reserve(sql, "jobs", count), execution: reserve(sql, "executions", count), count };
}

/** @returns the first of them */
function reserve(sql: Sql, table: "jobs" | "executions", count: number): number {
  const row = sql.get<{ seq: number }>(
    "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ? RETURNING seq",
    count,
    table,
  );
  // A run has a job and an execution, so both tables have had rows.
  if (row === undefined) throw new Error(`the table ${table} has no sequence`);
  return row.seq - count + 1;
}
