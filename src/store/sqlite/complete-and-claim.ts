import type { CompleteRequest, CompleteResult, FinishedAttempt } from "../contract/jobs.ts";
import type { RunWrite, RunWritten } from "../contract/runs.ts";
import { GATES } from "../policy/gates.ts";
import { openChains } from "./chains/open-chains.ts";
import type { Sql } from "./connection.ts";
import { finishAttempts } from "./finish-attempts.ts";
import type { Tx } from "./group-commit.ts";
import { claimJobs, promoteDue } from "./job-claim.ts";
import { openLanesOf } from "./job-control.ts";
import { createLaneBook } from "./lanes.ts";
import { applyRunWrite } from "./runs/apply-run-write.ts";
import { finishRunWork } from "./runs/finish-work.ts";
import { hasOrder, storeInOrder } from "./runs/in-order.ts";
import { type ReservedIds, reserveIds } from "./runs/reserve-ids.ts";
import { createRunWork, type RunWork, type SettledOperation } from "./runs/run-work.ts";
import { readSettlements } from "./runs/settlements.ts";
import type { WriteSettings } from "./write-settings.ts";

/** What a worker requests, and what the store adds. */
export interface StoreRequest extends CompleteRequest {
  /** How many ids for early children are to be reserved. @default none */
  reserve?: number;
}

/** What a worker gets, and what the store keeps. */
export interface StoreResult extends CompleteResult {
  reserved?: ReservedIds;
}

/** Completing and claiming share a transaction, and so one sync of the disk. */
export function completeAndClaim(
  tx: Tx,
  request: StoreRequest,
  {
    missingWaitMs,
    mostChangedJobs: mostCancelled,
    mostCopiedBytes,
  }: Pick<WriteSettings, "missingWaitMs" | "mostChangedJobs" | "mostCopiedBytes">,
): StoreResult {
  const { workerId, finished, capacity, reserve = 0 } = request;
  const work = createRunWork(tx, { workerId, mostCancelled, request });
  const { lost, runs, misled } = finishAndWrite(work, request, missingWaitMs);
  const moreChains = openChains(work);
  const own = finishRunWork(work);
  const moreDue = promoteDue(tx) || moreChains;
  const book = createLaneBook(tx.sql, tx.now, missingWaitMs);
  openLanesOf(
    book,
    finished.map((attempt) => attempt.claimed.job),
  );
  for (const user of work.freed) book.openFor(user);
  book.openDue();
  const known = tx.sql.get("SELECT 1 AS found FROM workers WHERE id = ?", workerId) !== undefined;
  const { claimed, more } =
    known && capacity > 0 ? claimJobs(tx, book, { workerId, capacity, mostCopiedBytes }) : { claimed: [], more: false };
  book.save();
  const news = own.filter(isNewsTo(finished));
  const settled = news.length === 0 ? [] : readSettlements(tx.sql, news);
  const result = { known, claimed, lost, runs, settled, misled, nextDueAt: nextDue(tx.sql), more: more || moreDue };
  return reserve === 0 ? result : { ...result, reserved: reserveIds(tx.sql, reserve) };
}

/** Returns whether a run does not know a result yet. */
function isNewsTo(finished: readonly FinishedAttempt[]): (operation: SettledOperation) => boolean {
  const told = new Set<string>();
  for (const { toldEarly, claimed } of finished) {
    const { parent } = claimed.job;
    if (toldEarly === true && parent !== null) told.add(`${parent.executionId} ${parent.number}`);
  }
  return ({ executionId, number }) => !told.has(`${executionId} ${number}`);
}

/** What a run records comes before the end of its attempt, and the ends of attempts before what other runs record. */
function finishAndWrite(
  work: RunWork,
  { finished, runs = [] }: CompleteRequest,
  missingWaitMs: number,
): Pick<CompleteResult, "lost" | "runs" | "misled"> {
  if (hasOrder({ finished })) return storeInOrder(work, { finished, runs }, missingWaitMs);
  if (runs.length === 0) return { lost: finishAttempts(work, finished, missingWaitMs), runs: [], misled: [] };
  const ending = new Set(finished.map(({ claimed }) => claimed.executionId));
  const written = new Map<RunWrite, RunWritten>();
  const write = (some: readonly RunWrite[]) => {
    for (const one of some) written.set(one, applyRunWrite(work, one));
  };
  write(runs.filter(({ executionId }) => ending.has(executionId)));
  work.early.store();
  work.save();
  const lost = finishAttempts(work, finished, missingWaitMs);
  write(runs.filter(({ executionId }) => !ending.has(executionId)));
  work.early.store();
  return { lost, runs: runs.flatMap((one) => written.get(one) ?? []), misled: [] };
}

function nextDue(sql: Sql): number | null {
  const row = sql.get<{ due: number | null; opens: number | null }>(
    `SELECT (SELECT min(run_at) FROM jobs INDEXED BY jobs_later WHERE gate = ${GATES.later}) AS due,
            (SELECT min(until) FROM parked_lanes WHERE until IS NOT NULL) AS opens`,
  );
  const times = [row?.due, row?.opens].filter((time) => typeof time === "number");
  return times.length === 0 ? null : Math.min(...times);
}
