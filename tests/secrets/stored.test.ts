import { afterEach, beforeEach, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
  // It shows what it got without showing it: its length and its reverse.
  place.writeTask("user", "(input, { secrets }) => [secrets.TOKEN.length, [...secrets.TOKEN].reverse().join('')]", {
    permissions: { secrets: ["TOKEN"] },
  });
  place.writeTask("none", "(input, { secrets }) => Object.keys(secrets).length");
});
afterEach(() => place[Symbol.dispose]());

const newKey = () => randomBytes(32).toString("base64");
const set = (value: string, env: Record<string, string> = {}, name = "TOKEN") =>
  place.ratchet(["secrets", "set", name], { stdin: value, env });
const outputOf = async (server: ServeProcess, task = "user") =>
  (await server.call("POST", `/api/v1/tasks/${task}/execute`, {})).body;
const reversed = (text: string) => [...text].reverse().join("");

test("a value is stored encrypted, with a key that is generated once and announced once", async () => {
  const first = await set("first-value-1234\n");
  expect(first).toMatchObject({ code: 0, stdout: "stored TOKEN in ratchet.db\n" });
  expect(first.stderr).toContain("ratchet.db.key");
  expect(statSync(join(place.folder, "ratchet.db.key")).mode & 0o777).toBe(0o600);
  const second = await set("second-value-1234");
  expect(second).toMatchObject({ code: 0, stdout: "replaced TOKEN in ratchet.db\n", stderr: "" });
  expect(readFileSync(join(place.folder, "ratchet.db")).includes("value-1234")).toBe(false);
  const list = JSON.parse((await place.ratchet(["secrets", "list", "--json"])).stdout);
  expect(list.items).toEqual([{ name: "TOKEN", createdAt: expect.any(String), updatedAt: expect.any(String) }]);
});

test("a value as an argument is wrong usage, and is not repeated", async () => {
  for (const args of [["TOKEN", "s3cr3t-value"], ["TOKEN=s3cr3t-value"], ["TOKEN", "--value", "s3cr3t-value"]]) {
    const { code, stdout, stderr } = await place.ratchet(["secrets", "set", ...args], { stdin: "" });
    expect([args, code, stdout]).toEqual([args, 2, ""]);
    expect(stderr).not.toContain("s3cr3t");
  }
});

test("names and values that can't be secrets are rejected", async () => {
  expect((await set("value", {}, "1A")).code).toBe(2);
  expect((await set("value", {}, "A-B")).code).toBe(2);
  expect((await set("")).code).toBe(2);
  expect((await set("\n")).code).toBe(2);
  expect((await set("x".repeat(64 * 1024 + 1))).code).toBe(2);
  expect((await place.ratchet(["secrets", "rm", "TOKEN"])).code).toBe(3);
});

test("a running server sees every change at once, whoever makes it", async () => {
  const server = await place.serve();
  expect((await outputOf(server)).error).toMatchObject({ message: expect.stringContaining("secret TOKEN is not set") });
  expect((await outputOf(server, "none")).output).toBe(0);
  await set("from the command line");
  expect((await outputOf(server)).output).toEqual([21, reversed("from the command line")]);
  expect((await server.call("PUT", "/api/v1/secrets/TOKEN", { value: "by REST" })).status).toBe(200);
  expect((await outputOf(server)).output).toEqual([7, "TSER yb"]);
  const query = 'mutation { setSecret(name: "TOKEN", value: "by GraphQL") { name } }';
  expect((await server.call("POST", "/graphql", { query })).body).toEqual({ data: { setSecret: { name: "TOKEN" } } });
  expect((await outputOf(server)).output).toEqual([10, "LQhparG yb"]);
  const { body: job } = await server.call("POST", "/api/v1/jobs", { task: "user" });
  const done = await server.until(`/api/v1/jobs/${job.id}`, ({ status }) => status === "completed");
  expect(done.output).toEqual([10, "LQhparG yb"]);
  await place.ratchet(["secrets", "rm", "TOKEN"]);
  expect((await outputOf(server)).error).toMatchObject({ code: "CONFIG_INVALID" });
  expect((await server.end()).code).toBe(0);
});

test("the server lists names and times, and deletes", async () => {
  const server = await place.serve();
  const put = await server.call("PUT", "/api/v1/secrets/A", { value: "one" });
  expect([put.status, Object.keys(put.body)]).toEqual([201, ["name", "createdAt", "updatedAt"]]);
  const { body } = await server.call("GET", "/api/v1/secrets");
  expect(body).toEqual({ items: [put.body], nextCursor: null } as JsonObject);
  const shown = await server.call("POST", "/graphql", { query: "{ secrets { name } }" });
  expect(shown.body).toEqual({ data: { secrets: [{ name: "A" }] } });
  expect((await server.call("GET", "/api/v1/secrets/A")).status).toBe(405);
  expect((await server.call("PUT", "/api/v1/secrets/1A", { value: "one" })).status).toBe(400);
  expect((await server.call("PUT", "/api/v1/secrets/A", { value: "" })).status).toBe(400);
  expect((await fetch(`${server.url}/api/v1/secrets/A`, { method: "DELETE" })).status).toBe(204);
  expect((await server.call("DELETE", "/api/v1/secrets/A")).status).toBe(404);
  const gone = await server.call("POST", "/graphql", { query: 'mutation { deleteSecret(name: "A") }' });
  expect(gone.body).toMatchObject({ errors: [{ extensions: { code: "SECRET_NOT_FOUND" } }] });
});

