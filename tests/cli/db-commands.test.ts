import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/ratchet.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

const db = (...args: string[]) => place.ratchet(["db", ...args]);
const ok = { code: 0, stderr: "" };
/** The migrations of the repository, by their files. */
const STEPS = readdirSync(join(REPOSITORY, "migrations"))
  .sort()
  .map((file) => ({ version: Number(file.slice(0, 4)), name: file.slice(5, -".sql".length) }));

test("a database is created, described, checked, copied and vacuumed, with text and JSON output", async () => {
  const applied = STEPS.map(({ version, name }) => `applied ${version} ${name}\n`).join("");
  expect(await db("migrate")).toEqual({ ...ok, stdout: applied });
  expect(await db("migrate")).toEqual({ ...ok, stdout: "The schema is up to date.\n" });
  expect(await db("migrate", "--json")).toEqual({ ...ok, stdout: '{"applied":[]}\n' });
  const status = await db("status");
  expect(status).toMatchObject(ok);
  const newest = STEPS.at(-1);
  expect(status.stdout).toMatch(/^ratchet\.db {2}\d+(\.\d)?kB\nschema /);
  expect(status.stdout).toContain(`\nschema ${newest?.version} (${newest?.name})\n\ntable `);
  expect(JSON.parse((await db("status", "--json")).stdout)).toMatchObject({
    file: "ratchet.db",
    pending: [],
    rows: { jobs: 0, executions: 0 },
  });
  expect(await db("check")).toEqual({ ...ok, stdout: "sound\n" });
  expect(await db("check", "--json")).toEqual({ ...ok, stdout: '{"ok":true,"problems":[]}\n' });
  expect((await db("backup", "copy.db")).stdout).toMatch(/^copy\.db {2}\d+(\.\d)?kB\n$/);
  expect(await db("check", "--database", "sqlite:copy.db")).toEqual({ ...ok, stdout: "sound\n" });
  expect((await db("vacuum")).stdout).toMatch(/^\d+(\.\d)?kB before, \d+(\.\d)?kB now\n$/);
});

test("wrong use is told apart from a database that can't be used", async () => {
  const missing = await db("status");
  expect(missing.code).toBe(6);
  expect(missing.stderr).toContain("There is no database ratchet.db");
  expect(missing.stderr).toContain("ratchet db migrate");
  expect(existsSync(join(place.folder, "ratchet.db"))).toBe(false);
  await db("migrate");
  place.write("there.db", "");
  expect(await db("backup", "there.db")).toMatchObject({ code: 2, stderr: expect.stringContaining("already exists") });
  expect((await db("backup")).code).toBe(2);
  expect((await db("status", "--database", "sqlite::memory:")).code).toBe(2);
  expect((await db("status", "--database", "mysql://me:secret@host/x")).stderr).not.toContain("secret");
  expect((await db("backup", "no/such/folder/copy.db")).code).toBe(6);
  expect(await db("backup", "there.db/copy.db")).toMatchObject({
    code: 6,
    stderr: expect.stringContaining("The backup there.db/copy.db cannot be written: there.db is not a folder."),
  });
});

test("damage is found, and the exit code is 6", async () => {
  await db("migrate");
  const path = join(place.folder, "ratchet.db");
  {
    using inside = new Database(path);
    inside.run("INSERT INTO counters (kind, task_id, status, count) VALUES ('job', 1, 'queued', 3)");
  }
  expect(await db("check")).toMatchObject({
    code: 6,
    stdout: expect.stringContaining("the counters of jobs are right"),
  });
  const json = await db("check", "--json");
  expect(json.code).toBe(6);
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, problems: [expect.stringContaining("counters")] });

  // Bytes in the middle of the file, as a failing disk would leave them.
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 8 * 4_096, 12 * 4_096);
  writeFileSync(path, bytes);
  const damaged = await db("check");
  expect(damaged.code).toBe(6);
  expect(damaged.stdout + damaged.stderr).not.toBe("");
  expect(damaged.stdout + damaged.stderr).not.toContain("at ");
});

test.each([
  ["a newer schema", "INSERT INTO schema_migrations VALUES (999, 'later', 'x', 0)", "has schema 999"],
  ["a step that was changed", "UPDATE schema_migrations SET checksum = 'other' WHERE version = 1", "differs from"],
  ["another program's file", "PRAGMA application_id = 7", "belongs to another program"],
])("%s is refused by every command, and left as it is", async (_, sql, message) => {
  await db("migrate");
  {
    using inside = new Database(join(place.folder, "ratchet.db"));
    inside.run(sql);
  }
  const commands = [["status"], ["migrate"], ["check"], ["vacuum"], ["backup", "copy.db"]].map((args) => [
    "db",
    ...args,
  ]);
  for (const args of [...commands, ["serve", "--port", "0"]]) {
    const { code, stdout, stderr } = await place.ratchet(args);
    expect([args[0], args[1], code, stdout]).toEqual([args[0], args[1], 6, ""]);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(2);
  }
  expect(existsSync(join(place.folder, "copy.db"))).toBe(false);
});

test("beside a server under load: a backup can be restored, vacuum and check work, no request fails", async () => {
  place.writeTask("echo", "(input) => input");
  const server = await place.serve();
  const statuses = new Map<number, number>();
  let made = 0;
  let working = true;
  const clients = Array.from({ length: 3 }, async () => {
    const batch = { jobs: Array.from({ length: 20 }, (_, n) => ({ task: "echo", input: n })) };
    while (working) {
      const { status } = await server.call("POST", "/api/v1/jobs/batch", batch);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      made += 20;
    }
  });
  await server.until("/api/v1/stats", ({ jobs }) => Number((jobs as { completed: number }).completed) > 200);
  const before = made;
  expect(await db("backup", "copy.db")).toMatchObject(ok);
  expect(await db("vacuum")).toMatchObject(ok);
  expect(await db("check")).toMatchObject({ ...ok, stdout: "sound\n" });
  expect(await db("status")).toMatchObject(ok);
  working = false;
  await Promise.all(clients);
  expect([...statuses.keys()]).toEqual([201]);
  await server.end();
  expect(await db("check", "--database", "sqlite:copy.db")).toMatchObject({ ...ok, stdout: "sound\n" });
  expect(readdirSync(place.folder).filter((name) => name.includes("partial"))).toEqual([]);

  // Restored: what was acknowledged before the backup is there, and what had not ended goes on.
  const restored = await place.serve(["--database", "sqlite:copy.db"]);
  const stats = await restored.until("/api/v1/stats", ({ jobs }) => {
    const counts = jobs as Record<string, number>;
    return counts.queued === 0 && counts.processing === 0;
  });
  expect((stats.jobs as { completed: number }).completed).toBeGreaterThanOrEqual(before);
  await restored.end();
  expect(await db("check", "--database", "sqlite:copy.db")).toMatchObject(ok);
}, 120_000);
