import {
  MAX_PENDING_DELIVERIES,
  type NewNotificationDelivery,
  type NotificationDelivery,
} from "../../domain/notification.ts";
import type {
  DeliveryLane,
  EvaluationState,
  EvaluationStep,
  NotificationStreak,
  StoredTry,
} from "../contract/notifications.ts";
import type { KeepRule } from "../contract/retention.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { type NotificationRow, notificationFromRow } from "./notification-rows.ts";

/** Reads everything that the evaluation remembers. */
export function readEvaluation(sql: Sql): EvaluationState {
  const windows = sql.all<{ ruleId: number; endsAt: number; sent: number; held: number; items: string }>(
    "SELECT rule_id AS ruleId, ends_at AS endsAt, sent, held, items FROM notification_windows",
  );
  return {
    position: sql.get<{ id: number }>("SELECT event_id AS id FROM notification_position")?.id ?? 0,
    streaks: sql.all<NotificationStreak>(
      "SELECT rule_id AS ruleId, task_id AS taskId, failures FROM notification_streaks",
    ),
    reports: sql.all("SELECT rule_id AS ruleId, subject FROM notification_reports"),
    windows: windows.map(({ items, ...window }) => ({ ...window, items: JSON.parse(items) })),
  };
}

/** Stores what an evaluation leads to. Rules that were deleted in the meantime are left out. */
export function advanceEvaluation(tx: Tx, step: EvaluationStep): void {
  const { sql } = tx;
  const rules = new Set(sql.all<{ id: number }>("SELECT id FROM notification_rules").map(({ id }) => id));
  const isThere = ({ ruleId }: { ruleId: number }) => rules.has(ruleId);
  if (step.position !== undefined) sql.run("UPDATE notification_position SET event_id = ?", step.position);
  for (const { ruleId, taskId, failures } of step.streaks.filter(isThere)) {
    if (failures === 0) sql.run("DELETE FROM notification_streaks WHERE rule_id = ? AND task_id = ?", ruleId, taskId);
    else {
      sql.run(
        "INSERT OR REPLACE INTO notification_streaks (rule_id, task_id, failures) VALUES (?, ?, ?)",
        ruleId,
        taskId,
        failures,
      );
    }
  }
  for (const { ruleId, subject } of step.reported.filter(isThere)) {
    sql.run("INSERT OR IGNORE INTO notification_reports (rule_id, subject) VALUES (?, ?)", ruleId, subject);
  }
  for (const { ruleId, subject } of step.ended) {
    sql.run("DELETE FROM notification_reports WHERE rule_id = ? AND subject = ?", ruleId, subject);
  }
  for (const change of step.windows.filter(isThere)) writeWindow(sql, change);
  for (const delivery of step.deliveries.filter(isThere)) insertDelivery(tx, delivery);
}

function writeWindow(sql: Sql, { ruleId, window }: EvaluationStep["windows"][number]): void {
  if (window === null) {
    sql.run("DELETE FROM notification_windows WHERE rule_id = ?", ruleId);
    return;
  }
  sql.run(
    "INSERT OR REPLACE INTO notification_windows (rule_id, ends_at, sent, held, items) VALUES (?, ?, ?, ?, ?)",
    ruleId,
    window.endsAt,
    window.sent,
    window.held,
    JSON.stringify(window.items),
  );
}

/** A receiver that has not responded for long must not fill the database. */
function insertDelivery({ sql, now }: Tx, delivery: NewNotificationDelivery): void {
  const { ruleId, targetKey, target, messageId, message } = delivery;
  const waiting = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM notification_deliveries INDEXED BY notification_deliveries_lane
      WHERE state = 'pending' AND rule_id = ? AND target_key = ?`,
    ruleId,
    targetKey,
  );
  const isFull = (waiting?.n ?? 0) >= MAX_PENDING_DELIVERIES;
  sql.run(
    `INSERT INTO notification_deliveries
       (rule_id, target_key, target, message_id, message, state, error, next_try_at, created_at, finished_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ruleId,
    targetKey,
    JSON.stringify(target),
    messageId,
    JSON.stringify(message),
    isFull ? "failed" : "pending",
    isFull ? `it was not tried: ${MAX_PENDING_DELIVERIES} others wait for this receiver` : null,
    isFull ? null : now,
    now,
    isFull ? now : null,
  );
}

/** The receivers for which deliveries wait. */
export function readLanes(sql: Sql): DeliveryLane[] {
  return sql.all<DeliveryLane>(
    `SELECT DISTINCT rule_id AS ruleId, target_key AS targetKey
       FROM notification_deliveries INDEXED BY notification_deliveries_lane WHERE state = 'pending'`,
  );
}

/** The pending delivery that is tried next. */
export function readNext(sql: Sql, { ruleId, targetKey }: DeliveryLane): NotificationDelivery | undefined {
  const row = sql.get<NotificationRow>(
    `SELECT * FROM notification_deliveries INDEXED BY notification_deliveries_lane
      WHERE state = 'pending' AND rule_id = ? AND target_key = ? ORDER BY next_try_at, id LIMIT 1`,
    ruleId,
    targetKey,
  );
  return row === undefined ? undefined : notificationFromRow(row);
}

export function recordTry({ sql, now }: Tx, id: number, { result, nextTryAt }: StoredTry): void {
  const { delivered, status, response, error } = result;
  sql.run(
    `UPDATE notification_deliveries
        SET tries = tries + 1, state = ?, status = ?, response = ?, error = ?, next_try_at = ?, finished_at = ?
      WHERE id = ? AND state = 'pending'`,
    delivered ? "delivered" : nextTryAt === null ? "failed" : "pending",
    status,
    response,
    error,
    delivered ? null : nextTryAt,
    delivered || nextTryAt === null ? now : null,
    id,
  );
}

/** Deletes finished deliveries that the rule does not keep. @returns how many */
export function deleteNotifications({ sql, now }: Tx, rule: KeepRule | undefined, limit: number): number {
  if (rule === undefined) return 0;
  const { maxAgeMs, maxCount } = rule;
  const deleteOldest = (before: number, most: number): number =>
    sql.run(
      `DELETE FROM notification_deliveries WHERE id IN (
         SELECT id FROM notification_deliveries INDEXED BY notification_deliveries_finished
          WHERE finished_at IS NOT NULL AND finished_at < ? ORDER BY finished_at LIMIT ?)`,
      before,
      most,
    ).changes;
  const old = maxAgeMs === undefined ? 0 : deleteOldest(now - maxAgeMs, limit);
  if (maxCount === undefined || old === limit) return old;
  const all = sql.get<{ n: number }>("SELECT count(*) AS n FROM notification_deliveries")?.n ?? 0;
  return all > maxCount ? old + deleteOldest(now + 1, Math.min(limit - old, all - maxCount)) : old;
}
