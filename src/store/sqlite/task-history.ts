import { RUN_TIME_CLASSES } from "../../domain/run-times.ts";
import type { History, HistoryCounts, HistoryPeriod, HistoryRequest } from "../contract/history.ts";
import type { Sql, SqlValue } from "./connection.ts";
import type { HistoryDelta } from "./history-deltas.ts";
import { counted } from "./label-conditions.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The levels of the history: a level is summed up from the one before it, so it can be kept for longer. */
const LEVELS = [
  { stepMs: MINUTE_MS, keepMs: 3 * HOUR_MS },
  { stepMs: 15 * MINUTE_MS, keepMs: 2 * DAY_MS },
  { stepMs: 2 * HOUR_MS, keepMs: 15 * DAY_MS },
] as const;

/** The steps of each period are those of one level. */
const PERIODS: Readonly<Record<HistoryPeriod, { level: number; steps: number }>> = {
  hour: { level: 0, steps: 60 },
  day: { level: 1, steps: 96 },
  week: { level: 2, steps: 84 },
};

const RUN_TIMES = Array.from({ length: RUN_TIME_CLASSES }, (_, index) => `r${index}`);
const COUNTED = ["enqueued", "waits", "wait_ms", "completed", "failed", "cancelled", "run_ms", ...RUN_TIMES];
const COLUMNS = COUNTED.join(", ");
const SUMS = COUNTED.map((column) => `sum(${column}) AS ${column}`).join(", ");
const ADDED = COUNTED.map((column) => `${column} = ${column} + excluded.${column}`).join(", ");

const ADD = `INSERT INTO task_history (level, at, task_id, ${COLUMNS}) VALUES (0${", ?".repeat(COUNTED.length + 2)})
  ON CONFLICT DO UPDATE SET ${ADDED}`;

/** Adds what a transaction has done to the history of a task. */
export function addToHistory(sql: Sql, now: number, taskId: number, delta: HistoryDelta): void {
  sql.run(
    ADD,
    stepOf(now, MINUTE_MS),
    taskId,
    delta.enqueued,
    delta.waits,
    Math.round(delta.waitMs),
    delta.completed,
    delta.failed,
    delta.cancelled,
    delta.runMs,
    ...RUN_TIMES.map((_, index) => delta.runTimes[index] ?? 0),
  );
}

/** Sums up steps that are over for the higher levels, and deletes what is older than any period. */
export function condenseHistory({ sql, now }: { sql: Sql; now: number }): void {
  for (const [level, { stepMs }] of LEVELS.entries()) {
    if (level === 0) continue;
    sql.run(
      `INSERT INTO task_history (level, at, task_id, ${COLUMNS})
         SELECT ${level}, at / ${stepMs} * ${stepMs}, task_id, ${SUMS} FROM task_history
          WHERE level = ${level - 1} AND at >= ? AND at < ? GROUP BY 2, 3
       ON CONFLICT DO NOTHING`,
      condensedUntil(sql, level),
      stepOf(now, stepMs),
    );
  }
  for (const [level, { keepMs }] of LEVELS.entries()) {
    sql.run(`DELETE FROM task_history WHERE level = ${level} AND at < ?`, now - keepMs);
  }
}

/**
 * Returns the time up to which a level has everything; level 0 always has. A level gets all steps that are over at once,
 * so nothing before the end of its latest row is missing.
 */
function condensedUntil(sql: Sql, level: number): number {
  const latest = sql.get<{ at: number | null }>(`SELECT max(at) AS at FROM task_history WHERE level = ${level}`)?.at;
  return latest == null ? 0 : latest + (LEVELS[level]?.stepMs ?? 0);
}

/** Reads a part of the history. The cost depends on the number of tasks that ran in the period. */
export function readHistory(sql: Sql, now: number, request: HistoryRequest): History {
  const { level, steps } = PERIODS[request.period];
  const stepMs = LEVELS[level]?.stepMs ?? MINUTE_MS;
  const to = stepOf(now, stepMs) + stepMs;
  const from = to - steps * stepMs;
  const rows = rowsSince(sql, level, from, request);
  const perStep = sql.all<CountRow & { at: number }>(
    `SELECT at / ${stepMs} * ${stepMs} AS at, ${SUMS} FROM (${rows.where}) GROUP BY 1`,
    ...rows.values,
  );
  const perTask = sql.all<CountRow & { task_id: number }>(
    `SELECT task_id, ${SUMS} FROM (${rows.where}) GROUP BY 1
      ORDER BY sum(completed + failed + cancelled) DESC, sum(enqueued) DESC, task_id LIMIT ?`,
    ...rows.values,
    request.maxTasks,
  );
  return {
    from,
    to,
    stepMs,
    steps: new Map(perStep.map((row) => [row.at, countsOf(row)])),
    tasks: perTask.map((row) => ({ taskId: row.task_id, counts: countsOf(row) })),
  };
}

/** A level has no steps that are not over yet: those come from the levels below it. */
function rowsSince(
  sql: Sql,
  level: number,
  from: number,
  filter: Pick<HistoryRequest, "taskId" | "labels">,
): { where: string; values: SqlValue[] } {
  const condition = counted(filter);
  const parts: string[] = [];
  const values: SqlValue[] = [];
  let since = from;
  for (let at = level; at >= 0; at -= 1) {
    const until = at === 0 ? Number.MAX_SAFE_INTEGER : Math.max(since, condensedUntil(sql, at));
    parts.push(
      `SELECT at, task_id, ${COLUMNS} FROM task_history WHERE level = ${at} AND at >= ? AND at < ?${condition.where}`,
    );
    values.push(since, until, ...condition.values);
    since = until;
  }
  return { where: parts.join(" UNION ALL "), values };
}

const stepOf = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;

interface CountRow {
  enqueued: number;
  waits: number;
  wait_ms: number;
  completed: number;
  failed: number;
  cancelled: number;
  run_ms: number;
  [runTime: `r${number}`]: number;
}

function countsOf(row: CountRow): HistoryCounts {
  const { enqueued, waits, completed, failed, cancelled } = row;
  const runTimes = RUN_TIMES.map((_, index) => row[`r${index}`] ?? 0);
  return { enqueued, waits, waitMs: row.wait_ms, completed, failed, cancelled, runMs: row.run_ms, runTimes };
}
