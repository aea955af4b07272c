import { expect, test } from "bun:test";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";

test("after an upgrade, jobs that were there already can be waited for", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  const { sql } = connection;
  migrate(connection, MIGRATIONS.slice(0, 22), 0);
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO jobs (id, task_id, status, priority, run_at, rank, gate, created_at)
      VALUES (1, 1, 'queued', 1, 5, 5, 0, 5), (2, 1, 'queued', 1, 5, 5, 1, 5);
  `);
  expect(migrate(connection, MIGRATIONS, 1)[0]).toBe("23 job_chains");
  connection.exec(`
    INSERT INTO job_chains (job_id, condition, run_at, gives_input, remaining) VALUES (2, 'any', 0, 0, 1);
    INSERT INTO job_after (job_id, place, after_id) VALUES (2, 0, 1);
  `);
  const state = () => sql.get("SELECT remaining, status FROM job_chains JOIN job_after USING (job_id)");
  sql.run("UPDATE jobs SET status = 'cancelled', gate = NULL, finished_at = 9 WHERE id = 1");
  expect(state()).toEqual({ remaining: 0, status: "cancelled" });
  sql.run("UPDATE jobs SET status = 'queued', gate = 0, finished_at = NULL WHERE id = 1");
  expect(state()).toEqual({ remaining: 1, status: null });
  sql.run("DELETE FROM jobs WHERE id = 2");
  expect(state()).toBeUndefined();
  expect(sql.all("SELECT * FROM job_after")).toEqual([]);
});
