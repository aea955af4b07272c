import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { findInconsistencies } from "../../src/store/sqlite/invariants.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { openStore } from "../../src/store/sqlite/open.ts";

test("an upgrade keeps the lines of executions", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  const { sql } = connection;
  migrate(connection, MIGRATIONS.slice(0, 18), 0);
  sql.run("INSERT INTO tasks (uuid, label, version, created_at, updated_at) VALUES ('u', 'l', '1.0.0', 0, 0)");
  for (const lines of [2, 0, 1]) {
    sql.run(
      `INSERT INTO executions (task_id, attempt, status, worker_id, created_at, log_count, input)
        VALUES (1, 1, 'running', 'w', 5, ?, '1')`,
      lines,
    );
  }
  const insert = "INSERT INTO execution_logs (execution_id, seq, time, level, message) VALUES (?, ?, ?, ?, ?)";
  sql.run(insert, 1, 0, 10, "debug", "älter");
  sql.run(insert, 1, 1, 11, "error", "two");
  sql.run(insert, 3, 0, 9, "warn", "three");
  expect(migrate(connection, MIGRATIONS.slice(0, 19), 1)).toEqual(["19 logs"]);
  expect(
    sql.all("SELECT time, level, task_id, execution_id, seq, job_id, message FROM logs ORDER BY execution_id, seq"),
  ).toEqual([
    { time: 10, level: 0, task_id: 1, execution_id: 1, seq: 0, job_id: null, message: "älter" },
    { time: 11, level: 3, task_id: 1, execution_id: 1, seq: 1, job_id: null, message: "two" },
    { time: 9, level: 2, task_id: 1, execution_id: 3, seq: 0, job_id: null, message: "three" },
  ]);
  expect(sql.all("SELECT lines, bytes FROM log_totals")).toEqual([{ lines: 3, bytes: 14 }]);
  migrate(connection, MIGRATIONS, 2);
  expect(findInconsistencies(sql).filter((problem) => problem.includes("log"))).toEqual([]);
});

test("a file that could not become smaller can after a server has opened it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-shrink-"));
  try {
    const path = join(folder, "old.db");
    // As a program that does not know about it creates a file.
    const old = new Database(path, { create: true });
    old.run("PRAGMA auto_vacuum = NONE");
    old.run("PRAGMA journal_mode = WAL");
    old.run("CREATE TABLE scratch (x)");
    old.run("DROP TABLE scratch");
    old.close();
    const store = openStore({ url: `sqlite:${path}`, clock: systemClock, exclusive: true, onListenerError: () => {} });
    const message = "x".repeat(1_000);
    const line = {
      time: 1,
      level: "info",
      message,
      taskId: null,
      jobId: null,
      executionId: null,
      traceId: null,
    } as const;
    for (let round = 0; round < 20; round++) await store.logs.append(Array(500).fill(line));
    const policy = {
      jobs: {},
      directExecutions: {},
      events: {},
      deliveries: {},
      firings: {},
      logs: { maxBytes: 100_000 },
    };
    // What is in the write-ahead log is written back by the last step.
    while ((await store.retention.step(policy, 100)).more);
    expect((await store.logs.list({}, { limit: 1_000 })).items).toHaveLength(86);
    expect(statSync(path).size).toBeLessThan(2.5 * 1024 * 1024);
    await store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
