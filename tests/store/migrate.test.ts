import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FINISHED_REASON } from "../../src/domain/schedule.ts";
import type { AuditFilter } from "../../src/store/contract/audit.ts";
import { appendAudit, isAuditAnchored, readAuditHead } from "../../src/store/sqlite/audit-chain.ts";
import { listAudit } from "../../src/store/sqlite/audit-list.ts";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { insertEvents, readEvents } from "../../src/store/sqlite/event-rows.ts";
import { insertLedger, readLedgers } from "../../src/store/sqlite/execution-ledgers.ts";
import { migrate, migrationStatus } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { readSecrets } from "../../src/store/sqlite/secret-store.ts";

const memory = () => openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
const step = (version: number, sql: string) => ({ version, name: `step${version}`, sql });
const one = step(1, "CREATE TABLE a (id INTEGER) STRICT");
const two = step(2, "CREATE TABLE b (id INTEGER) STRICT; INSERT INTO b VALUES (2)");

test("every file of migrations/ is embedded, in order and unchanged", () => {
  const folder = join(import.meta.dir, "../../migrations");
  const files = readdirSync(folder).sort();
  expect(MIGRATIONS.map(({ version, name }) => `${String(version).padStart(4, "0")}_${name}.sql`)).toEqual(files);
  for (const [index, file] of files.entries()) {
    expect(MIGRATIONS[index]?.sql).toBe(readFileSync(join(folder, file), "utf8"));
  }
});

test("applies pending migrations, once", () => {
  const connection = memory();
  expect(migrate(connection, [one], 5)).toEqual(["1 step1"]);
  expect(migrationStatus(connection, [one, two]).pending).toEqual([{ version: 2, name: "step2" }]);
  expect(migrate(connection, [one, two], 6)).toEqual(["2 step2"]);
  expect(migrate(connection, [one, two], 7)).toEqual([]);
  expect(migrationStatus(connection, [one, two]).applied.map(({ appliedAt }) => appliedAt)).toEqual([5, 6]);
});

test("a migration that fails leaves no trace, and those before it stay", () => {
  const connection = memory();
  const bad = step(2, "CREATE TABLE b (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)");
  expect(() => migrate(connection, [one, bad], 0)).toThrow();
  expect(connection.sql.all("SELECT name FROM sqlite_schema WHERE name = 'b'")).toEqual([]);
  expect(migrate(connection, [one, two], 0)).toEqual(["2 step2"]);
});

test("rejects a newer schema and says what to do", () => {
  const connection = memory();
  migrate(connection, [one, two], 0);
  expect(() => migrate(connection, [one], 0)).toThrow(
    expect.objectContaining({ code: "ENVIRONMENT", message: expect.stringContaining("schema 2") }),
  );
});

test("rejects a migration that was changed after it was applied", () => {
  const connection = memory();
  migrate(connection, [one], 0);
  const changed = step(1, "CREATE TABLE a (id INTEGER, more TEXT) STRICT");
  expect(() => migrate(connection, [changed], 0)).toThrow(expect.objectContaining({ code: "ENVIRONMENT" }));
});

test("line endings do not count as a change", () => {
  const connection = memory();
  migrate(connection, [step(1, "CREATE TABLE a (\n id INTEGER) STRICT")], 0);
  expect(migrate(connection, [step(1, "CREATE TABLE a (\r\n id INTEGER) STRICT")], 0)).toEqual([]);
});

test("rejects the database of another program", () => {
  const connection = memory();
  connection.exec("CREATE TABLE theirs (id INTEGER)");
  expect(() => migrate(connection, MIGRATIONS, 0)).toThrow(
    expect.objectContaining({ code: "ENVIRONMENT", message: expect.stringContaining("another program") }),
  );
});

