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
  // By task, then by kind and status: this is done several times for every job, and joining a key costs more than both.
  readonly #jobs = new Map<number, Map<string, Delta>>();
  readonly #executions = new Map<number, Map<string, Delta>>();

  /** Moves one from a status to another; `undefined` stands for not existing. */
  move(kind: CounterKind, taskId: number, from: string | undefined, to: string | undefined, durationMs = 0): void {
    if (from !== undefined) this.add(kind, taskId, from, -1, 0);
    if (to !== undefined) this.add(kind, taskId, to, 1, durationMs);
  }

  add(kind: CounterKind, taskId: number, status: string, count: number, totalMs: number): void {
    const tasks = kind === "job" ? this.#jobs : this.#executions;
    let statuses = tasks.get(taskId);
    if (statuses === undefined) {
      statuses = new Map();
      tasks.set(taskId, statuses);
    }
    const delta = statuses.get(status);
    if (delta === undefined) {
      statuses.set(status, { kind, taskId, status, count, totalMs });
    } else {
      delta.count += count;
      delta.totalMs += totalMs;
    }
  }

  /** Takes over what another has summed up. */
  merge(other: CounterDeltas): void {
    for (const { kind, taskId, status, count, totalMs } of other.#all()) this.add(kind, taskId, status, count, totalMs);
  }

  apply(sql: Sql): void {
    for (const delta of this.#all()) write(sql, delta);
  }

  *#all(): Iterable<Delta> {
    for (const tasks of [this.#jobs, this.#executions]) {
      for (const statuses of tasks.values()) yield* statuses.values();
    }
  }
}

function write(sql: Sql, { kind, taskId, status, count, totalMs }: Delta): void {
  if (count === 0 && totalMs === 0) return;
  // A count that has gone wrong must not keep jobs from ending: `db check` tells of it.
  const { changes } = sql.run(
    `UPDATE counters SET count = max(0, count + ?), total_ms = total_ms + ?
      WHERE kind = ? AND task_id = ? AND status = ?`,
    count,
    totalMs,
    kind,
    taskId,
    status,
  );
  if (changes > 0) return;
  sql.run(
    "INSERT INTO counters (kind, task_id, status, count, total_ms) VALUES (?, ?, ?, max(0, ?), ?)",
    kind,
    taskId,
    status,
    count,
    totalMs,
  );
}
