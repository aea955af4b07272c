import type { Sql } from "./connection.ts";

/** What is counted. */
export type CounterKind = "job" | "execution";

interface Delta {
  kind: CounterKind;
  taskId: number;
  status: string;
  count: number;
  totalMs: number;
}

/** Changes to the counters, summed up over one piece of work so that each counter is written once. */
export class CounterDeltas {
  readonly #deltas = new Map<string, Delta>();

  /** Moves one from a status to another; `undefined` stands for not existing. */
  move(kind: CounterKind, taskId: number, from: string | undefined, to: string | undefined, durationMs = 0): void {
    if (from !== undefined) this.add(kind, taskId, from, -1, 0);
    if (to !== undefined) this.add(kind, taskId, to, 1, durationMs);
  }

  add(kind: CounterKind, taskId: number, status: string, count: number, totalMs: number): void {
    const key = `${kind} ${taskId} ${status}`;
    const delta = this.#deltas.get(key);
    if (delta === undefined) {
      this.#deltas.set(key, { kind, taskId, status, count, totalMs });
    } else {
      delta.count += count;
      delta.totalMs += totalMs;
    }
  }

  apply(sql: Sql): void {
    for (const { kind, taskId, status, count, totalMs } of this.#deltas.values()) {
      if (count === 0 && totalMs === 0) continue;
      const updated = sql.all(
        `UPDATE counters SET count = count + ?, total_ms = total_ms + ?
          WHERE kind = ? AND task_id = ? AND status = ? RETURNING count`,
        count,
        totalMs,
        kind,
        taskId,
        status,
      );
      if (updated.length > 0) continue;
      sql.run(
        "INSERT INTO counters (kind, task_id, status, count, total_ms) VALUES (?, ?, ?, ?, ?)",
        kind,
        taskId,
        status,
        count,
        totalMs,
      );
    }
  }
}
