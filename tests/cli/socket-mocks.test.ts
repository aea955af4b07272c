import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const MAIN = `({ url }) => new Promise((resolve, reject) => {
  const socket = new WebSocket(url);
  socket.onopen = () => socket.send(JSON.stringify({ subscribe: "prices" }));
  socket.onmessage = ({ data }) => resolve(JSON.parse(data));
  socket.onerror = ({ error }) => reject(error);
})`;

async function report(name: string, tests: Record<string, unknown>) {
  const path = makeTask(folder.path, { label: name, main: MAIN, tests });
  const { stdout, stderr, exitCode } = await ratchet(["test", "--from-fs", path, "--json"]);
  expect(stderr).toBe("");
  return { exitCode, ...(JSON.parse(stdout) as { tests: Record<string, unknown>[]; problems: { message: string }[] }) };
}

test("a test of a task mocks a WebSocket", async () => {
  const input = { url: "wss://feed.test/live" };
  const http = { url: "wss://feed.test", messages: [{ expect: { subscribe: "prices" } }, { send: { price: 7 } }] };
  const { exitCode, tests } = await report("mocked", {
    "right.json": { input, expected_output: { price: 7 }, mock: { http } },
    "missing.json": {
      input,
      expected_error: { name: "AuthorizationError", message: { $contains: "no mock matches WebSocket" } },
      mock: { http: [] },
    },
  });
  expect(tests.map(({ name, status, failure }) => [name, status, failure])).toEqual([
    ["missing", "passed", undefined],
    ["right", "passed", undefined],
  ]);
  expect(exitCode).toBe(0);
});

test("mistakes in its messages are reported with their places", async () => {
  const messages = [{ send: 1, expect: 2 }, "hello", { close: 5 }, { send_base64: "?" }, { send: "x", dealy: 1 }];
  const { exitCode, problems } = await report("mistaken", {
    "wrong.json": { input: {}, expected_output: 1, mock: { http: { url: "ws://a.test", messages } } },
  });
  expect(exitCode).toBe(3);
  const said = problems.map(({ message }) => message).join("\n");
  for (const part of [
    "not one thing that the server does",
    "not a number from 1000 to 4999",
    "is not base64",
    "dealy",
  ]) {
    expect(said).toContain(part);
  }
});

test("a recording of a WebSocket becomes a test", async () => {
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response(null, { status: 400 })),
    websocket: { message: (socket, message) => void socket.send(JSON.stringify({ price: 7, asked: message })) },
  });
  const path = makeTask(folder.path, { label: "recorded", main: MAIN });
  const record = join(folder.path, "recordings");
  const input = JSON.stringify({ url: `ws://127.0.0.1:${server.port}/live` });
  const run = await ratchet(["run-once", "--from-fs", path, "--input-json", input, "--record", record]);
  expect(run.exitCode).toBe(0);
  const [session = ""] = Array.from(new Bun.Glob("*/requests.har").scanSync(record));
  server.stop(true);
  const replayed = await ratchet(["replay", "--recording", join(record, session, ".."), "--from-fs", path]);
  expect([replayed.stderr, replayed.exitCode]).toEqual(["", 0]);
  const made = await ratchet(["test", "--from-fs", path, "--from-recording", join(record, session, "..")]);
  expect(made.exitCode).toBe(0);
  const { stdout } = await ratchet(["test", "--from-fs", path, "--json"]);
  expect(JSON.parse(stdout).tests).toMatchObject([{ status: "passed" }]);
});
