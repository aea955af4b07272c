import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

/** What is said of the failure: one line and a hint. */
async function refusal(...args: string[]) {
  const { code, stdout, stderr } = await place.ratchet(["serve", ...args]);
  expect(stdout).toBe("");
  const [message = "", hint = "", ...more] = stderr.trim().split("\n");
  expect(more).toEqual([]);
  expect(hint).toStartWith("hint: ");
  return { code, message };
}

test("a port in use", async () => {
  using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("") });
  const { code, message } = await refusal("--port", String(other.port));
  expect(code).toBe(6);
  expect(message).toContain(`127.0.0.1:${other.port} is in use`);
});

test("a database that is locked by another process", async () => {
  await place.ratchet(["db", "migrate"]);
  using other = new Database(join(place.folder, "ratchet.db"));
  other.run("BEGIN EXCLUSIVE");
  const { code, message } = await refusal("--port", "0");
  expect(code).toBe(6);
  expect(message).toContain("ratchet.db is locked by another process");
}, 120_000);

test("a file that is not a database, and a database of another program", async () => {
  place.write("ratchet.db", "this is no database, whatever its name says".repeat(100));
  expect(await refusal("--port", "0")).toMatchObject({ code: 6 });
  using other = new Database(join(place.folder, "other.db"));
  other.run("CREATE TABLE theirs (id INTEGER)");
  const { code, message } = await refusal("--port", "0", "--database", "sqlite:other.db");
  expect(code).toBe(6);
  expect(message).toContain("belongs to another program");
  chmodSync(join(place.folder, "other.db"), 0o644);
  await refusal("--port", "0", "--database", "sqlite:other.db");
  expect(statSync(join(place.folder, "other.db")).mode & 0o777).toBe(0o644);
});

test("a truncated database", async () => {
  await place.ratchet(["db", "migrate"]);
  const path = join(place.folder, "ratchet.db");
  const bytes = new Uint8Array(await Bun.file(path).arrayBuffer());
  await Bun.write(path, bytes.slice(0, 5_000));
  expect(await refusal("--port", "0")).toMatchObject({ code: 6 });
});

test("a folder that does not exist or can't be written", async () => {
  const { code, message } = await refusal("--port", "0", "--database", "sqlite:no/such/folder/x.db");
  expect(code).toBe(6);
  expect(message).toContain("no/such/folder/x.db");
  expect(await refusal("--port", "0", "--database", "sqlite:/proc/x.db")).toMatchObject({ code: 6 });
});

test("an address that this machine does not have", async () => {
  const { code, message } = await refusal("--host", "192.0.2.1", "--port", "0");
  expect(code).toBe(6);
  expect(message).toContain("192.0.2.1:0: this machine does not have the address");
});

test("everything but the set-up, at an address that other machines can reach", async () => {
  const server = await place.serve(["--host", "0.0.0.0"]);
  const { setupUrl } = server.ready;
  expect(setupUrl).toContain("/setup?token=");
  expect(await server.call("GET", "/api/v1/jobs")).toMatchObject({ status: 503, body: { code: "SETUP_REQUIRED" } });
  expect((await server.call("GET", "/health")).status).toBe(200);
  const token = new URL(setupUrl as string).searchParams.get("token");
  const account = { username: "ada", password: "correct horse battery" };
  expect((await server.call("POST", "/api/v1/setup", { token: "wrong", ...account })).status).toBe(401);
  expect((await server.call("POST", "/api/v1/setup", { token, ...account })).status).toBe(201);
  expect(await server.call("GET", "/api/v1/jobs")).toMatchObject({ status: 401 });
  expect((await server.call("POST", "/api/v1/login", account)).status).toBe(200);
  // Somebody who may not come in is no fault of the server.
  expect((await server.end()).stderr).not.toContain('"level":"error"');
});

test("a configuration that is not valid", async () => {
  place.write("bad.yaml", "registry: { sources: [{ name: a, uri: 'ftp://example.org' }] }\n");
  expect(await refusal("--config", "bad.yaml", "--port", "0")).toMatchObject({ code: 3 });
  expect(await refusal("--port", "0", "--database", "postgres://me:secret@example.org/x")).toMatchObject({ code: 3 });
  const missing = await place.ratchet(["serve", "--config", "none.yaml"]);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain("does not exist");
  expect((await place.ratchet(["serve", "--port", "99999"])).code).toBe(2);
});

test("a project's file can't expose the server to other machines", async () => {
  place.write("ratchet.yaml", "server: { host: 0.0.0.0 }\n");
  const { code, stderr } = await place.ratchet(["serve"]);
  expect(code).toBe(3);
  expect(stderr).toContain("ratchet.yaml:1");
});

test("a project's file can't point the server or the database commands to another database", async () => {
  place.write("ratchet.yaml", "server: { database: { url: 'sqlite:elsewhere.db' } }\n");
  for (const args of [
    ["serve", "--port", "0"],
    ["db", "migrate"],
    ["db", "status"],
  ]) {
    const { code, stderr } = await place.ratchet(args);
    expect(code).toBe(3);
    expect(stderr).toContain('ratchet.yaml:1:28: "server.database.url" may not be set to this');
    expect(stderr).toContain("--config");
  }
  expect(await readdir(place.folder)).toEqual(["ratchet.yaml"]);
  expect((await place.ratchet(["db", "migrate", "--config", "ratchet.yaml"])).code).toBe(0);
  expect((await readdir(place.folder)).toSorted()).toEqual(["elsewhere.db", "ratchet.yaml"]);
});
