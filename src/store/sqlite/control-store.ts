import type { ControlStore, LimitScope, Limits, Pause, PauseScope } from "../contract/control.ts";
import type { Sql } from "./connection.ts";
import { DEFAULT_KEY_LANE } from "./lane-limits.ts";
import { createLaneBook, keyLane, pauseLane, taskLane } from "./lanes.ts";
import type { Writer } from "./writer.ts";

const pauseName = (scope: PauseScope): string => (scope === "all" ? "all" : `task:${scope.taskId}`);

function pauseFromName(name: string): PauseScope {
  return name === "all" ? "all" : { taskId: Number(name.slice("task:".length)) };
}

function laneOf(scope: LimitScope): string {
  if (scope === "any key") return DEFAULT_KEY_LANE;
  return "taskId" in scope ? taskLane(scope.taskId) : keyLane(scope.key);
}

function scopeOf(lane: string): LimitScope {
  if (lane === DEFAULT_KEY_LANE) return "any key";
  return lane.startsWith("task:") ? { taskId: Number(lane.slice("task:".length)) } : { key: lane.slice("key:".length) };
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
        if (scope !== "all") createLaneBook(tx.sql, tx.now).open(pauseLane(scope.taskId));
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
        tx.sql.run("DELETE FROM lane_limits WHERE lane = ?", lane);
        tx.sql.run("DELETE FROM rate_buckets WHERE lane = ?", lane);
        if (limits !== null) {
          tx.sql.run(
            "INSERT INTO lane_limits (lane, concurrency, rate_count, rate_period_ms) VALUES (?, ?, ?, ?)",
            lane,
            limits.concurrency ?? null,
            limits.rate?.count ?? null,
            limits.rate?.periodMs ?? null,
          );
        }
        const book = createLaneBook(tx.sql, tx.now);
        if (lane === DEFAULT_KEY_LANE) {
          // May open any of them; the rest follow with the sweeps.
          const keys = tx.sql.all<{ lane: string }>(
            "SELECT lane FROM parked_lanes WHERE lane >= 'key:' AND lane < 'key;' LIMIT 1000",
          );
          for (const key of keys) book.open(key.lane);
        } else {
          book.open(lane);
        }
        book.save();
        const taskId = typeof scope === "object" && "taskId" in scope ? scope.taskId : null;
        tx.emit({ type: "queue.limits", time: tx.now, taskId, data: { lane } });
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