test("the key is rotated next to a running server, which goes on, and starts again", async () => {
  await set("kept value");
  const server = await place.serve();
  const before = readFileSync(join(place.folder, "ratchet.db.key"), "utf8");
  expect(await place.ratchet(["secrets", "rotate-key"])).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(join(place.folder, "ratchet.db.key"), "utf8")).not.toBe(before);
  expect(statSync(join(place.folder, "ratchet.db.key")).mode & 0o777).toBe(0o600);
  expect((await outputOf(server)).output).toEqual([10, reversed("kept value")]);
  await server.call("PUT", "/api/v1/secrets/OTHER", { value: "set after the rotation" });
  await server.end();
  const again = await place.serve();
  expect((await outputOf(again)).output).toEqual([10, reversed("kept value")]);
});

test("without the right key, the error says so, and the secrets can still be removed", async () => {
  const key = newKey();
  expect((await set("value", { RATCHET_SECRETS_KEY: key })).code).toBe(0);
  const wrong = await set("other", { RATCHET_SECRETS_KEY: newKey() });
  expect([wrong.code, wrong.stderr]).toEqual([6, expect.stringContaining("RATCHET_SECRETS_KEY is not the key")]);
  const missing = await set("other");
  expect([missing.code, missing.stderr]).toEqual([6, expect.stringContaining("ratchet.db.key has no key")]);
  const bad = await set("other", { RATCHET_SECRETS_KEY: "short" });
  expect([bad.code, bad.stderr]).toEqual([3, expect.stringContaining("32 bytes in base64")]);
  expect(place.serve([], { RATCHET_SECRETS_KEY: newKey() })).rejects.toThrow("is not the key");
  const server = await place.serve([], { RATCHET_SECRETS_KEY: key });
  expect((await outputOf(server)).output).toEqual([5, "eulav"]);
  await server.end();
  expect((await place.ratchet(["secrets", "rm", "TOKEN"])).code).toBe(0);
  expect((await set("value")).code).toBe(0);
});

test("a key in the environment is rotated to the one that is printed, while a server keeps its values", async () => {
  const key = newKey();
  await set("value", { RATCHET_SECRETS_KEY: key });
  const server = await place.serve([], { RATCHET_SECRETS_KEY: key });
  const rotated = await place.ratchet(["secrets", "rotate-key"], { env: { RATCHET_SECRETS_KEY: key } });
  const next = rotated.stdout.trim();
  expect(Buffer.from(next, "base64")).toHaveLength(32);
  expect((await outputOf(server)).output).toEqual([5, "eulav"]);
  await set("changed", { RATCHET_SECRETS_KEY: next });
  expect(rotated.stderr).toMatch(/put it in RATCHET_SECRETS_KEY of every server, and start it again/);
  const fingerprints = rotated.stderr.match(/fingerprint ([\da-f]{16})/)?.[1] ?? "none";
  // The task would fail without its secret.
  expect(await outputOf(server)).toMatchObject({ status: 503, detail: expect.stringContaining(fingerprints) });
  expect((await server.call("POST", "/api/v1/jobs", { task: "user" })).status).toBe(503);
  const carrier = { task: "none", input: { a: "value" } };
  expect((await server.call("POST", "/api/v1/jobs", carrier)).status).toBe(503);
  // Everything else goes on.
  expect((await outputOf(server, "none")).output).toBe(0);
  const job = await server.call("POST", "/api/v1/jobs", { task: "none", input: { a: "text" }, tags: ["a"] });
  expect(job.status).toBe(201);
  await server.until(`/api/v1/jobs/${job.body.id}`, ({ status }) => status === "completed");
  const { stdout, stderr } = await server.end();
  expect(stdout + stderr).toContain("is not the key of the stored secrets: its fingerprint is");
  const again = await place.serve([], { RATCHET_SECRETS_KEY: next });
  expect((await outputOf(again)).output).toEqual([7, "degnahc"]);
});

test("secrets.key_file holds the key, and ./ratchet.yaml can't choose it", async () => {
  place.write("the.key", `${newKey()}\n`);
  place.write("own.yaml", "secrets: { key_file: the.key }\n");
  const options = ["--config", "own.yaml"];
  expect((await place.ratchet(["secrets", "set", "TOKEN", ...options], { stdin: "value" })).code).toBe(0);
  const wrong = await place.ratchet(["secrets", "rotate-key"], { env: { RATCHET_SECRETS_KEY: newKey() } });
  expect([wrong.code, wrong.stdout]).toEqual([6, ""]);
  expect((await place.ratchet(["secrets", "rotate-key", ...options])).code).toBe(0);
  const server = await place.serve(options);
  expect((await outputOf(server)).output).toEqual([5, "eulav"]);
  await server.end();
  place.write("ratchet.yaml", "secrets: { key_file: the.key }\n");
  expect((await place.ratchet(["secrets", "list"])).code).toBe(3);
});
