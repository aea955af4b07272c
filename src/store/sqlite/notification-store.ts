import type { NotificationFilter, NotificationStore, OldestJob, RunningAttempt } from "../contract/notifications.ts";
import type { Sql } from "./connection.ts";
import { readPage } from "./keyset.ts";
import { labelMatches } from "./label-conditions.ts";
import { advanceEvaluation, readEvaluation, readLanes, readNext, recordTry } from "./notification-deliveries.ts";
import { type NotificationRow, notificationFromRow, type RuleRow, ruleFromRow } from "./notification-rows.ts";
import { changeRule, configureRules, createRule, deleteRule, readRule, readRules } from "./notification-rules.ts";
import type { Predicate } from "./predicate.ts";
import type { Writer } from "./writer.ts";

/** Notifications over SQLite. */
export function createNotificationStore(sql: Sql, writer: Writer, now: () => number): NotificationStore {
  return {
    rules: async () => readRules(sql),
    async list(page) {
      const everything = { where: "TRUE", values: [] };
      const { items, nextCursor } = readPage<RuleRow>(
        sql,
        { table: "notification_rules", columns: "*", branches: [everything] },
        page,
      );
      return { items: items.map(ruleFromRow), nextCursor };
    },
    get: async (id) => readRule(sql, id),
    create: (rule) => writer.write((tx) => createRule(tx, rule)),
    change: (id, change) => writer.write((tx) => changeRule(tx, id, change)),
    delete: (id) => writer.write((tx) => deleteRule(tx, id)),
    configure: (rules) => writer.write((tx) => configureRules(tx, rules)),
    state: async () => readEvaluation(sql),
    advance: (step) => writer.write((tx) => advanceEvaluation(tx, step)),
    lanes: async () => readLanes(sql),
    next: async (lane) => readNext(sql, lane),
    recordTry: (id, attempt) => writer.write((tx) => recordTry(tx, id, attempt)),
    async deliveries(filter, page) {
      const query = { table: "notification_deliveries", columns: "*", branches: [selected(filter)] };
      const { items, nextCursor } = readPage<NotificationRow>(sql, query, page);
      return { items: items.map(notificationFromRow), nextCursor };
    },
    async countDeliveries(filter) {
      const { where, values } = selected(filter);
      return (
        sql.get<{ n: number }>(`SELECT count(*) AS n FROM notification_deliveries WHERE ${where}`, ...values)?.n ?? 0
      );
    },
    running: async () => readRunning(sql),
    oldestJobs: async (pattern) => readOldest(sql, pattern, now()),
  };
}

function selected({ ruleId, state }: NotificationFilter): Predicate {
  const parts = [ruleId === undefined ? "TRUE" : "rule_id = ?", state === undefined ? "TRUE" : "state = ?"];
  return { where: parts.join(" AND "), values: [ruleId, state].filter((value) => value !== undefined) };
}

function readRunning(sql: Sql): RunningAttempt[] {
  return sql.all<RunningAttempt>(
    `SELECT e.id AS executionId, e.job_id AS jobId, e.task_id AS taskId, j.schedule_id AS scheduleId,
       coalesce(e.woken_at - CAST(coalesce(e.duration_ms, 0) AS INTEGER), e.started_at) AS startedAt
      FROM executions e INDEXED BY executions_live JOIN jobs j ON j.id = e.job_id
     WHERE e.status IN ('pending', 'running') AND e.started_at IS NOT NULL`,
  );
}

/** Jobs of a task are looked at in the order of their creation, and later ones are passed over. */
function readOldest(sql: Sql, pattern: string, now: number): OldestJob[] {
  const { where, values } = labelMatches([pattern]);
  return sql.all<OldestJob>(
    `SELECT j.id AS jobId, j.task_id AS taskId, max(j.run_at, j.created_at) AS since
       FROM tasks t JOIN jobs j ON j.id = (
         SELECT id FROM jobs INDEXED BY jobs_task_queued
          WHERE task_id = t.id AND status = 'queued' AND run_at <= ? ORDER BY id LIMIT 1)
      WHERE ${where.replaceAll("label", "t.label")}`,
    now,
    ...values,
  );
}
