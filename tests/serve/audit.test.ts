/** The audit log of the executable: what gets into it, and that nothing gets out of it unnoticed. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  server = await place.serve([], { RATCHET_AUDIT_LOG: "true" });
  await server.until("/api/v1/tasks/echo", ({ label }) => label === "echo");
});
afterAll(() => place[Symbol.dispose]());

async function entries(query = ""): Promise<JsonObject[]> {
  const { body } = await server.call("GET", `/api/v1/audit${query}`);
  return body.items as JsonObject[];
}
/** The newest entry, without its id and time. */
async function newest(): Promise<JsonObject> {
  const [{ id: _id, at: _at, ...rest } = {}] = await entries("?limit=1");
  return rest;
}
const LOCAL = { actor: "local", address: "127.0.0.1", outcome: "ok", count: 1 };

async function graphql(query: string, variables: JsonObject = {}): Promise<JsonObject> {
  return (await server.call("POST", "/graphql", { query, variables })).body;
}

describe("what is written", () => {
  test("each change, with what it created or changed", async () => {
    const { body } = await server.call("POST", "/api/v1/jobs", { task: "echo", input: 1 });
    expect(await newest()).toEqual({ ...LOCAL, action: "createJob", target: `jobs/${body.id}` });
    await server.call("POST", "/api/v1/jobs/batch", { jobs: [{ task: "echo" }, { task: "echo" }, { task: "echo" }] });
    expect(await newest()).toEqual({
      ...LOCAL,
      action: "createJobs",
      target: `jobs/${Number(body.id) + 1} and 2 more`,
    });
    await server.call("POST", "/api/v1/queue/pause", {});
    expect(await newest()).toEqual({ ...LOCAL, action: "pauseQueue", target: "queue" });
    await server.call("POST", "/api/v1/queue/resume", {});
    const part = { ...LOCAL, target: "queue/tasks/echo" };
    await server.call("POST", "/api/v1/queue/pause", { task: "echo" });
    expect(await newest()).toEqual({ ...part, action: "pauseQueue" });
    await server.call("POST", "/api/v1/queue/resume", { task: "echo" });
    expect(await newest()).toEqual({ ...part, action: "resumeQueue" });
    await server.call("PUT", "/api/v1/queue/limits", { task: "echo", concurrency: 9 });
    expect(await newest()).toEqual({ ...part, action: "setLimits" });
    await server.call("PUT", "/api/v1/queue/limits", { key: "k", concurrency: 9 });
    expect(await newest()).toEqual({ ...LOCAL, action: "setLimits", target: "queue/keys/k" });
    await server.call("PUT", "/api/v1/queue/limits", { anyKey: true, concurrency: 9 });
    expect(await newest()).toEqual({ ...LOCAL, action: "setLimits", target: "queue/keys" });
    await server.call("POST", "/api/v1/queue/pause", { task: "nothing" });
    expect(await newest()).toMatchObject({ target: "queue/tasks/nothing", outcome: "TASK_NOT_FOUND" });
    const verification = { type: "token", secret: "TOKEN" };
    await server.call("POST", "/api/v1/webhooks", { name: "shop", task: "echo", verification });
    expect(await newest()).toEqual({ ...LOCAL, action: "createWebhook", target: "webhooks/shop" });
    await server.call("PATCH", "/api/v1/tasks/echo", { enabled: true });
    expect(await newest()).toEqual({ ...LOCAL, action: "changeTask", target: "tasks/echo" });
    await server.call("POST", "/api/v1/tasks/echo/execute", { input: 1 });
    expect(await newest()).toEqual({ ...LOCAL, action: "executeTask", target: "tasks/echo" });
  });

  test("each change over GraphQL, under the same names", async () => {
    const done = await graphql('mutation { executeTask(input: { task: "echo", inputData: 1 }) { id } }');
    const id = ((done.data as JsonObject).executeTask as JsonObject).id;
    expect(await newest()).toEqual({ ...LOCAL, action: "createJob", target: `jobs/${id}` });
    await graphql("mutation { pauseQueue { paused } resumeQueue { paused } }");
    expect((await entries("?limit=2")).map(({ action }) => action)).toEqual(["resumeQueue", "pauseQueue"]);
    await graphql(`mutation {
      pauseQueue(task: "echo") { paused }
      resumeQueue(task: "echo") { paused }
      setQueueLimits(input: { task: "echo" }) { paused }
      deleteWebhook(name: "shop")
      createWebhook(input: { name: "shop", task: "echo", verification: { type: "token", secret: "TOKEN" } }) { name }
    }`);
    const seen = (await entries("?limit=5")).map(({ action, target }) => `${action} ${target}`);
    expect(seen).toEqual([
      "createWebhook webhooks/shop",
      "deleteWebhook webhooks/shop",
      "setLimits queue/tasks/echo",
      "resumeQueue queue/tasks/echo",
      "pauseQueue queue/tasks/echo",
    ]);
  });

  test("changes that fail, with the code of the error", async () => {
    await server.call("POST", "/api/v1/jobs/999999/cancel", {});
    expect(await newest()).toEqual({ ...LOCAL, action: "cancelJob", target: "jobs/999999", outcome: "JOB_NOT_FOUND" });
    await graphql("mutation { cancelJob(id: 999998) { id } }");
    expect(await newest()).toMatchObject({ action: "cancelJob", target: "jobs/999998", outcome: "JOB_NOT_FOUND" });
  });

  test("large inputs, which another thread stores", async () => {
    const { body } = await server.call("POST", "/api/v1/jobs", { task: "echo", input: "x".repeat(2_000_000) });
    expect(await newest()).toEqual({ ...LOCAL, action: "createJob", target: `jobs/${body.id}` });
  });

  test("nothing that only reads", async () => {
    const before = await newest();
    await server.call("GET", "/api/v1/jobs");
    await server.call("POST", "/api/v1/tasks/echo/validate", { input: 1 });
    await graphql("{ jobs { total } }");
    expect(await newest()).toEqual(before);
  });

  test("exactly one entry for each change, also when many come together", async () => {
    const count = async () => Number((await entries("?limit=1"))[0]?.id);
    const before = await count();
    const jobs = Array.from({ length: 50 }, () => server.call("POST", "/api/v1/jobs", { task: "echo" }));
    const ids = (await Promise.all(jobs)).map(({ body }) => `jobs/${body.id}`);
    expect(await count()).toBe(before + 50);
    const targets = (await entries("?limit=50")).map(({ target }) => String(target));
    expect(targets.toSorted()).toEqual(ids.toSorted());
  });

  test("a message for each entry, if that is configured", async () => {
    await server.call("POST", "/api/v1/queue/resume", {});
    await server.written('"message":"audit"');
    await server.written('"action":"resumeQueue"');
  });
});