test("an upgrade keeps attempts, retries and events", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 1), 0);
  const { sql } = connection;
  sql.run("INSERT INTO tasks (uuid, label, version, created_at, updated_at) VALUES ('u', 'l', '1.0.0', 0, 0)");
  const insert = (attempts: number, claims: number) =>
    sql.run(
      `INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, attempts, claims, created_at)
         VALUES (1, 'queued', 1, 0, 0, 0, ?, ?, 0)`,
      attempts,
      claims,
    );
  insert(0, 0);
  insert(2, 3);
  insert(3, 4);
  sql.run("UPDATE jobs SET status = 'processing', worker_id = 'w', gate = NULL WHERE id IN (2, 3)");
  sql.run("UPDATE jobs SET status = 'retrying', worker_id = NULL, gate = 1 WHERE id = 2");
  sql.run("UPDATE jobs SET status = 'failed', worker_id = NULL, finished_at = 0 WHERE id = 3");
  sql.run("INSERT INTO events (time, type, job_id, execution_id) VALUES (0, 'job.started', 3, 9)");
  expect(migrate(connection, MIGRATIONS, 0)).toHaveLength(MIGRATIONS.length - 1);
  expect(sql.all("SELECT id, retries, claims FROM jobs ORDER BY id")).toEqual([
    { id: 1, retries: 0, claims: 0 },
    { id: 2, retries: 2, claims: 3 },
    // Its last attempt was the end of it, so it used up no retry.
    { id: 3, retries: 2, claims: 4 },
  ]);
  expect(
    insertEvents(sql, [{ time: 1, type: "job.failed", jobId: 3, executionId: 9, execution: "failed" }]),
  ).toMatchObject([
    { id: 2, type: "execution.failed" },
    { id: 3, type: "job.failed" },
  ]);
  expect(readEvents(sql, 0, 10).map(({ id, type }) => `${id} ${type}`)).toEqual([
    "1 job.started",
    "2 execution.failed",
    "3 job.failed",
  ]);
});

test("an upgrade adds to existing jobs the firing time that they were created for", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 2), 0);
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO schedules (id, name, task_id, kind, every_ms, overlap, catch_up_ms, jitter_ms, pause_on_failure, priority,
        created_at, updated_at, input)
      VALUES (7, 's', 1, 'every', 1000, 'skip', 0, 0, 0, 1, 0, 0, '{}');
    INSERT INTO jobs (id, task_id, status, priority, run_at, rank, gate, schedule_id, created_at)
      VALUES (1, 1, 'queued', 1, 5, 5, 0, 7, 5), (2, 1, 'queued', 1, 5, 5, 0, 7, 5), (3, 1, 'queued', 1, 5, 5, 0, NULL, 5);
    INSERT INTO schedule_firings (schedule_id, kind, fire_at, status, job_id, decided_at)
      VALUES (7, 'planned', 4000, 'enqueued', 1, 5), (7, 'manual', 4500, 'enqueued', 2, 5),
             (7, 'planned', 5000, 'skipped', NULL, 5);
    INSERT INTO events (id, time, type, job_id) VALUES (1, 5, 'job.queued', 1);
  `);
  expect(migrate(connection, MIGRATIONS, 1)[0]).toBe("3 scheduled_at");
  const jobs = connection.sql.all("SELECT id, scheduled_at FROM jobs ORDER BY id");
  expect(jobs).toEqual([
    { id: 1, scheduled_at: 4000 },
    { id: 2, scheduled_at: 4500 },
    { id: 3, scheduled_at: null },
  ]);
  expect(connection.sql.all("SELECT id, scheduled_at FROM events")).toEqual([{ id: 1, scheduled_at: null }]);
});

test("an upgrade marks schedules that will not fire again as finished", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 4), 0);
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO schedules (id, name, task_id, kind, at, enabled, paused_reason, next_at, due_at, overlap, catch_up_ms,
        jitter_ms, pause_on_failure, priority, created_at, updated_at, input)
      VALUES (1, 'fired', 1, 'at', 5, 1, NULL, NULL, NULL, 'skip', 0, 0, 0, 1, 0, 0, '{}'),
             (2, 'to come', 1, 'at', 5, 1, NULL, 5, 5, 'skip', 0, 0, 0, 1, 0, 0, '{}'),
             (3, 'paused', 1, 'at', 5, 0, 'by hand', NULL, NULL, 'skip', 0, 0, 0, 1, 0, 0, '{}');
  `);
  migrate(connection, MIGRATIONS, 1);
  expect(connection.sql.all("SELECT id, enabled, paused_reason FROM schedules ORDER BY id")).toEqual([
    { id: 1, enabled: 0, paused_reason: FINISHED_REASON },
    { id: 2, enabled: 1, paused_reason: null },
    { id: 3, enabled: 0, paused_reason: "by hand" },
  ]);
});

