import { given } from "../../lib/defined.ts";
import type { LimitScope, Limits } from "../contract/control.ts";
import { formatLane, KEY_LANES, type LimitLane, parseLane } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { createLaneBook } from "./lanes.ts";

/** The most lanes that a change to the limits of all keys opens at once. */
const KEY_BATCH = 1_000;

function laneOf(scope: LimitScope): LimitLane {
  if (scope === "any key") return { kind: "any-key" };
  return "taskId" in scope ? { kind: "task", taskId: scope.taskId } : { kind: "key", key: scope.key };
}

function scopeOf(name: string): LimitScope {
  const lane = parseLane(name);
  if (lane.kind === "task") return { taskId: lane.taskId };
  return lane.kind === "key" ? { key: lane.key } : "any key";
}

/** Replaces the limits of a lane, and opens it as far as they permit. */
export function setLimits(tx: Tx, scope: LimitScope, limits: Limits | null): void {
  const lane = laneOf(scope);
  replaceLimits(tx, formatLane(lane), limits);
  openLanes(tx, lane);
  const taskId = lane.kind === "task" ? lane.taskId : null;
  tx.emit({ type: "queue.limits", time: tx.now, taskId, data: { lane: formatLane(lane) } });
}

function replaceLimits({ sql }: Tx, name: string, limits: Limits | null): void {
  sql.run("DELETE FROM lane_limits WHERE lane = ?", name);
  sql.run("DELETE FROM rate_buckets WHERE lane = ?", name);
  if (limits === null) return;
  sql.run(
    "INSERT INTO lane_limits (lane, concurrency, rate_count, rate_period_ms) VALUES (?, ?, ?, ?)",
    name,
    limits.concurrency ?? null,
    limits.rate?.count ?? null,
    limits.rate?.periodMs ?? null,
  );
}

function openLanes(tx: Tx, lane: LimitLane): void {
  const book = createLaneBook(tx.sql, tx.now);
  if (lane.kind === "any-key") {
    // May open any of them. The rest follow with the sweeps.
    const keys = tx.sql.all<{ lane: string }>(
      "SELECT lane FROM parked_lanes WHERE lane >= ? AND lane < ? LIMIT ?",
      KEY_LANES.from,
      KEY_LANES.to,
      KEY_BATCH,
    );
    for (const key of keys) book.open(parseLane(key.lane));
  } else {
    book.open(lane);
  }
  book.save();
}

export function listLimits(sql: Sql): { scope: LimitScope; limits: Limits }[] {
  return sql
    .all<{ lane: string; concurrency: number | null; count: number | null; period: number | null }>(
      "SELECT lane, concurrency, rate_count AS count, rate_period_ms AS period FROM lane_limits ORDER BY lane",
    )
    .map(({ lane, concurrency, count, period }) => {
      const rate = count === null || period === null ? null : { count, periodMs: period };
      return { scope: scopeOf(lane), limits: given({ concurrency, rate }) };
    });
}
