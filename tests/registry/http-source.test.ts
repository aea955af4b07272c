import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder, remove, startRegistry, taskFiles, uuidOf, zip } from "./harness.ts";
import { type IndexServer, startIndexServer } from "./index-server.ts";

let folder = "";
let server: IndexServer;
beforeEach(() => {
  folder = newFolder();
  server = startIndexServer();
});
afterEach(() => {
  server[Symbol.dispose]();
  remove(folder);
});

async function start() {
  const found = await startRegistry({ configured: [{ name: "shared", uri: server.url }], copies: folder });
  await found.registry.refresh();
  server.seen.length = 0;
  return found;
}
const status = (found: Awaited<ReturnType<typeof start>>) => found.registry.sources()[0];

test("loads archives, and fetches only new ones", async () => {
  server.putTask("add-1.zip", { label: "add", version: "1.0.0" });
  await using found = await start();
  expect(status(found)).toMatchObject({ state: "current", kind: "http", tasks: 1 });
  expect((await found.registry.open(uuidOf("add"), null)).version.origin).toBe(
    server.url.replace("index.json", "add-1.zip"),
  );
  await found.registry.refresh();
  expect(server.seen).toEqual(["/index.json 304"]);
  server.putTask("add-2.zip", { label: "add", version: "2.0.0" });
  await found.registry.refresh();
  expect(server.seen.slice(1)).toEqual(["/index.json 200", "/add-2.zip 200"]);
  expect((await found.registry.open(uuidOf("add"), null)).version.version).toBe("2.0.0");
  server.remove("add-1.zip");
  await found.registry.refresh();
  expect(found.registry.versions(uuidOf("add"))).toHaveLength(1);
});

test.each([500, 404, 403])("serves its last copy while the server responds with %i, and is stale", async (code) => {
  server.putTask("add.zip", { label: "add" });
  await using found = await start();
  server.fail(code);
  await found.registry.refresh();
  expect(status(found)).toMatchObject({ state: "stale", tasks: 1 });
  expect(status(found)?.error).toContain(String(code));
  expect((await found.registry.open(uuidOf("add"), null)).version.version).toBe("1.0.0");
  server.fail(undefined);
  await found.registry.refresh();
  expect(status(found)).toMatchObject({ state: "current", error: null });
});

test("serves the copy of an earlier process when the server is gone", async () => {
  server.putTask("add.zip", { label: "add" });
  await (await start())[Symbol.asyncDispose]();
  server[Symbol.dispose]();
  await using found = await startRegistry({ configured: [{ name: "shared", uri: server.url }], copies: folder });
  // At once, before any response.
  expect(found.synced[0]?.map(({ label }) => label)).toEqual(["add"]);
  await found.registry.refresh();
  expect(status(found)).toMatchObject({ state: "stale", tasks: 1 });
  const { task } = await found.registry.open(uuidOf("add"), null);
  expect((await task.program()).code).toContain("sum");
});

test("discards a damaged copy of an earlier process and fetches it again", async () => {
  server.putTask("add.zip", { label: "add" });
  server.putTask("sub.zip", { label: "sub" });
  await (await start())[Symbol.asyncDispose]();
  const [copy = ""] = readdirSync(folder);
  const archive = readdirSync(join(folder, copy)).find((name) => name.endsWith(".zip")) ?? "";
  writeFileSync(join(folder, copy, archive), zip(taskFiles({ label: "evil" })));
  await using found = await startRegistry({ configured: [{ name: "shared", uri: server.url }], copies: folder });
  expect(found.synced[0]).toHaveLength(1);
  await found.until((tasks) => tasks.length === 2);
  expect(status(found)).toMatchObject({ state: "current", tasks: 2 });
  expect(found.registry.versions(uuidOf("evil"))).toEqual([]);
});

test("is unavailable without server and copy, and says so when a task is opened", async () => {
  server.fail(500);
  await using found = await start();
  expect(status(found)).toMatchObject({ state: "unavailable", tasks: 0 });
  await expect(found.registry.open(uuidOf("add"), null)).rejects.toMatchObject({ code: "ENVIRONMENT" });
});

test("rejects an archive that differs from its checksum; its predecessor and the others stay", async () => {
  server.putTask("add.zip", { label: "add", version: "1.0.0" });
  server.putTask("sub.zip", { label: "sub" });
  await using found = await start();
  server.put("add.zip", zip(taskFiles({ label: "add", version: "2.0.0" })), "0".repeat(64));
  await found.registry.refresh();
  expect(found.registry.versions(uuidOf("add")).map(({ version }) => version)).toEqual(["1.0.0"]);
  expect(found.registry.versions(uuidOf("sub"))).toHaveLength(1);
  expect(status(found)).toMatchObject({ state: "stale", tasks: 2 });
  expect(status(found)?.error).toContain("SHA-256");
  server.putTask("add.zip", { label: "add", version: "2.0.0" });
  await found.registry.refresh();
  expect(status(found)).toMatchObject({ state: "current" });
  expect(found.registry.versions(uuidOf("add"))[0]?.version).toBe("2.0.0");
});

test("an archive without a task hides no other archive", async () => {
  server.putTask("add.zip", { label: "add" });
  server.put("junk.zip", Buffer.from("PK\u0003\u0004 junk"));
  server.put("text.zip", Buffer.from("hello"));
  server.put("up.zip", zip({ "../metadata.json": "{}" }));
  await using found = await start();
  expect(status(found)).toMatchObject({ state: "current", tasks: 1 });
  expect(status(found)?.problems.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify(status(found)?.problems)).not.toContain(folder);
});

test.each([
  "",
  "[]",
  "{}",
  '{"tasks":{}}',
  '{"tasks":[{"url":"a.zip"}]}',
  `{"tasks":[{"url":"file:///etc/passwd","sha256":"${"0".repeat(64)}"}]}`,
  '{"tasks":[null]}',
])("an invalid index changes nothing: %s", async (text) => {
  server.putTask("add.zip", { label: "add" });
  await using found = await start();
  server.say(text);
  await found.registry.refresh();
  expect(status(found)).toMatchObject({ state: "stale", tasks: 1 });
  expect(status(found)?.error).toContain("is not valid");
});

test("scans again automatically", async () => {
  server.putTask("add.zip", { label: "add" });
  const configured = [{ name: "shared", uri: server.url, refreshMs: 30 }];
  await using found = await startRegistry({ configured, copies: folder });
  await found.until((tasks) => tasks.length === 1);
  server.putTask("sub.zip", { label: "sub" });
  await found.until((tasks) => tasks.length === 2);
});
