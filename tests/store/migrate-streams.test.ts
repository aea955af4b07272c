import { expect, test } from "bun:test";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";

test("after an upgrade, jobs have streams that others read, and lose them with their jobs", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  const { sql } = connection;
  migrate(connection, MIGRATIONS.slice(0, 28), 0);
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO jobs (id, task_id, status, priority, run_at, rank, gate, created_at)
      VALUES (1, 1, 'queued', 1, 5, 5, 0, 5), (2, 1, 'queued', 1, 5, 5, 0, 5);
  `);
  expect(migrate(connection, MIGRATIONS, 1)[0]).toBe("29 run_streams");
  connection.exec(`
    INSERT INTO run_streams (job_id, readers) VALUES (1, 1);
    INSERT INTO run_readers (job_id, source_id, source) VALUES (2, 1, 'a');
    DELETE FROM jobs WHERE id = 1;
  `);
  expect(sql.all("SELECT * FROM run_streams")).toEqual([]);
  expect(sql.all("SELECT source_id, source, taken, done, waits_for FROM run_readers")).toEqual([
    { source_id: 1, source: "a", taken: 0, done: 0, waits_for: null },
  ]);
  sql.run("DELETE FROM jobs WHERE id = 2");
  expect(sql.all("SELECT * FROM run_readers")).toEqual([]);
});
