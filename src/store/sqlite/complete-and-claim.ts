import type { CompleteRequest, CompleteResult } from "../contract/jobs.ts";
import { GATES } from "../policy/gates.ts";
import type { Sql } from "./connection.ts";
import { finishAttempts } from "./finish-attempts.ts";
import type { Tx } from "./group-commit.ts";
import { claimJobs, promoteDue } from "./job-claim.ts";
import { openLanesOf } from "./job-control.ts";
import { createLaneBook } from "./lanes.ts";

/** Completing and claiming share a transaction, and so one sync of the disk. */
export function completeAndClaim(tx: Tx, request: CompleteRequest, missingWaitMs: number): CompleteResult {
  const lost = finishAttempts(tx, request.finished, missingWaitMs);
  const moreDue = promoteDue(tx);
  const book = createLaneBook(tx.sql, tx.now, missingWaitMs);
  openLanesOf(
    book,
    request.finished.map((attempt) => attempt.claimed.job),
  );
  book.openDue();
  const known = tx.sql.get("SELECT 1 AS found FROM workers WHERE id = ?", request.workerId) !== undefined;
  const { claimed, more } =
    known && request.capacity > 0
      ? claimJobs(tx, book, request.workerId, request.capacity)
      : { claimed: [], more: false };
  book.save();
  return { known, claimed, lost, runs: [], settled: [], nextDueAt: nextDue(tx.sql), more: more || moreDue };
}

function nextDue(sql: Sql): number | null {
  const row = sql.get<{ due: number | null; opens: number | null }>(
    `SELECT (SELECT min(run_at) FROM jobs INDEXED BY jobs_later WHERE gate = ${GATES.later}) AS due,
            (SELECT min(until) FROM parked_lanes WHERE until IS NOT NULL) AS opens`,
  );
  const times = [row?.due, row?.opens].filter((time) => typeof time === "number");
  return times.length === 0 ? null : Math.min(...times);
}
