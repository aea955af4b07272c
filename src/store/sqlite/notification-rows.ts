import type {
  NewNotificationRule,
  NotificationCondition,
  NotificationDelivery,
  NotificationMessage,
  NotificationRule,
  NotificationState,
  RuleOrigin,
  ShownTarget,
  StoredTarget,
} from "../../domain/notification.ts";
import type { SqlValue } from "./connection.ts";

/** A row of `notification_rules`. */
export interface RuleRow {
  id: number;
  name: string;
  origin: RuleOrigin;
  condition: string;
  enabled: number;
  targets: string;
  sealed: string | null;
  after_event: number;
  created_at: number;
  updated_at: number;
}

/** A row of `notification_deliveries`. */
export interface NotificationRow {
  id: number;
  rule_id: number;
  target_key: string;
  target: string;
  message_id: string;
  message: string;
  state: NotificationState;
  tries: number;
  status: number | null;
  response: string | null;
  error: string | null;
  next_try_at: number | null;
  created_at: number;
  finished_at: number | null;
}

/** Converts a row to a rule. */
export function ruleFromRow(row: RuleRow): NotificationRule {
  return {
    id: row.id,
    name: row.name,
    origin: row.origin,
    condition: JSON.parse(row.condition) as NotificationCondition,
    enabled: row.enabled === 1,
    targets: JSON.parse(row.targets) as StoredTarget[],
    sealed: row.sealed,
    afterEvent: row.after_event,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The columns of what is written of a rule, in the order of {@link writtenValues}. */
export const WRITTEN_COLUMNS = ["name", "origin", "condition", "enabled", "targets", "sealed"] as const;

/** Converts what is written of a rule to the values of its columns. */
export function writtenValues(rule: NewNotificationRule): SqlValue[] {
  const { name, origin, condition, enabled, targets, sealed } = rule;
  return [name, origin, JSON.stringify(condition), enabled ? 1 : 0, JSON.stringify(targets), sealed];
}

/** Converts a row to a delivery. */
export function notificationFromRow(row: NotificationRow): NotificationDelivery {
  return {
    id: row.id,
    ruleId: row.rule_id,
    targetKey: row.target_key,
    target: JSON.parse(row.target) as ShownTarget,
    messageId: row.message_id,
    message: JSON.parse(row.message) as NotificationMessage,
    state: row.state,
    tries: row.tries,
    status: row.status,
    response: row.response,
    error: row.error,
    nextTryAt: row.next_try_at,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
