import type { ControlStore, LimitScope, Limits, Pause, PauseScope } from "../contract/control.ts";
import { formatLane, KEY_LANES, type LimitLane, parseLane } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";
import { createLaneBook } from "./lanes.ts";
import type { Writer } from "./writer.ts";

function pauseName(scope: PauseScope): string {
  return formatLane(scope === "all" ? { kind: "all" } : { kind: "task", taskId: scope.taskId });
}

function pauseFromName(name: string): PauseScope {
  const lane = parseLane(name);
  return lane.kind === "task" ? { taskId: lane.taskId } : "all";
}

function laneOf(scope: LimitScope): LimitLane {
  if (scope === "any key") return { kind: "any-key" };
  return "taskId" in scope ? { kind: "task", taskId: scope.taskId } : { kind: "key", key: scope.key };
}

function scopeOf(name: string): LimitScope {
  const lane = parseLane(name);
  if (lane.kind === "task") return { taskId: lane.taskId };
  return lane.kind === "key" ? { key: lane.key } : "any key";
}

/** Pauses and limits over SQLite. */
export function createControlStore(sql: Sql, writer: Writer): ControlStore {
  return {
    pause: (scope, note) =>
      writer.write((tx) => {
        tx.sql.run(
          `INSERT INTO pauses (scope, note, paused_at) VALUES (?, ?, ?)
             ON CONFLICT (scope) DO UPDATE SET note = excluded.note`,
          pauseName(scope),
          note,
          tx.now,
        );
        const taskId = scope === "all" ? null : scope.taskId;
        tx.emit({ type: "queue.paused", time: tx.now, taskId, data: note });
      }),
    resume: (scope) =>
      writer.write((tx) => {
        const { changes } = tx.sql.run("DELETE FROM pauses WHERE scope = ?", pauseName(scope));
        if (changes === 0) return false;
        if (scope !== "all") createLaneBook(tx.sql, tx.now).open({ kind: "pause", taskId: scope.taskId });
        tx.emit({ type: "queue.resumed", time: tx.now, taskId: scope === "all" ? null : scope.taskId });
        return true;
      }),
    async pauses() {
      const rows = sql.all<{ scope: string; note: string | null; paused_at: number }>(
        "SELECT scope, note, paused_at FROM pauses ORDER BY scope",
      );
      return rows.map((row): Pause => ({ scope: pauseFromName(row.scope), note: row.note, pausedAt: row.paused_at }));
    },
    setLimits: (scope, limits) =>
      writer.write((tx) => {
        const lane = laneOf(scope);
        const name = formatLane(lane);
        tx.sql.run("DELETE FROM lane_limits WHERE lane = ?", name);
        tx.sql.run("DELETE FROM rate_buckets WHERE lane = ?", name);
        if (limits !== null) {
          tx.sql.run(
            "INSERT INTO lane_limits (lane, concurrency, rate_count, rate_period_ms) VALUES (?, ?, ?, ?)",
            name,
            limits.concurrency ?? null,
            limits.rate?.count ?? null,
            limits.rate?.periodMs ?? null,
          );
        }
        const book = createLaneBook(tx.sql, tx.now);
        if (lane.kind === "any-key") {
          // May open any of them; the rest follow with the sweeps.
          const keys = tx.sql.all<{ lane: string }>(
            "SELECT lane FROM parked_lanes WHERE lane >= ? AND lane < ? LIMIT 1000",
            KEY_LANES.from,
            KEY_LANES.to,
          );
          for (const key of keys) book.open(parseLane(key.lane));
        } else {
          book.open(lane);
        }
        book.save();
        const taskId = typeof scope === "object" && "taskId" in scope ? scope.taskId : null;
        tx.emit({ type: "queue.limits", time: tx.now, taskId, data: { lane: name } });
      }),
    async limits() {
      const rows = sql.all<{ lane: string; concurrency: number | null; count: number | null; period: number | null }>(
        "SELECT lane, concurrency, rate_count AS count, rate_period_ms AS period FROM lane_limits ORDER BY lane",
      );
      return rows.map(({ lane, concurrency, count, period }) => {
        const limits: Limits = {
          ...(concurrency === null ? {} : { concurrency }),
          ...(count === null || period === null ? {} : { rate: { count, periodMs: period } }),
        };
        return { scope: scopeOf(lane), limits };
      });
    },
  };
}
