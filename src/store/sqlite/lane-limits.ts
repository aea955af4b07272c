import { DEFAULT_KEY_LIMITS, type LaneLimits, NO_LIMITS } from "../policy/admission.ts";
import { formatLane, type Lane } from "../policy/lane.ts";
import { type Rate, refill } from "../policy/token-bucket.ts";
import type { Sql } from "./connection.ts";

interface LimitsRow {
  concurrency: number | null;
  rate_count: number | null;
  rate_period_ms: number | null;
}

/** The limits of a lane, or the default ones. */
export function readLimits(sql: Sql, lane: Extract<Lane, { kind: "task" | "key" }>): LaneLimits {
  const query = "SELECT concurrency, rate_count, rate_period_ms FROM lane_limits WHERE lane = ?";
  const isKey = lane.kind === "key";
  const row =
    sql.get<LimitsRow>(query, formatLane(lane)) ??
    (isKey ? sql.get<LimitsRow>(query, formatLane({ kind: "any-key" })) : undefined);
  if (row === undefined) return isKey ? DEFAULT_KEY_LIMITS : NO_LIMITS;
  const { rate_count: count, rate_period_ms: periodMs } = row;
  return { concurrency: row.concurrency, rate: count === null || periodMs === null ? null : { count, periodMs } };
}

/** Number of jobs that run in a lane now. It is counted, not stored, so that a crash can leave nothing behind. */
export function countRunning(sql: Sql, lane: Extract<Lane, { kind: "task" | "key" }>): number {
  const row =
    lane.kind === "task"
      ? sql.get<{ n: number }>(
          "SELECT count(*) AS n FROM jobs INDEXED BY jobs_processing WHERE task_id = ? AND status = 'processing'",
          lane.taskId,
        )
      : sql.get<{ n: number }>(
          `SELECT count(*) AS n FROM jobs INDEXED BY jobs_key
          WHERE concurrency_key = ? AND concurrency_key IS NOT NULL AND status = 'processing'`,
          lane.key,
        );
  return row?.n ?? 0;
}

/** Number of starts that a rate still permits, and whether its bucket was updated by a clock that was ahead. */
export function readTokens(sql: Sql, lane: Lane, rate: Rate, now: number): { tokens: number; ahead: boolean } {
  const row = sql.get<{ tokens: number; updated_at: number }>(
    "SELECT tokens, updated_at FROM rate_buckets WHERE lane = ?",
    formatLane(lane),
  );
  const bucket = row === undefined ? undefined : { tokens: row.tokens, updatedAt: row.updated_at };
  // A bucket from the future has to follow the clock back.
  return { tokens: refill(bucket, rate, now).tokens, ahead: bucket !== undefined && bucket.updatedAt > now };
}
