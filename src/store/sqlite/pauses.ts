import type { Pause, PauseScope } from "../contract/control.ts";
import { formatLane, parseLane } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { createLaneBook } from "./lanes.ts";

const taskOf = (scope: PauseScope): number | null => (scope === "all" ? null : scope.taskId);

function pauseName(scope: PauseScope): string {
  return formatLane(scope === "all" ? { kind: "all" } : { kind: "task", taskId: scope.taskId });
}

function scopeOf(name: string): PauseScope {
  const lane = parseLane(name);
  return lane.kind === "task" ? { taskId: lane.taskId } : "all";
}

export function pause(tx: Tx, scope: PauseScope, note: string | null): void {
  tx.sql.run(
    `INSERT INTO pauses (scope, note, paused_at) VALUES (?, ?, ?)
       ON CONFLICT (scope) DO UPDATE SET note = excluded.note`,
    pauseName(scope),
    note,
    tx.now,
  );
  tx.emit({ type: "queue.paused", time: tx.now, taskId: taskOf(scope), data: note });
}

/** @returns false when it was not paused */
export function resume(tx: Tx, scope: PauseScope): boolean {
  const { changes } = tx.sql.run("DELETE FROM pauses WHERE scope = ?", pauseName(scope));
  if (changes === 0) return false;
  if (scope !== "all") createLaneBook(tx.sql, tx.now).open({ kind: "pause", taskId: scope.taskId });
  tx.emit({ type: "queue.resumed", time: tx.now, taskId: taskOf(scope) });
  return true;
}

export function listPauses(sql: Sql): Pause[] {
  return sql
    .all<{ scope: string; note: string | null; paused_at: number }>(
      "SELECT scope, note, paused_at FROM pauses ORDER BY scope",
    )
    .map((row) => ({ scope: scopeOf(row.scope), note: row.note, pausedAt: row.paused_at }));
}