test("lists are filtered and have pages", async () => {
  const failed = await entries("?outcome=JOB_NOT_FOUND&action=cancelJob");
  expect(failed.map(({ target }) => target)).toEqual(["jobs/999998", "jobs/999999"]);
  expect(await entries("?actor=user:ada")).toEqual([]);
  expect(await entries(`?target=jobs/999999&createdFrom=${failed[0]?.at}`)).toHaveLength(0);
  const first = (await server.call("GET", "/api/v1/audit?limit=2&order=asc")).body;
  const second = (await server.call("GET", `/api/v1/audit?limit=2&order=asc&cursor=${first.nextCursor}`)).body;
  const ids = [first, second].flatMap(({ items }) => (items as JsonObject[]).map(({ id }) => id));
  expect(ids).toEqual([1, 2, 3, 4]);
  const { data } = await graphql('{ audit(action: "pauseQueue", pagination: { limit: 1 }) { actor target at } }');
  expect(data).toEqual({ audit: [{ actor: "local", target: "queue/tasks/echo", at: expect.any(String) }] });
});

describe("audit verify", () => {
  /** Copies the database of a server that has ended, and damages the copy. */
  async function verdict(damage: (db: Database, file: string) => void): Promise<JsonObject & { exit: number | null }> {
    using other = newWorkplace();
    const file = join(other.folder, "ratchet.db");
    copyFileSync(join(place.folder, "ratchet.db"), file);
    copyFileSync(join(place.folder, "ratchet.db.audit"), `${file}.audit`);
    const db = new Database(file);
    damage(db, file);
    db.close();
    const { code, stdout, stderr } = await other.ratchet(["audit", "verify", "--json"]);
    expect(stderr).toBe("");
    return { exit: code, ...JSON.parse(stdout) };
  }
  const withoutTriggers = (db: Database) => {
    const query = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('audit', 'audit_head')";
    for (const { name } of db.query<{ name: string }, []>(query).all()) db.run(`DROP TRIGGER ${name}`);
  };
  let last = 0;

  test("finds an intact log intact, while the server runs and after it has ended", async () => {
    last = Number((await entries("?limit=1"))[0]?.id);
    await eventually(() => existsSync(join(place.folder, "ratchet.db.audit")));
    const running = await place.ratchet(["audit", "verify"]);
    expect([running.code, running.stdout]).toEqual([0, `intact: ${last} entries\n`]);
    await server.end();
    expect(await verdict(() => {})).toMatchObject({ exit: 0, ok: true, count: last, broken: null });
  });

  test("the table refuses every change", async () => {
    const statements = [
      "UPDATE audit SET actor = 'nobody' WHERE id = 2",
      "DELETE FROM audit WHERE id = 2",
      "DELETE FROM audit",
      "DELETE FROM audit_head",
      "UPDATE audit_head SET count = 0",
      "UPDATE audit_head SET count = count + 1",
      "UPDATE audit_head SET hash = ''",
      "UPDATE audit_head SET anchored = 0",
      "REPLACE INTO audit_head VALUES (1, 0, '', 0)",
      "REPLACE INTO audit SELECT id, at, 'nobody', action, target, outcome, address, count, hash FROM audit WHERE id = 2",
      "INSERT INTO audit SELECT id + 1000000, at, actor, action, target, outcome, address, count, hash FROM audit LIMIT 1",
    ];
    const state = await verdict((db) => {
      for (const statement of statements) expect(() => db.run(statement)).toThrow("the audit log can only grow");
    });
    expect(state).toMatchObject({ exit: 0, count: last });
  });

  test.each<[what: string, statement: string, id: () => number]>([
    ["a changed entry", "UPDATE audit SET outcome = 'ok' WHERE id = 9", () => 10],
    ["another actor", "UPDATE audit SET actor = 'nobody' WHERE id = 3", () => 3],
    ["another time", "UPDATE audit SET at = at + 1 WHERE id = 4", () => 4],
    ["a removed entry", "DELETE FROM audit WHERE id = 5", () => 5],
    ["a removed first entry", "DELETE FROM audit WHERE id = 1", () => 1],
    ["a removed last entry", "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)", () => last],
    ["removed last entries", "DELETE FROM audit WHERE id > (SELECT max(id) - 3 FROM audit)", () => last - 2],
    ["an emptied log", "DELETE FROM audit", () => 1],
  ])("finds %s", async (what, statement, id) => {
    const state = await verdict((db) => {
      withoutTriggers(db);
      if (what === "a changed entry") db.run("UPDATE audit SET action = 'other' WHERE id = 10");
      db.run(statement);
    });
    expect(state).toMatchObject({ exit: 1, ok: false, broken: { id: id() } });
  });

  test("finds last entries that were removed together with the table's own count, through the file", async () => {
    const state = await verdict((db) => {
      withoutTriggers(db);
      db.run("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)");
      db.run("UPDATE audit_head SET count = (SELECT max(id) FROM audit)");
      db.run("UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE id = audit_head.count)");
    });
    expect(state).toMatchObject({ exit: 1, broken: { id: last } });
  });

  test("the file is never written through a link", async () => {
    using other = newWorkplace();
    writeFileSync(join(other.folder, "victim"), "precious");
    const linking = await other.serve();
    symlinkSync(join(other.folder, "victim"), join(other.folder, `ratchet.db.audit.${linking.process.pid}`));
    await linking.call("POST", "/api/v1/queue/resume", {});
    await linking.end();
    expect(readFileSync(join(other.folder, "victim"), "utf8")).toBe("precious");
    expect((await other.ratchet(["audit", "verify"])).stdout).toBe("intact: 1 entry\n");
  });

  test("finds a count that was changed, and triggers that were removed or replaced", async () => {
    const changed = await verdict((db) => {
      withoutTriggers(db);
      db.run("UPDATE audit_head SET count = 0");
    });
    expect(changed).toMatchObject({
      exit: 1,
      broken: { id: 1, reason: expect.stringMatching(/counts only 0 entries.*or the count was changed/) },
    });
    const unguarded = await verdict((db) => {
      db.run("DROP TRIGGER audit_is_not_deleted");
      db.run("DROP TRIGGER audit_is_not_updated");
      db.run("CREATE TRIGGER audit_is_not_updated BEFORE UPDATE ON audit BEGIN SELECT 1; END");
    });
    const reason = expect.stringContaining("(audit_is_not_deleted, audit_is_not_updated)");
    expect(unguarded).toMatchObject({ exit: 1, broken: { id: null, reason } });
  });

  test.each<[what: string, spoil: (file: string) => void, reason: string]>([
    ["is garbage", (file) => writeFileSync(file, "garbage"), "is not what Ratchet wrote"],
    ["is empty", (file) => writeFileSync(file, ""), "is not what Ratchet wrote"],
    ["has other members", (file) => writeFileSync(file, '{"count":"3"}'), "is not what Ratchet wrote"],
    ["was removed", (file) => rmSync(file), "is missing"],
  ])("the log is broken if the file beside the database %s", async (_what, spoil, reason) => {
    const state = await verdict((_db, file) => spoil(`${file}.audit`));
    expect(state).toMatchObject({ exit: 1, ok: false, broken: { id: null, reason: expect.stringContaining(reason) } });
  });

  test("a backup has no such file, which `audit anchor` writes", async () => {
    using other = newWorkplace();
    copyFileSync(join(place.folder, "ratchet.db"), join(other.folder, "ratchet.db"));
    const verify = async (...more: string[]) => {
      const { code, stdout } = await other.ratchet(["audit", "verify", ...more]);
      return [code, stdout];
    };
    expect(await verify()).toEqual([1, expect.stringMatching(/^broken: \S*ratchet\.db\.audit is missing/)]);
    expect(await verify("--no-anchor")).toEqual([0, `intact: ${last} entries\n`]);
    // A server does not hide that it is missing.
    const going = await other.serve();
    await going.call("POST", "/api/v1/queue/resume", {});
    await going.complained(/ratchet\.db\.audit is missing: run `ratchet audit verify`/);
    await going.end();
    expect((await verify())[0]).toBe(1);
    expect(await other.ratchet(["audit", "anchor"])).toMatchObject({ code: 0, stderr: "" });
    expect(await verify()).toEqual([0, `intact: ${last + 2} entries\n`]);
    const { stdout } = await other.ratchet(["audit", "list", "--limit", "1", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ action: "anchorAudit", target: "audit", outcome: "ok" });
  });

  test("says for people which entry is broken", async () => {
    using other = newWorkplace();
    copyFileSync(join(place.folder, "ratchet.db"), join(other.folder, "ratchet.db"));
    const db = new Database(join(other.folder, "ratchet.db"));
    withoutTriggers(db);
    db.run("DELETE FROM audit WHERE id = 7");
    db.close();
    const broken = await other.ratchet(["audit", "verify"]);
    expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining("broken: entry 7: it is missing")]);
  });

  test("a server that goes on does not hide that entries are missing", async () => {
    using other = newWorkplace();
    const file = join(other.folder, "ratchet.db");
    copyFileSync(join(place.folder, "ratchet.db"), file);
    copyFileSync(join(place.folder, "ratchet.db.audit"), `${file}.audit`);
    const db = new Database(file);
    withoutTriggers(db);
    db.run("DELETE FROM audit WHERE id > (SELECT max(id) - 3 FROM audit)");
    db.run("UPDATE audit_head SET count = (SELECT max(id) FROM audit)");
    db.run("UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE id = audit_head.count)");
    db.close();
    const going = await other.serve();
    for (let at = 0; at < 6; at++) await going.call("POST", "/api/v1/queue/resume", {});
    await going.complained(/audit verify/);
    await going.end();
    const { code, stdout } = await other.ratchet(["audit", "verify", "--json"]);
    expect([code, JSON.parse(stdout).broken.id]).toEqual([1, last]);
  });
});

