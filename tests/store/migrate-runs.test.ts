import { expect, test } from "bun:test";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";

/** A database before runs, with a job that waits, one that has ended, and the highest ids of both kinds deleted. */
function olderDatabase() {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS.slice(0, 21), 0);
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO jobs (id, task_id, status, priority, run_at, rank, gate, unique_key, version, tags, created_at)
      VALUES (1, 1, 'queued', 1, 5, 5, 0, 'k', '1.0.0', '["a","b"]', 5), (2, 1, 'queued', 2, 6, 6, 0, NULL, NULL, NULL, 6),
             (9, 1, 'queued', 1, 7, 7, 0, NULL, NULL, NULL, 7);
    INSERT INTO job_inputs (job_id, input) VALUES (1, '{"a":1}'), (2, '[]'), (9, '0');
    UPDATE jobs SET status = 'processing', worker_id = 'w', gate = NULL, claims = 1, started_at = 8 WHERE id IN (2, 9);
    INSERT INTO executions (id, job_id, task_id, attempt, status, worker_id, created_at, trace)
      VALUES (3, 2, 1, 1, 'running', 'w', 8, 'abc'), (8, 9, 1, 1, 'running', 'w', 8, NULL);
    INSERT INTO executions (id, task_id, attempt, status, worker_id, created_at, input)
      VALUES (4, 1, 1, 'running', 'w', 8, '');
    INSERT INTO direct_inputs (execution_id, input) VALUES (4, '"long"');
    INSERT INTO execution_ledgers (execution_id, touched) VALUES (3, '{}');
    UPDATE executions SET status = 'completed', finished_at = 9, output = '15' WHERE id = 3;
    UPDATE jobs SET status = 'completed', worker_id = NULL, finished_at = 9 WHERE id = 2;
    DELETE FROM jobs WHERE id = 9;
  `);
  return connection;
}

test("an upgrade keeps jobs and executions with all that refers to them", () => {
  const connection = olderDatabase();
  const { sql } = connection;
  const read = () => ({
    jobs: sql.all<object>("SELECT * FROM jobs ORDER BY id"),
    executions: sql.all<object>("SELECT * FROM executions ORDER BY id"),
    inputs: sql.all("SELECT * FROM job_inputs ORDER BY job_id"),
    direct: sql.all("SELECT * FROM direct_inputs"),
    ledgers: sql.all("SELECT * FROM execution_ledgers"),
    tags: sql.all("SELECT * FROM job_tags ORDER BY tag"),
  });
  const before = read();
  expect(before.jobs).toHaveLength(2);
  expect(before.executions).toHaveLength(2);
  expect(migrate(connection, MIGRATIONS, 1)[0]).toBe("22 runs");
  const after = read();
  expect(after).toMatchObject(before);
  expect(sql.all("PRAGMA foreign_key_check")).toEqual([]);
  expect(sql.all("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
});

test("after an upgrade no id is given again, and rows go with the job that they belong to", () => {
  const connection = olderDatabase();
  const { sql } = connection;
  migrate(connection, MIGRATIONS, 1);
  expect(sql.get("PRAGMA foreign_keys")).toEqual({ foreign_keys: 1 });
  const job = sql.run(
    "INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, tags, created_at) VALUES (1, 'queued', 1, 0, 0, 0, '[\"c\"]', 0)",
  );
  expect(job.id).toBe(10);
  const execution = sql.run(
    "INSERT INTO executions (job_id, task_id, attempt, status, worker_id, created_at) VALUES (10, 1, 1, 'running', 'w', 0)",
  );
  expect(execution.id).toBe(9);
  sql.run("DELETE FROM jobs WHERE id = 2");
  expect(sql.all("SELECT id FROM executions WHERE job_id = 2")).toEqual([]);
  expect(sql.all("SELECT * FROM execution_ledgers")).toEqual([]);
  expect(sql.all("SELECT * FROM job_inputs WHERE job_id = 2")).toEqual([]);
  expect(sql.all("SELECT tag FROM job_tags ORDER BY tag")).toEqual([{ tag: "a" }, { tag: "b" }, { tag: "c" }]);
  sql.run("DELETE FROM jobs WHERE id = 10");
  expect(sql.all("SELECT tag FROM job_tags ORDER BY tag")).toEqual([{ tag: "a" }, { tag: "b" }]);
});

test("an upgrade of a database without jobs begins with the first id", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS.slice(0, 21), 0);
  migrate(connection, MIGRATIONS, 1);
  connection.exec(
    "INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1', 0, 0)",
  );
  const insert =
    "INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, created_at) VALUES (1, 'queued', 1, 0, 0, 0, 0)";
  expect(connection.sql.run(insert).id).toBe(1);
});
