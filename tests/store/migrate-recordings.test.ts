import { expect, test } from "bun:test";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { insertRecording, readRecording } from "../../src/store/sqlite/execution-recordings.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { readHistory } from "../../src/store/sqlite/task-history.ts";

test("an upgrade leaves executions without recordings and history, and later ones can have both", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS.slice(0, 16), 0);
  const { sql } = connection;
  sql.run("INSERT INTO tasks (uuid, label, version, created_at, updated_at) VALUES ('u', 'l', '1.0.0', 0, 0)");
  const insert = `INSERT INTO executions (id, task_id, attempt, status, worker_id, created_at, input)
    VALUES (?, 1, 1, 'running', 'w', 0, '{}')`;
  sql.run(insert, 1);
  migrate(connection, MIGRATIONS, 0);
  expect(readRecording(sql, 1)).toBeUndefined();
  const read = () => readHistory(sql, 60_000, { period: "hour", maxTasks: 5 });
  expect([read().steps.size, read().tasks]).toEqual([0, []]);
  sql.run(insert, 2);
  insertRecording({ sql, now: 5 }, 2, { content: null, reason: "It was too large." });
  expect(readRecording(sql, 2)).toEqual({ content: null, reason: "It was too large." });
  sql.run("DELETE FROM executions WHERE id = 2");
  expect(readRecording(sql, 2)).toBeUndefined();
});
