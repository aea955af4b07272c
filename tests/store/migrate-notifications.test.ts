import { expect, test } from "bun:test";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { readEvaluation } from "../../src/store/sqlite/notification-deliveries.ts";
import { readRules } from "../../src/store/sqlite/notification-rules.ts";

test("an upgrade adds notifications without rules, and a rule that is deleted leaves nothing", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  const { sql } = connection;
  const at = MIGRATIONS.findIndex(({ name }) => name === "notifications");
  migrate(connection, MIGRATIONS.slice(0, at), 0);
  sql.run("INSERT INTO events (time, type) VALUES (0, 'queue.paused')");
  expect(migrate(connection, MIGRATIONS.slice(0, at + 1), 1)).toEqual([`${MIGRATIONS[at]?.version} notifications`]);
  expect(readRules(sql)).toEqual([]);
  expect(readEvaluation(sql)).toEqual({ position: 0, streaks: [], reports: [], windows: [] });
  const insert = `INSERT INTO notification_rules (name, origin, condition, enabled, targets, sealed, after_event, created_at, updated_at)
    VALUES ('a', ?, '{}', 1, '[]', ?, 0, 0, 0)`;
  // A rule of the configuration has no receivers in the database, and every other one has.
  expect(() => sql.run(insert, "configuration", "sealed")).toThrow("CHECK");
  expect(() => sql.run(insert, "api", null)).toThrow("CHECK");
  sql.run(insert, "api", "sealed");
  expect(() => sql.run(insert, "api", "sealed")).toThrow("UNIQUE");
  sql.run("INSERT INTO notification_streaks (rule_id, task_id, failures) VALUES (1, 1, 1)");
  sql.run("INSERT INTO notification_reports (rule_id, subject) VALUES (1, 'queue')");
  sql.run("DELETE FROM notification_rules");
  expect(readEvaluation(sql)).toEqual({ position: 0, streaks: [], reports: [], windows: [] });
});
