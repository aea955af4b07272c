/** `permissions infer`: the smallest manifest, from recordings and from the ledgers of a server. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";
import { startSocketServer } from "../support/socket-server.ts";

const service = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/v1/*": () => new Response("1"),
    "/away": ({ url }) => Response.redirect(url.replace("127.0.0.1", "localhost").replace("away", "landed/here"), 303),
  },
});
const { port } = service;
const base = `http://127.0.0.1:${port}`;
let place: Workplace;

beforeAll(() => {
  place = newWorkplace();
  place.writeTask("quiet", "() => 1");
  place.writeTask(
    "calls",
    `(input) => { for (const [method, path] of input) fetch("${base}" + path, { method }).status; return 1; }`,
  );
});
afterAll(async () => {
  place[Symbol.dispose]();
  await service.stop(true);
});

const infer = async (...args: string[]) => {
  const { code, stdout, stderr } = await place.ratchet(["permissions", "infer", ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.endsWith("}\n")).toBe(true);
  return JSON.parse(stdout) as unknown;
};

async function record(task: string, input: unknown, dir: string): Promise<void> {
  const run = ["run-once", "--quiet", "--from-fs", `tasks/${task}`, "--input-json", JSON.stringify(input)];
  expect((await place.ratchet([...run, "--record", dir])).code).toBe(0);
}

test("a recording gives methods, origins and the path that all calls share, redirects included", async () => {
  await record(
    "calls",
    [
      ["GET", "/v1/users/1"],
      ["DELETE", "/v1/users/2?force=1"],
      ["GET", "/v1/users"],
    ],
    "one",
  );
  expect(await infer("--recording", "one")).toEqual({ net: [`GET ${base}/v1/users`, `DELETE ${base}/v1/users/2`] });
  await record("calls", [["POST", "/away"]], "redirected");
  expect(await infer("--recording", "redirected")).toEqual({
    net: [`POST ${base}/away`, `GET http://localhost:${port}/landed/here`],
  });
  await record("quiet", null, "quiet");
  expect(await infer("--recording", "quiet")).toEqual({ net: [] });
});

test("several recordings, and all lines of a stream, count together", async () => {
  await record("calls", [["GET", "/v1/a/x"]], "many");
  await record("calls", [["PUT", "/v1/a/y"]], "many");
  expect(await infer("--recording", "many")).toEqual({ net: [`GET ${base}/v1/a/x`, `PUT ${base}/v1/a/y`] });
  const stdin = '[["GET","/v1/lines/1"]]\n[["GET","/v1/lines/2"]]\n';
  const stream = ["run-once", "--from-fs", "tasks/calls", "--ndjson", "--record", "stream"];
  expect((await place.ratchet(stream, { stdin })).code).toBe(0);
  expect(await infer("--recording", "stream", "--recording", "quiet")).toEqual({ net: [`GET ${base}/v1/lines`] });
});

test("ledgers of a server give methods and origins, of a task or of one execution", async () => {
  const sockets = await startSocketServer();
  place.writeTask(
    "listens",
    `() => new Promise((resolve) => {
    const socket = new WebSocket("ws://127.0.0.1:${sockets.port}");
    socket.onopen = () => { socket.close(); resolve(1); };
  })`,
  );
  const server = await place.serve();
  try {
    const execute = async (task: string, input: unknown) =>
      (await server.call("POST", `/api/v1/tasks/${task}/execute`, { input })).body.executionId;
    const first = await execute("calls", [["GET", "/v1/x"]]);
    await execute("calls", [
      ["POST", "/v1/x"],
      ["GET", "/away"],
    ]);
    await execute("quiet", null);
    await execute("listens", null);
    const at = ["--server", server.url];
    expect(await infer("--execution", String(first), ...at)).toEqual({ net: [`GET ${base}`] });
    expect(await infer("--task", "calls", ...at)).toEqual({
      net: [`GET,POST ${base}`, `GET http://localhost:${port}`],
    });
    expect(await infer("--task", "quiet", ...at)).toEqual({ net: [] });
    expect(await infer("--task", "listens", ...at)).toEqual({ net: [`GET ws://127.0.0.1:${sockets.port}`] });
    const missing = await place.ratchet(["permissions", "infer", "--execution", "4711", ...at]);
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toContain("4711");
  } finally {
    sockets.stop();
    await server.end();
  }
});

test("without anything to infer from, and with a folder without recordings, it says what to do", async () => {
  const nothing = await place.ratchet(["permissions", "infer"]);
  expect([nothing.code, nothing.stdout]).toEqual([2, ""]);
  expect(nothing.stderr).toContain("--recording");
  const empty = await place.ratchet(["permissions", "infer", "--recording", "tasks"]);
  expect([empty.code, empty.stdout]).toEqual([3, ""]);
  expect((await place.ratchet(["permissions", "infer", "--recording", "one", "--task", "calls"])).code).toBe(2);
});
