import type { ExecutionStatus } from "../../domain/execution-record.ts";
import type { Sql } from "./connection.ts";
import { HistoryDelta } from "./history-deltas.ts";
import { addToHistory } from "./task-history.ts";

type CounterKind = "job" | "execution";

interface Delta {
  kind: CounterKind;
  taskId: number;
  status: string;
  count: number;
  totalMs: number;
}

/** Deltas by task, then by status: counting happens several times for every job, and a joined key would cost more. */
type TaskDeltas = Map<number, Map<string, Delta>>;

/** Changes to the counters and the history of tasks, added up over one piece of work so that each is written once. */
export class CounterDeltas {
  readonly #jobs: TaskDeltas = new Map();
  readonly #executions: TaskDeltas = new Map();
  readonly #history = new Map<number, HistoryDelta>();
  #lines = 0;
  #lineBytes = 0;
  #hasNewLines = false;

  /** Moves a job from one status to another; `undefined` means that it does not exist. */
  moveJob(taskId: number, from: string | undefined, to: string | undefined): void {
    if (from !== undefined) deltaOf(this.#jobs, "job", taskId, from).count -= 1;
    if (to !== undefined) deltaOf(this.#jobs, "job", taskId, to).count += 1;
    if (from === undefined) this.#historyOf(taskId).enqueued += 1;
  }

  /** Counts an execution that starts. @param waitedMs how long its job has waited; undefined for a direct execution */
  startExecution(taskId: number, waitedMs?: number): void {
    deltaOf(this.#executions, "execution", taskId, "running").count += 1;
    if (waitedMs === undefined) return;
    const history = this.#historyOf(taskId);
    history.waits += 1;
    history.waitMs += waitedMs;
  }

  /** Moves an execution that has not ended from one status to another. */
  moveExecution(taskId: number, from: ExecutionStatus, to: ExecutionStatus): void {
    deltaOf(this.#executions, "execution", taskId, from).count -= 1;
    deltaOf(this.#executions, "execution", taskId, to).count += 1;
  }

  /** Moves an execution to its last status. @param durationMs null if it is not known */
  endExecution(
    taskId: number,
    status: "completed" | "failed" | "cancelled",
    durationMs: number | null,
    from: ExecutionStatus = "running",
  ): void {
    deltaOf(this.#executions, "execution", taskId, from).count -= 1;
    const delta = deltaOf(this.#executions, "execution", taskId, status);
    delta.count += 1;
    delta.totalMs += durationMs ?? 0;
    this.#historyOf(taskId).end(status, durationMs);
  }

  /** Removes an execution that is deleted. @param durationMs as it was counted when the execution ended */
  removeExecution(taskId: number, status: string, durationMs: number): void {
    const delta = deltaOf(this.#executions, "execution", taskId, status);
    delta.count -= 1;
    delta.totalMs -= durationMs;
  }

  /** Counts lines of the log that are stored or, with negative numbers, deleted. @param bytes of their messages */
  addLogs(lines: number, bytes: number): void {
    this.#lines += lines;
    this.#lineBytes += bytes;
    this.#hasNewLines ||= lines > 0;
  }

  /** Whether lines of the log were stored. */
  get hasNewLines(): boolean {
    return this.#hasNewLines;
  }

  /** Adds the changes that another object has collected. */
  merge(other: CounterDeltas): void {
    this.#lines += other.#lines;
    this.#lineBytes += other.#lineBytes;
    this.#hasNewLines ||= other.#hasNewLines;
    for (const { kind, taskId, status, count, totalMs } of other.#all()) {
      const delta = deltaOf(kind === "job" ? this.#jobs : this.#executions, kind, taskId, status);
      delta.count += count;
      delta.totalMs += totalMs;
    }
    for (const [taskId, delta] of other.#history) this.#historyOf(taskId).add(delta);
  }

  /** @param now time of what happened, ms since the epoch */
  apply(sql: Sql, now: number): void {
    for (const delta of this.#all()) write(sql, delta);
    for (const [taskId, delta] of this.#history) addToHistory(sql, now, taskId, delta);
    if (this.#lines === 0 && this.#lineBytes === 0) return;
    const update = "UPDATE log_totals SET lines = max(0, lines + ?), bytes = max(0, bytes + ?)";
    sql.run(update, this.#lines, this.#lineBytes);
  }

  #historyOf(taskId: number): HistoryDelta {
    let delta = this.#history.get(taskId);
    if (delta === undefined) {
      delta = new HistoryDelta();
      this.#history.set(taskId, delta);
    }
    return delta;
  }

  *#all(): Iterable<Delta> {
    for (const tasks of [this.#jobs, this.#executions]) {
      for (const statuses of tasks.values()) yield* statuses.values();
    }
  }
}

function deltaOf(tasks: TaskDeltas, kind: CounterKind, taskId: number, status: string): Delta {
  let statuses = tasks.get(taskId);
  if (statuses === undefined) {
    statuses = new Map();
    tasks.set(taskId, statuses);
  }
  let delta = statuses.get(status);
  if (delta === undefined) {
    delta = { kind, taskId, status, count: 0, totalMs: 0 };
    statuses.set(status, delta);
  }
  return delta;
}

function write(sql: Sql, { kind, taskId, status, count, totalMs }: Delta): void {
  if (count === 0 && totalMs === 0) return;
  // A wrong count must not keep jobs from ending: `db check` reports it.
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
