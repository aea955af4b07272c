import { RatchetError } from "../../domain/errors.ts";
import { noRule } from "../../domain/not-found.ts";
import { MAX_NOTIFICATION_RULES, type NewNotificationRule, type NotificationRule } from "../../domain/notification.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { type RuleRow, ruleFromRow, WRITTEN_COLUMNS, writtenValues } from "./notification-rows.ts";

/** Reads all rules by id. */
export function readRules(sql: Sql): NotificationRule[] {
  return sql.all<RuleRow>("SELECT * FROM notification_rules ORDER BY id").map(ruleFromRow);
}

export function readRule(sql: Sql, id: number): NotificationRule | undefined {
  const row = sql.get<RuleRow>("SELECT * FROM notification_rules WHERE id = ?", id);
  return row === undefined ? undefined : ruleFromRow(row);
}

/** @throws {RatchetError} CONFLICT if the name is taken, or there are too many rules */
export function createRule(tx: Tx, rule: NewNotificationRule): NotificationRule {
  checkName(tx.sql, rule.name);
  const count = tx.sql.get<{ n: number }>("SELECT count(*) AS n FROM notification_rules")?.n ?? 0;
  if (count >= MAX_NOTIFICATION_RULES) {
    throw new RatchetError("CONFLICT", `There are ${count} rules, which is the limit.`, {
      remedy: "Delete one, or use patterns, so that one rule covers several tasks.",
    });
  }
  return existing(tx.sql, insert(tx, rule));
}

/** @throws {RatchetError} RULE_NOT_FOUND; CONFLICT if the name is taken */
export function changeRule(tx: Tx, id: number, change: Partial<NewNotificationRule>): NotificationRule {
  const { sql } = tx;
  const old = existing(sql, id);
  const rule: NewNotificationRule = { ...old, ...change };
  if (rule.name !== old.name) checkName(sql, rule.name);
  update(tx, id, rule);
  return existing(sql, id);
}

/** @throws {RatchetError} RULE_NOT_FOUND */
export function deleteRule({ sql }: Tx, id: number): void {
  if (sql.run("DELETE FROM notification_rules WHERE id = ?", id).changes === 0) throw noRule(id);
}

/** Makes the rules of the configuration those that are given. */
export function configureRules(tx: Tx, rules: readonly NewNotificationRule[]): void {
  const before = readRules(tx.sql).filter(({ origin }) => origin === "configuration");
  for (const { id, name } of before) {
    if (!rules.some((rule) => rule.name === name)) deleteRule(tx, id);
  }
  for (const rule of rules) {
    const old = before.find(({ name }) => name === rule.name);
    if (old === undefined) insert(tx, rule);
    else if (JSON.stringify(writtenValues(old)) !== JSON.stringify(writtenValues(rule))) update(tx, old.id, rule);
  }
}

function insert({ sql, now }: Tx, rule: NewNotificationRule): number {
  const columns = [...WRITTEN_COLUMNS, "after_event", "created_at", "updated_at"];
  const inserted = sql.run(
    `INSERT INTO notification_rules (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    ...writtenValues(rule),
    lastEvent(sql),
    now,
    now,
  );
  return inserted.id;
}

/** A changed rule begins again: nothing that was remembered for the old one holds for it. */
function update({ sql, now }: Tx, id: number, rule: NewNotificationRule): void {
  sql.run(
    `UPDATE notification_rules SET ${WRITTEN_COLUMNS.map((column) => `${column} = ?`).join(", ")},
       after_event = ?, updated_at = ? WHERE id = ?`,
    ...writtenValues(rule),
    lastEvent(sql),
    now,
    id,
  );
  for (const table of ["notification_streaks", "notification_reports", "notification_windows"]) {
    sql.run(`DELETE FROM ${table} WHERE rule_id = ?`, id);
  }
}

/** Ids are never used again, so the sequence has the latest one, also when its event is deleted. */
function lastEvent(sql: Sql): number {
  return sql.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'events'")?.seq ?? 0;
}

function existing(sql: Sql, id: number): NotificationRule {
  const rule = readRule(sql, id);
  if (rule === undefined) throw noRule(id);
  return rule;
}

/** @throws {RatchetError} CONFLICT if the name is taken */
function checkName(sql: Sql, name: string): void {
  if (sql.get("SELECT 1 AS one FROM notification_rules WHERE name = ?", name) === undefined) return;
  throw new RatchetError("CONFLICT", `There is a rule named ${JSON.stringify(name)} already.`, {
    data: { field: "name", name },
    remedy: "Choose another name, or change that rule.",
  });
}