test("an upgrade moves long inputs of direct executions out of their rows", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 6), 0);
  const long = JSON.stringify("x".repeat(20_000));
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO executions (id, task_id, attempt, status, worker_id, created_at, input)
      VALUES (1, 1, 1, 'running', 'w', 0, '{}'), (2, 1, 1, 'running', 'w', 0, '${long}');
  `);
  migrate(connection, MIGRATIONS, 1);
  expect(connection.sql.all("SELECT id, input FROM executions ORDER BY id")).toEqual([
    { id: 1, input: "{}" },
    { id: 2, input: "" },
  ]);
  expect(connection.sql.all("SELECT * FROM direct_inputs")).toEqual([{ execution_id: 2, input: long }]);
});

test("after an upgrade existing jobs and schedules have no tags, and the tags of new jobs are found until they are deleted", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 5), 0);
  const { sql } = connection;
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO schedules (id, name, task_id, kind, every_ms, overlap, catch_up_ms, jitter_ms, pause_on_failure, priority,
        created_at, updated_at, input)
      VALUES (7, 's', 1, 'every', 300000, 'skip', 0, 0, 0, 1, 0, 0, '{}');
    INSERT INTO jobs (id, task_id, status, priority, run_at, rank, gate, unique_key, created_at)
      VALUES (1, 1, 'queued', 3, 0, 0, 0, 'k', 0);
  `);
  migrate(connection, MIGRATIONS, 0);
  expect(sql.all("SELECT tags FROM jobs")).toEqual([{ tags: null }]);
  expect(sql.all("SELECT max_retries, concurrency_key, tags, every_text FROM schedules")).toEqual([
    { max_retries: null, concurrency_key: null, tags: null, every_text: null },
  ]);
  expect(sql.all("SELECT id FROM jobs INDEXED BY jobs_by_unique_key WHERE unique_key = 'k'")).toEqual([{ id: 1 }]);
  const byPriority = "SELECT id FROM jobs INDEXED BY jobs_by_priority WHERE priority = 3 AND priority <> 1";
  expect(sql.all(byPriority)).toEqual([{ id: 1 }]);
  sql.run(
    `INSERT INTO jobs (id, task_id, status, priority, run_at, rank, gate, created_at, tags)
       VALUES (2, 1, 'queued', 1, 0, 0, 0, 0, '["a","b"]')`,
  );
  expect(sql.all("SELECT tag, job_id FROM job_tags ORDER BY tag")).toEqual([
    { tag: "a", job_id: 2 },
    { tag: "b", job_id: 2 },
  ]);
  sql.run("DELETE FROM jobs WHERE id = 2");
  expect(sql.all("SELECT tag FROM job_tags")).toEqual([]);
});

test("an upgrade adds a place for prepared programs, whose contents go with them", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 7), 0);
  expect(migrate(connection, MIGRATIONS.slice(0, 8), 1)).toEqual(["8 prepared_programs"]);
  const { sql } = connection;
  const { id } = sql.run("INSERT INTO prepared_programs (key, bytes, digest, used_at) VALUES ('k', 2, 'ff', 0)");
  sql.run("INSERT INTO prepared_contents (program_id, content) VALUES (?, ?)", id, new Uint8Array([1, 2]));
  expect(() =>
    sql.run("INSERT INTO prepared_programs (key, bytes, digest, used_at) VALUES ('k', 2, 'ff', 0)"),
  ).toThrow();
  sql.run("DELETE FROM prepared_programs");
  expect(sql.all("SELECT * FROM prepared_contents")).toEqual([]);
});