test("the file beside the database follows within moments, and survives a crash", async () => {
  using other = newWorkplace();
  const crashing = await other.serve();
  await crashing.call("POST", "/api/v1/queue/resume", {});
  await eventually(() => existsSync(join(other.folder, "ratchet.db.audit")));
  await crashing.end("SIGKILL");
  const state = async () => JSON.parse((await other.ratchet(["audit", "verify", "--json"])).stdout);
  expect(await state()).toEqual({ ok: true, count: 1, broken: null, notes: [] });
  rmSync(join(other.folder, "ratchet.db.audit"));
  expect((await state()).ok).toBe(false);
});

test("requests that are refused before a route is found are in the log, and so is the admin of the configuration", async () => {
  using other = newWorkplace();
  other.write("password", "a long password\n");
  const key = (await other.ratchet(["key", "create", "boss", "--role", "admin"])).stdout.trim();
  const env = {
    RATCHET_ADMIN_USER: "ada",
    RATCHET_ADMIN_PASSWORD_FILE: "password",
    RATCHET_SERVER_RATE_LIMIT_COUNT: "3",
    RATCHET_SERVER_RATE_LIMIT_PERIOD: "1h",
  };
  const guarded = await other.serve([], env);
  const json = { "content-type": "application/json" };
  const send = async (method: string, path: string, headers: Record<string, string>) =>
    (await fetch(`${guarded.url}${path}`, { method, headers, ...(method === "POST" && { body: "{}" }) })).status;
  const admin = { authorization: `Bearer ${key}` };
  const statuses = [
    await send("GET", "/api/v1/jobs", { host: "rebound.example" }),
    await send("POST", "/api/v1/queue/pause", { ...json, ...admin, origin: "https://evil.example" }),
    await send("POST", "/api/v1/login", { ...json, "sec-fetch-site": "cross-site" }),
    await send("GET", "/nowhere/1", { host: "rebound.example" }),
  ];
  expect(statuses).toEqual([403, 403, 403, 403]);
  for (const status of [200, 200, 200, 429]) expect(await send("GET", "/api/v1/me", admin)).toBe(status);
  // The server knows the key now.
  expect(await send("POST", "/api/v1/queue/pause", { ...json, ...admin, origin: "https://evil.example" })).toBe(403);
  expect(await send("GET", "/api/v1/jobs", { ...admin, host: "rebound.example" })).toBe(403);
  await guarded.end();

  const db = new Database(join(other.folder, "ratchet.db"));
  const rows = db.query("SELECT actor, action, target, outcome, address FROM audit WHERE id > 1 ORDER BY id").values();
  db.close();
  expect(rows).toEqual([
    ["configuration", "createUser", "users/ada", "ok", ""],
    ["anonymous", "listJobs", "jobs", "HOST_NOT_ALLOWED", "127.0.0.1"],
    ["anonymous", "pauseQueue", "queue", "ORIGIN_NOT_ALLOWED", "127.0.0.1"],
    ["anonymous", "login", "login", "ORIGIN_NOT_ALLOWED", "127.0.0.1"],
    ["anonymous", "unknown", "nowhere/1", "HOST_NOT_ALLOWED", "127.0.0.1"],
    ["key:boss", "getMe", "me", "TOO_MANY_REQUESTS", "127.0.0.1"],
    ["key:boss", "pauseQueue", "queue", "ORIGIN_NOT_ALLOWED", "127.0.0.1"],
    ["key:boss", "listJobs", "jobs", "HOST_NOT_ALLOWED", "127.0.0.1"],
  ]);
});
