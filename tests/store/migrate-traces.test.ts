import { expect, test } from "bun:test";
import { parseJobTrace } from "../../src/domain/trace.ts";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";

test("an upgrade gives unfinished jobs a trace, and leaves finished ones without", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  const { sql } = connection;
  migrate(connection, MIGRATIONS.slice(0, 16), 0);
  sql.run("INSERT INTO tasks (uuid, label, version, created_at, updated_at) VALUES ('u', 'l', '1.0.0', 0, 0)");
  for (let id = 1; id <= 3; id++) {
    sql.run(
      "INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, created_at) VALUES (1, 'queued', 1, 0, 0, 0, 5)",
    );
  }
  sql.run("UPDATE jobs SET status = 'cancelled', gate = NULL, finished_at = 1 WHERE id = 3");
  expect(migrate(connection, MIGRATIONS.slice(0, 17), 1)).toEqual(["17 traces"]);
  const [first, second, third] = sql.all<{ trace_id: string | null; trace: string | null }>(
    "SELECT trace_id, trace FROM jobs ORDER BY id",
  );
  expect(third).toEqual({ trace_id: null, trace: null });
  expect(first?.trace_id).toMatch(/^[\da-f]{32}$/);
  expect(second?.trace_id).not.toBe(first?.trace_id);
  const trace = parseJobTrace(first?.trace_id ?? "", first?.trace ?? "");
  expect(trace).toMatchObject({ startedUs: 5_000, flags: 1, state: null, request: null });
  expect(trace.spanId).toMatch(/^[\da-f]{16}$/);
});
