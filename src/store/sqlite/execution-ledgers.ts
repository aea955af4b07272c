import type { Touched } from "../../domain/ledger.ts";
import type { Sql } from "./connection.ts";

/** Stores what an execution has touched, if it has touched anything. */
export function insertLedger(sql: Sql, executionId: number, touched: Touched | undefined): void {
  if (touched === undefined) return;
  sql.run(
    "INSERT OR IGNORE INTO execution_ledgers (execution_id, touched) VALUES (?, ?)",
    executionId,
    JSON.stringify(touched),
  );
}

/** Reads what executions have touched. Those that have touched nothing are missing. */
export function readLedgers(sql: Sql, ids: readonly number[]): Map<number, Touched> {
  const rows = sql.all<{ execution_id: number; touched: string }>(
    "SELECT execution_id, touched FROM execution_ledgers WHERE execution_id IN (SELECT value FROM json_each(?))",
    JSON.stringify(ids),
  );
  return new Map(rows.map(({ execution_id, touched }) => [execution_id, JSON.parse(touched) as Touched]));
}
