/** Whom the audit log names, and for what: commands, users, keys and refusals have one vocabulary. */
import { expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace } from "../support/serve-process.ts";

test("commands that change the database are in the log under the names of REST, with the user who ran them", async () => {
  using other = newWorkplace();
  const changing = await other.serve();
  // The variables of the environment are the user's own.
  const env = { USER: "mallory", LOGNAME: "mallory", USERNAME: "mallory" };
  await other.ratchet(["secrets", "set", "API_TOKEN"], { stdin: "a value that nobody may see", env });
  await changing.call("PUT", "/api/v1/secrets/OTHER", { value: "another value" });
  await other.ratchet(["secrets", "rm", "API_TOKEN"], { env });
  await other.ratchet(["secrets", "rotate-key"], { env });
  const { body } = await changing.call("GET", "/api/v1/audit");
  const items = body.items as JsonObject[];
  expect(items.map(({ action, target }) => `${action} ${target}`)).toEqual([
    "rotateSecretsKey secrets",
    "deleteSecret secrets/API_TOKEN",
    "putSecret secrets/OTHER",
    "putSecret secrets/API_TOKEN",
  ]);
  const name = (await Bun.$`id -un`.text()).trim();
  for (const at of [0, 1, 3]) {
    expect(items[at]).toMatchObject({ actor: `command-line:${name}`, address: "", outcome: "ok" });
  }
  expect(JSON.stringify(body)).not.toContain("value");
  await changing.end();
});

test("with access control, entries name the user or key, and refusals are in the log", async () => {
  using other = newWorkplace();
  const keyOf = async (name: string, role: string, ...more: string[]) =>
    (await other.ratchet(["key", "create", name, "--role", role, ...more])).stdout.trim();
  const admin = await keyOf("boss", "admin");
  const viewer = await keyOf("looker", "viewer");
  const limited = await keyOf("narrow", "viewer", "--tasks", "billing-*");
  await other.ratchet(["user", "create", "ada", "--role", "operator", "--password-stdin"], {
    stdin: "a long password",
  });
  const guarded = await other.serve();
  const send = async (method: string, path: string, key?: string, body?: JsonObject) => {
    const headers = { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${guarded.url}${path}`, init);
    return { status: response.status, body: (await response.json()) as JsonObject };
  };
  await send("POST", "/api/v1/queue/pause", viewer, {});
  await send("GET", "/api/v1/audit", viewer);
  await send("GET", "/api/v1/jobs");
  await send("POST", "/graphql", viewer, { query: "mutation { resumeQueue { paused } }" });
  await send("POST", "/graphql", viewer, { query: "{ audit { id } }" });
  await send("POST", "/graphql", limited, { query: "{ sources { name } }" });
  await send("POST", "/graphql", limited, { query: "{ httpOrigins { origin } }" });
  await send("POST", "/graphql", limited, { query: "{ cacheStats { entries } }" });
  await send("POST", "/api/v1/keys", admin, { name: "third", role: "viewer" });
  await send("POST", "/graphql", admin, { query: 'mutation { revokeKey(name: "third") { name } }' });
  await send("POST", "/api/v1/login", undefined, { username: "ada", password: "wrong" });
  await send("POST", "/api/v1/login", undefined, { username: "ada", password: "a long password" });
  await send("POST", "/api/v1/queue/resume", admin, {});
  const { body } = await send("GET", "/api/v1/audit?order=asc", admin);
  const seen = (body.items as JsonObject[]).map(({ actor, action, target, outcome }) =>
    [String(actor).replace(/^(command-line):.*/, "$1"), action, target, outcome].join(" "),
  );
  expect(seen).toEqual([
    "command-line createKey keys/boss ok",
    "command-line createKey keys/looker ok",
    "command-line createKey keys/narrow ok",
    "command-line createUser users/ada ok",
    "key:looker pauseQueue queue FORBIDDEN",
    "key:looker listAudit audit FORBIDDEN",
    "anonymous listJobs jobs UNAUTHENTICATED",
    "key:looker resumeQueue queue FORBIDDEN",
    "key:looker listAudit audit FORBIDDEN",
    "key:narrow listSources registry FORBIDDEN",
    "key:narrow listOrigins http FORBIDDEN",
    "key:narrow getCache registry FORBIDDEN",
    "key:boss createKey keys/third ok",
    "key:boss revokeKey keys/third ok",
    "anonymous login users/ada UNAUTHENTICATED",
    "user:ada login users/ada ok",
    "key:boss resumeQueue queue ok",
  ]);
  await guarded.end();
  expect((await other.ratchet(["audit", "verify"])).code).toBe(0);
  const actions = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).action);
  const exported = await other.ratchet(["audit", "export"]);
  expect(actions(exported.stdout)).toEqual((body.items as JsonObject[]).map(({ action }) => action));
  expect(JSON.parse(exported.stdout.split("\n")[0] ?? "")).toEqual((body.items as JsonObject[])[0]);
  const refused = await other.ratchet(["audit", "export", "--actor", "key:narrow", "--outcome", "FORBIDDEN"]);
  expect(actions(refused.stdout)).toEqual(["listSources", "listOrigins", "getCache"]);
  const at = String((body.items as JsonObject[])[4]?.at);
  const later = await other.ratchet(["audit", "export", "--created-from", at, "--action", "createKey"]);
  expect(actions(later.stdout)).toEqual(["createKey"]);
  const listed = await other.ratchet(["audit", "list", "--action", "createKey", "--limit", "2"]);
  expect(listed.stdout).toMatch(/^id +at +actor[^\n]*\n[^\n]*keys\/third[^\n]*\n[^\n]*keys\/narrow[^\n]*\n$/);
  expect(await other.ratchet(["audit", "list", "--created-to", "yesterday"])).toMatchObject({ code: 2 });
  expect(await other.ratchet(["audit", "list", "--database", "sqlite:none.db"])).toMatchObject({ code: 6 });
});
