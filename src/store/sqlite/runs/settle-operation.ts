import type { OperationResult } from "../../contract/operation-result.ts";
import { STATES } from "./operation-rows.ts";
import type { RunWork, SettledOperation } from "./run-work.ts";

/** Gives an operation its result. @returns false if it is not open any more */
export function settleOperation(
  work: RunWork,
  { executionId, number }: SettledOperation,
  { ok, text }: OperationResult,
): boolean {
  const counts = work.counts(executionId);
  if (counts === undefined) return false;
  const { sql, now } = work.tx;
  const { changes } = sql.run(
    `UPDATE run_operations SET state = ?, result = ?, position = ?, settled_at = ?
      WHERE execution_id = ? AND number = ? AND state = ${STATES.open}`,
    ok ? STATES.completed : STATES.failed,
    text,
    counts.results + 1,
    now,
    executionId,
    number,
  );
  if (changes === 0) return false;
  counts.results += 1;
  counts.bytes += Buffer.byteLength(text);
  work.settled.push({ executionId, number });
  return true;
}
