import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

function writeTask(permissions: object): void {
  place.writeTask("weather", "() => 1");
  const metadata = {
    uuid: "7d444840-9dc0-11d1-b245-5ffdce74fad2",
    version: "1.0.0",
    label: "weather",
    description: "x",
    permissions,
  };
  place.write("tasks/weather/metadata.json", JSON.stringify(metadata, null, 1));
}

async function shown(env: Record<string, string> = {}, path = "tasks/weather") {
  const { code, stdout, stderr } = await place.ratchet(["permissions", "show", path, "--json"], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe("the effect of a rule", () => {
  const PUBLIC = 'only at public addresses: execution.network is "public"';
  const LOOPBACK = 'is an address that is not public (loopback), and execution.network is "public"';
  test.each<[string, Record<string, string>, object, object]>([
    ["api.test", {}, { effect: "partly", because: PUBLIC }, { effect: "allowed", because: null }],
    ["8.8.8.8", {}, { effect: "allowed" }, { effect: "allowed" }],
    ["127.0.0.1:9", {}, { effect: "refused", because: `127.0.0.1 ${LOOPBACK}` }, { effect: "allowed" }],
    ["[::1]:9", {}, { effect: "refused", because: `[::1] ${LOOPBACK}` }, { effect: "allowed" }],
    ["127.0.0.1:9", { RATCHET_HTTP_ALLOW: "127.0.0.0/8" }, { effect: "allowed" }, { effect: "allowed" }],
    [
      "127.0.0.1:8080",
      { RATCHET_HTTP_ALLOW: "127.0.0.0/8" },
      { effect: "refused", because: expect.stringContaining("the server that runs the task") },
      { effect: "allowed" },
    ],
    ["127.0.0.1:8080", { RATCHET_HTTP_ALLOW: "127.0.0.1:8080" }, { effect: "allowed" }, { effect: "allowed" }],
    [
      "api.test",
      { RATCHET_EXECUTION_NETWORK: "any" },
      { effect: "partly", because: "not the server that runs the task" },
      { effect: "allowed" },
    ],
    [
      "api.test",
      { RATCHET_EXECUTION_NETWORK: "none" },
      { effect: "refused" },
      { effect: "refused", because: 'execution.network is "none", and no rule of http.allow covers api.test' },
    ],
    ["api.test:443", { RATCHET_HTTP_ALLOW: "api.test" }, { effect: "allowed" }, { effect: "allowed" }],
    [
      "*.test",
      { RATCHET_HTTP_DENY: "*.test" },
      { effect: "refused", because: 'the rule "*.test" of http.deny forbids *.test' },
      { effect: "refused" },
    ],
    [
      "api.test",
      { RATCHET_HTTP_DENY: "POST *.test" },
      { effect: "partly", because: `the rule "POST *.test" of http.deny forbids api.test; ${PUBLIC}` },
      { effect: "partly" },
    ],
    [
      "GET api.test",
      { RATCHET_HTTP_DENY: "POST *.test" },
      { effect: "partly", because: PUBLIC },
      { effect: "allowed" },
    ],
    [
      "api.test",
      { RATCHET_HTTP_DENY: "10.0.0.0/8" },
      { effect: "partly" },
      { effect: "partly", because: 'not at the addresses of the rule "10.0.0.0/8" of http.deny' },
    ],
    ["10.0.0.0/8", {}, { effect: "refused" }, { effect: "allowed" }],
    ["0.0.0.0/0", {}, { effect: "partly", because: PUBLIC }, { effect: "allowed" }],
    ["8.8.8.0/24", {}, { effect: "allowed" }, { effect: "allowed" }],
    [
      "127.0.0.0/8",
      { RATCHET_HTTP_ALLOW: "127.0.0.1:28101" },
      { effect: "partly", because: 'only by the rule "127.0.0.1:28101" of http.allow: execution.network is "public"' },
      { effect: "allowed" },
    ],
    [
      "127.0.0.1",
      { RATCHET_HTTP_ALLOW: "127.0.0.1:28101" },
      { effect: "partly", because: 'only by the rule "127.0.0.1:28101" of http.allow: execution.network is "public"' },
      { effect: "allowed" },
    ],
    [
      "127.0.0.1:28101",
      { RATCHET_HTTP_ALLOW: '["GET http://127.0.0.1:28101/v1"]' },
      {
        effect: "partly",
        because: expect.stringContaining('by the rule "GET http://127.0.0.1:28101/v1" of http.allow'),
      },
      { effect: "allowed" },
    ],
    [
      "10.0.0.0/8",
      { RATCHET_HTTP_ALLOW: "10.1.0.0/16", RATCHET_EXECUTION_NETWORK: "none" },
      { effect: "partly", because: 'only by the rule "10.1.0.0/16" of http.allow: execution.network is "none"' },
      { effect: "partly" },
    ],
    [
      "8.0.0.0/8",
      { RATCHET_HTTP_DENY: "8.8.8.8" },
      { effect: "partly" },
      { effect: "partly", because: 'not at the addresses of the rule "8.8.8.8" of http.deny' },
    ],
    [
      "10.0.0.0/8",
      { RATCHET_EXECUTION_NETWORK: "none" },
      { effect: "refused", because: expect.stringContaining('execution.network is "none"') },
      { effect: "refused" },
    ],
  ])("%s with %j", async (rule, env, server, commands) => {
    writeTask({ net: [rule] });
    const { net } = await shown(env);
    expect(net).toMatchObject([{ rule, server, commands }]);
  });
});

test("every rule, secret and task has the line that it comes from, and every key its origin", async () => {
  writeTask({
    net: ["a.test", "b.test"],
    hosts: ["c.test"],
    secrets: { TOKEN: { hosts: ["a.test"] }, OTHER: {} },
    tasks: ["x-*"],
  });
  place.write("ratchet.yaml", "http:\n  deny: [d.test]\n");
  const result = await shown({ RATCHET_HTTP_ALLOW: "10.0.0.1" });
  const file = "tasks/weather/metadata.json";
  expect(result).toMatchObject({
    task: { label: "weather", version: "1.0.0", path: "tasks/weather" },
    net: [
      { rule: "a.test", from: { setting: "permissions.net", file, line: 8 } },
      { rule: "b.test", from: { setting: "permissions.net", file, line: 9 } },
      { rule: "c.test", from: { setting: "permissions.hosts", file, line: 12 } },
    ],
    secrets: [
      { name: "TOKEN", hosts: ["a.test"], from: { setting: "permissions.secrets", file, line: 15 } },
      { name: "OTHER", hosts: null, from: { setting: "permissions.secrets", file, line: 20 } },
    ],
    tasks: [{ label: "x-*", from: { setting: "permissions.tasks", file, line: 23 } }],
    configuration: {
      "execution.network": { value: { server: "public", commands: "any" }, from: { from: "default" } },
      "http.allow": { value: ["10.0.0.1"], from: { from: "environment", variable: "RATCHET_HTTP_ALLOW" } },
      "http.deny": { value: ["d.test"], from: { from: "file", path: "ratchet.yaml", line: 2 } },
    },
  });
});

test("a task without rules may call everything that the configuration allows, and one with an empty list nothing", async () => {
  place.write("hello.js", "export default () => 1;");
  expect((await shown({}, "hello.js")).net).toMatchObject([{ rule: "*", from: null, server: { effect: "partly" } }]);
  writeTask({ net: [] });
  expect((await shown()).net).toEqual([]);
});

test("people read the same", async () => {
  writeTask({ net: ["127.0.0.1:9"], secrets: { TOKEN: { hosts: ["a.test"] } } });
  const { code, stdout } = await place.ratchet(["permissions", "show", "tasks#weather"]);
  expect(code).toBe(0);
  expect(stdout).toContain("weather 1.0.0 (tasks/weather)");
  expect(stdout).toContain("127.0.0.1:9  # permissions.net, tasks/weather/metadata.json:8");
  expect(stdout).toContain("on a server: refused: 127.0.0.1 is an address that is not public (loopback)");
  expect(stdout).toContain("in commands: allowed");
  expect(stdout).toContain("TOKEN, only in requests to a.test");
  expect(stdout).toContain("execution.network: public on a server, any in commands  # default");
});

test("a task that is missing or has bad rules is exit 3", async () => {
  expect((await place.ratchet(["permissions", "show", "nowhere"])).code).toBe(3);
  writeTask({ net: ["10.0.0.0/40"] });
  const { code, stderr } = await place.ratchet(["permissions", "show", "tasks/weather"]);
  expect(code).toBe(3);
  expect(stderr).toContain("metadata.json:8");
  expect((await place.ratchet(["permissions", "show"])).code).toBe(2);
});
