import { afterAll, expect, test } from "bun:test";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";
import { startRawServer } from "../support/raw-server.ts";

const folder = temporaryFolder();
const away = startRawServer(() => {});
away.stop();
const servers = [
  startRawServer((connection) => connection.reset()),
  startRawServer((connection) => connection.write("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n")),
  startRawServer(() => {}),
];
afterAll(() => {
  for (const server of servers) server.stop();
  folder[Symbol.dispose]();
});

const [resets, malformed, silent] = servers.map(({ url }) => url);
const task = makeTask(folder.path, {
  label: "codes",
  main: `async function main(calls) {
    const seen = [];
    const look = (e) => seen.push([e.name, e instanceof TypeError, e.cause === undefined ? null : e.cause.code]);
    for (const [url, options] of calls) {
      try { fetch(url, options).status; } catch (error) { look(error); }
      try { await fetch(url, options); } catch (error) { look(error); }
    }
    return seen;
  }`,
  metadata: { permissions: { hosts: ["127.0.0.1", "no-such-host.invalid"] } },
});

test("failures of the network are TypeErrors with a code, in both styles; refusals are not", async () => {
  const expected: [string, object, [string, boolean, string | null]][] = [
    [away.url, {}, ["NetworkError", true, "ECONNREFUSED"]],
    [resets ?? "", { method: "POST" }, ["NetworkError", true, "ECONNRESET"]],
    [malformed ?? "", {}, ["NetworkError", true, "EPROTO"]],
    [silent ?? "", { timeout: 50 }, ["TimeoutError", true, "ETIMEDOUT"]],
    ["http://not-allowed.test/", {}, ["PermissionError", false, null]],
  ];
  const calls = expected.map(([url, options]) => [url, options]);
  const { stdout, stderr } = await ratchet(["run-once", "--from-fs", task, "--input-json", JSON.stringify(calls)]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual(expected.flatMap(([, , seen]) => [seen, seen]));
});
