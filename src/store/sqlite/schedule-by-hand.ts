import type { Job } from "../../domain/job.ts";
import type { OverlapPolicy, ScheduleFiring } from "../../domain/schedule.ts";
import type { Tx } from "./group-commit.ts";
import { applyFiring, beginRound, readFiring } from "./schedule-fire.ts";
import { existingSchedule } from "./schedule-read.ts";
import { firingFromRow } from "./schedule-rows.ts";
import { enqueueFiring } from "./schedule-settle.ts";

/** Fires a schedule once now, whatever its overlap policy. @throws {RatchetError} SCHEDULE_NOT_FOUND */
export function triggerSchedule(tx: Tx, id: number, inputJson?: string): Job {
  const schedule = existingSchedule(tx.sql, id);
  // Each manual firing has a time of its own.
  let fireAt = tx.now;
  while (readFiring(tx, id, "manual", fireAt) !== undefined) fireAt += 1;
  const input = inputJson ?? schedule.inputJson;
  return enqueueFiring(tx, { schedule: { ...schedule, inputJson: input }, kind: "manual", fireAt, note: "by hand" });
}

/**
 * Fires a schedule for past times that have no job yet.
 * @returns what was decided for them
 * @throws {RatchetError} SCHEDULE_NOT_FOUND
 */
export function backfillSchedule(
  tx: Tx,
  id: number,
  times: readonly number[],
  overlap: OverlapPolicy,
): ScheduleFiring[] {
  const schedule = existingSchedule(tx.sql, id);
  const round = beginRound(tx, { schedule, overlap, note: "backfill", again: true });
  return times.flatMap((time) => {
    if (readFiring(tx, id, "planned", time)?.status === "enqueued") return [];
    applyFiring(tx, round, time);
    const firing = readFiring(tx, id, "planned", time);
    return firing === undefined ? [] : [firingFromRow(firing)];
  });
}
