import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { RATCHET } from "../support/ratchet.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("add", "({ a, b }) => ({ sum: a + b })");
  place.writeTask("talk", "() => { console.log('hello'); console.error('oh\\u001b[2J\\nno'); return 1; }");
  place.writeTask("fail", "() => { throw new ValidationError('not today'); }");
  server = await place.serve();
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.process.exited;
  place[Symbol.dispose]();
});

const run = (...args: string[]) => place.ratchet([...args, "--server", server.url]);
const lines = (text: string): JsonObject[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

test("queue: status, pause, resume, limits", async () => {
  expect(await run("queue", "status")).toEqual({ code: 0, stdout: "running\n", stderr: "" });
  const paused = await run("queue", "pause", "--note", "a rest");
  expect(paused.stdout).toMatch(/^paused\n\npaused +since +note\nall +\S+ +a rest\n$/);
  expect(JSON.parse((await run("queue", "pause", "--task", "add", "--json")).stdout)).toMatchObject({ paused: true });
  await run("queue", "resume");
  expect(JSON.parse((await run("queue", "resume", "--task", "add", "--json")).stdout)).toMatchObject({ pauses: [] });
  const set = await run("queue", "limits", "--key", "customer-7", "--concurrency", "2", "--rate", "100/1m", "--json");
  expect(JSON.parse(set.stdout)).toMatchObject({
    limits: [{ scope: { key: "customer-7" }, concurrency: 2, rate: { count: 100, periodMs: 60_000 } }],
  });
  expect((await run("queue", "limits")).stdout).toMatch(/key customer-7 +2 +100 in 1m\n$/);
  expect(JSON.parse((await run("queue", "limits", "--key", "customer-7", "--clear", "--json")).stdout)).toMatchObject({
    limits: [],
  });
  expect((await run("queue", "limits", "--key", "customer-7")).code).toBe(2);
  expect((await run("queue", "limits", "--concurrency", "2")).code).toBe(2);
  expect((await run("queue", "limits", "--any-key", "--rate", "100")).stderr).toContain("is not a rate such as 100/1m");
  expect((await run("queue", "pause", "--task", "nothing")).code).toBe(3);
});

test("tasks: list, show, enable, disable", async () => {
  expect((await run("tasks", "list")).stdout).toMatch(
    /^task +newest +state +source +uuid\nadd +1\.0\.0 +enabled +tasks /,
  );
  expect(await run("tasks", "disable", "add")).toEqual({ code: 0, stdout: "task add is disabled\n", stderr: "" });
  expect(lines((await run("tasks", "list", "--no-enabled", "--json")).stdout).map(({ label }) => label)).toEqual([
    "add",
  ]);
  expect((await run("enqueue", "--task", "add")).code).toBe(3);
  expect(JSON.parse((await run("tasks", "enable", "add", "--json")).stdout)).toMatchObject({ enabled: true });
  expect((await run("tasks", "show", "add")).stdout).toContain("versions    1.0.0\n");
  const unknown = await run("tasks", "show", "ad");
  expect(unknown.code).toBe(3);
  expect(unknown.stderr).toContain("hint: ");
});

test("executions and logs", async () => {
  const job = JSON.parse((await run("enqueue", "--task", "talk", "--wait", "--json")).stdout);
  const [execution] = lines((await run("executions", "list", "--job", String(job.id), "--json")).stdout);
  const id = String(execution?.id);
  expect((await run("executions", "list", "--task", "talk", "--status", "completed")).stdout).toMatch(/ talk +\d+ +1 /);
  expect((await run("executions", "show", id)).stdout).toContain("output    1\n");
  expect(JSON.parse((await run("executions", "show", id, "--json")).stdout)).toMatchObject({ output: 1 });
  const logs = await run("logs", id);
  expect(logs.stdout).toMatch(/^\S+ \[info\] hello\n\S+ \[error\] oh\\u001b\[2J\n {2}\| no\n$/);
  expect(lines((await run("logs", "--job", String(job.id), "--json")).stdout)).toMatchObject([
    { executionId: Number(id), message: "hello" },
    { executionId: Number(id), level: "error" },
  ]);
  expect((await run("logs", id, "--job", "1")).code).toBe(2);
  expect((await run("logs", "999999")).code).toBe(3);
  expect((await run("logs", "--job", "999999")).code).toBe(3);
  expect((await run("executions", "show", "first")).code).toBe(2);
});

test("enqueue --json --wait prints the finished job, and ends like a run of the task", async () => {
  const input = '{"a":5,"b":10}';
  const good = await run("enqueue", "--task", "add", "--input-json", input, "--wait", "--json");
  expect({ code: good.code, stderr: good.stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(good.stdout)).toMatchObject({ status: "completed", output: { sum: 15 } });
  const bad = await run("enqueue", "--task", "fail", "--wait", "--json");
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject({ status: "failed", error: { code: "TASK_FAILED" } });
  expect(bad.stderr).toContain("not today");
});

test("events are printed as they happen, and those of the past after an id", async () => {
  const first = JSON.parse((await run("enqueue", "--task", "add", "--wait", "--json")).stdout);
  const args = ["--job", String(first.id), "--type", "job.*", "--after", "0", "--json"];
  const all = lines((await run("events", ...args, "--count", "3")).stdout);
  expect(all.map(({ type }) => type)).toEqual(["job.queued", "job.started", "job.completed"]);
  const after = String(all[1]?.id);
  const text = await run("events", "--task", "add", "--type", "job.completed", "--after", after, "--count", "1");
  expect(text).toMatchObject({ code: 0, stderr: "" });
  expect(text.stdout).toMatch(new RegExp(`^\\d+ \\S+ job\\.completed job ${first.id}, `));
  expect((await run("events", "--type", "job.done")).code).toBe(2);
  expect((await run("events", "--task", "nothing")).code).toBe(3);
});

test("events exits with 0 when the server stops, and with 6 when the connection breaks", async () => {
  for (const [signal, code] of [
    ["SIGTERM", 0],
    ["SIGKILL", 6],
  ] as const) {
    using other = newWorkplace();
    const short = await other.serve();
    await short.call("POST", "/api/v1/queue/pause", {});
    const listener = Bun.spawn([RATCHET, "events", "--after", "0", "--server", short.url], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const seen = Promise.withResolvers<void>();
    const stdout = (async () => {
      let text = "";
      for await (const chunk of listener.stdout) {
        text += new TextDecoder().decode(chunk);
        if (text.includes("queue.paused")) seen.resolve();
      }
      seen.reject(new Error(text));
    })();
    await seen.promise;
    await short.end(signal);
    await Promise.all([stdout, listener.exited]);
    expect({ signal, code: listener.exitCode }).toEqual({ signal, code });
    if (code === 6) expect(await listener.stderr.text()).toContain("The connection to the server was lost");
  }
});

test("an error about a server that can't be reached names it once", async () => {
  const commands = [["events"], ["jobs", "list"], ["logs", "1"]];
  const away = await Promise.all(commands.map((args) => place.ratchet([...args, "--server", "http://127.0.0.1:9"])));
  for (const { code, stderr } of away) {
    expect(code).toBe(6);
    expect(stderr).toMatch(
      /^error: The server http:\/\/127\.0\.0\.1:9 can't be reached: the connection was refused \([^()/]+\)\n/,
    );
  }
});