test("an upgrade adds a place for what executions touched, which goes with them; earlier ones touched nothing that is known", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 8), 0);
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO executions (id, task_id, attempt, status, worker_id, created_at, input)
      VALUES (1, 1, 1, 'running', 'w', 0, '{}'), (2, 1, 1, 'running', 'w', 0, '{}');
  `);
  expect(migrate(connection, MIGRATIONS.slice(0, 9), 1)).toEqual(["9 execution_ledgers"]);
  const { sql } = connection;
  const touched = { origins: [], secrets: ["TOKEN"], tasks: [] };
  insertLedger(sql, 2, touched);
  expect(readLedgers(sql, [1, 2])).toEqual(new Map([[2, touched]]));
  sql.run("DELETE FROM executions WHERE id = 2");
  expect(sql.all("SELECT * FROM execution_ledgers")).toEqual([]);
});

test("an upgrade adds webhooks, whose deliveries go with them, and one job for each delivery", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 11), 0);
  connection.exec(
    "INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0)",
  );
  expect(migrate(connection, MIGRATIONS.slice(0, 12), 1)).toEqual(["12 webhooks"]);
  const { sql } = connection;
  connection.exec(`
    INSERT INTO webhooks (id, name, task_id, verification, respond, created_at, updated_at)
      VALUES (1, 'w', 1, '{}', 'job', 0, 0);
    INSERT INTO webhook_deliveries (id, webhook_id, delivery_id, status, job_id, headers, bytes, received_at)
      VALUES (1, 1, 'a', 'accepted', 7, '{}', 1, 0);
    INSERT INTO webhook_bodies (delivery_id, body, bytes) VALUES (1, x'00', 1);
  `);
  const insert = (status: string, jobId: number | null, reason: string | null) =>
    sql.run(
      `INSERT INTO webhook_deliveries (webhook_id, delivery_id, status, job_id, reason, headers, bytes, received_at)
        VALUES (1, 'a', ?, ?, ?, '{}', 1, 0)`,
      status,
      jobId,
      reason,
    );
  expect(() => insert("accepted", 8, null)).toThrow("UNIQUE");
  expect(() => insert("accepted", null, null)).toThrow("CHECK");
  expect(() => insert("refused", 8, "no")).toThrow("CHECK");
  insert("refused", null, "no");
  sql.run("DELETE FROM webhooks");
  expect(sql.all("SELECT id FROM webhook_deliveries")).toEqual([]);
  expect(sql.all("SELECT delivery_id FROM webhook_bodies")).toEqual([]);
});

test("an upgrade to access control leaves a database without users and keys, and keeps its jobs", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 10), 0);
  const { sql } = connection;
  sql.run("INSERT INTO tasks (uuid, label, version, created_at, updated_at) VALUES ('u', 'l', '1.0.0', 0, 0)");
  sql.run(
    "INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, created_at) VALUES (1, 'queued', 1, 0, 0, 0, 0)",
  );
  expect(migrate(connection, MIGRATIONS.slice(0, 11), 0)).toEqual(["11 access"]);
  for (const table of ["users", "api_keys", "api_key_secrets", "sessions"]) {
    expect(sql.get(`SELECT count(*) AS n FROM ${table}`)).toEqual({ n: 0 });
  }
  expect(sql.get("SELECT count(*) AS n FROM jobs")).toEqual({ n: 1 });
  // Names that differ only in case are one name, and a role is one of three.
  const addUser = (name: string, role: string) =>
    sql.run(
      "INSERT INTO users (name, role, password_hash, created_at, updated_at) VALUES (?, ?, 'h', 0, 0)",
      name,
      role,
    );
  addUser("Ada", "admin");
  expect(() => addUser("ada", "viewer")).toThrow("UNIQUE");
  expect(() => addUser("bob", "root")).toThrow("CHECK");
});

test("an upgrade adds the audit log, which is empty and can only grow", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 12), 0);
  expect(migrate(connection, MIGRATIONS.slice(0, 13), 1)).toEqual(["13 audit"]);
  const { sql } = connection;
  expect(readAuditHead(sql)).toEqual({ count: 0, hash: "" });
  const draft = { actor: "local", action: "pauseQueue", target: "queue", address: "" };
  const entry = { draft, outcome: "ok", count: 1 };
  expect(appendAudit(sql, 0, [entry, entry]).map(({ id }) => id)).toEqual([1, 2]);
  for (const change of [
    "UPDATE audit SET actor = 'x'",
    "DELETE FROM audit",
    "REPLACE INTO audit SELECT * FROM audit",
  ]) {
    expect(() => sql.run(change)).toThrow("can only grow");
  }
});

test("an upgrade of the indexes of the audit log keeps its entries, and finds rare ones by index", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 13), 0);
  const { sql } = connection;
  const draft = { actor: "local", target: "queue", address: "" };
  const actions = ["createJob", "pauseQueue", "createJob"];
  appendAudit(
    sql,
    5,
    actions.map((action) => ({
      draft: { ...draft, action },
      outcome: action === "pauseQueue" ? "FORBIDDEN" : "ok",
      count: 1,
    })),
  );
  const head = readAuditHead(sql);
  expect(migrate(connection, MIGRATIONS.slice(0, 14), 1)).toEqual(["14 audit_indexes"]);
  expect(readAuditHead(sql)).toEqual(head);
  const ids = (filter: AuditFilter) => listAudit(sql, filter, {}).items.map(({ id }) => id);
  expect([ids({}), ids({ action: "pauseQueue" }), ids({ action: "createJob" })]).toEqual([[3, 2, 1], [2], [3, 1]]);
  expect([ids({ outcome: "FORBIDDEN" }), ids({ outcome: "ok" }), ids({ actor: "local", target: "queue" })]).toEqual([
    [2],
    [3, 1],
    [3, 2, 1],
  ]);
  expect(sql.all("SELECT name FROM pragma_index_list('audit') ORDER BY name")).toEqual(
    ["audit_actor", "audit_failure", "audit_rare_action", "audit_target"].map((name) => ({ name })),
  );
});

test("an upgrade adds an empty table of secrets, and keeps jobs with their inputs", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 9), 0);
  const { sql } = connection;
  sql.run("INSERT INTO tasks (uuid, label, version, created_at, updated_at) VALUES ('u', 'l', '1.0.0', 0, 0)");
  sql.run(
    "INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, created_at) VALUES (1, 'queued', 1, 0, 0, 0, 0)",
  );
  sql.run("INSERT INTO job_inputs (job_id, input) VALUES (1, ?)", '{"token":"a value that will be a secret"}');
  expect(migrationStatus(connection, MIGRATIONS).pending[0]).toEqual({ version: 10, name: "secrets" });
  migrate(connection, MIGRATIONS, 1);
  expect(readSecrets(sql)).toEqual({ revision: 0, keyId: null, secrets: [], inputKey: null });
  // What was stored before is not rewritten.
  expect(sql.all("SELECT input FROM job_inputs")).toEqual([{ input: '{"token":"a value that will be a secret"}' }]);
  const stored = `INSERT INTO secrets (name, data_key, sealed, created_at, updated_at) VALUES ('TOKEN', ?, ?, 2, 3)`;
  sql.run(stored, new Uint8Array([1]), new Uint8Array([2]));
  expect(readSecrets(sql).secrets).toMatchObject([{ name: "TOKEN", createdAt: 2, updatedAt: 3 }]);
  expect(() => sql.run("INSERT INTO secret_state (id, revision) VALUES (2, 0)")).toThrow();
});

test("an upgrade adds a place for the key of stored inputs, and keeps the secrets", () => {
  const connection = memory();
  migrate(connection, MIGRATIONS.slice(0, 14), 0);
  const { sql } = connection;
  sql.run("INSERT INTO secrets (name, data_key, sealed, created_at, updated_at) VALUES ('A', x'01', x'02', 1, 2)");
  sql.run("UPDATE secret_state SET revision = 5, key_id = 'k'");
  expect(migrate(connection, MIGRATIONS.slice(0, 15), 1)).toEqual(["15 input_key"]);
  const bytes = (value: number) => new Uint8Array([value]);
  const secrets = [{ name: "A", createdAt: 1, updatedAt: 2, dataKey: bytes(1), sealed: bytes(2) }];
  expect(readSecrets(sql)).toEqual({ revision: 5, keyId: "k", secrets, inputKey: null });
  sql.run("INSERT INTO input_key (id, key_id, data_key, sealed) VALUES (1, 'k', x'03', x'04')");
  expect(readSecrets(sql).inputKey).toEqual({ keyId: "k", dataKey: bytes(3), sealed: bytes(4) });
  expect(() => sql.run("INSERT INTO input_key (id, key_id, data_key, sealed) VALUES (2, 'k', x'03', x'04')")).toThrow(
    "CHECK",
  );
});

test("an upgrade lets the count of the audit log follow the log only, and keeps its entries", () => {
  const connection = memory();
  const { sql } = connection;
  const before = MIGRATIONS.slice(0, 15);
  migrate(connection, before, 0);
  const draft = { actor: "local", action: "pauseQueue", target: "queue", address: "" };
  appendAudit(sql, 0, [{ draft, outcome: "ok", count: 1 }]);
  const head = readAuditHead(sql);
  expect(migrate(connection, MIGRATIONS.slice(0, 16), 1)).toEqual(["16 audit_anchor"]);
  expect([readAuditHead(sql), isAuditAnchored(sql)]).toEqual([head, false]);
  appendAudit(sql, 0, [{ draft, outcome: "ok", count: 1 }]);
  expect(readAuditHead(sql).count).toBe(2);
  for (const change of ["count = 0", "count = 1", "count = 3", "hash = 'x'", "anchored = 2", "one = 2"]) {
    expect(() => sql.run(`UPDATE audit_head SET ${change}`)).toThrow();
  }
  sql.run("UPDATE audit_head SET anchored = 1");
  expect(() => sql.run("UPDATE audit_head SET anchored = 0")).toThrow("can only grow");
});
