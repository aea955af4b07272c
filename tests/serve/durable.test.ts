import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;

const SETTINGS = { RATCHET_EXECUTION_SLEEP_AFTER: "20ms" };

const TASKS: Readonly<Record<string, string>> = {
  add: "({ a, b }) => ({ sum: a + b })",
  fails: `() => { const error = new RateLimitError("slow down"); error.code = "BUSY"; throw error; }`,
  sleeps: `async (ms, context) => { const before = Date.now(); await context.sleep(ms); return Date.now() - before; }`,
  chain: `async (n, context) => {
    let sum = 0;
    for (let i = 1; i <= n; i++) ({ sum } = await context.call("add", { a: sum, b: i }));
    return sum;
  }`,
  maps: `async (n, context) => {
    const outputs = await context.map(Array.from({ length: n }, (_, i) => ({ a: i, b: i })), "add", { concurrency: 8 });
    return outputs.map(({ sum }) => sum);
  }`,
  steps: `async (n, context) => {
    const keys = [];
    for (let i = 0; i < n; i++) keys.push(await context.step("count", ({ key }) => key));
    return new Set(keys).size;
  }`,
  calls: `async (_, context) => {
    try {
      await context.call("fails");
    } catch (error) {
      return { name: error.name, isTyped: error instanceof RateLimitError, code: error.code, message: error.message, call: error.call };
    }
  }`,
  wrong: `async (_, context) => {
    const refused = async (work) => { try { await work(); } catch (error) { return [error.name, error.code ?? null]; } };
    return [
      await refused(() => context.call("typed", "text")),
      await refused(() => context.call("nothing")),
      await refused(() => context.sleep("soon")),
    ];
  }`,
  naps: `async ({ times, ms }, context) => {
    const seen = [];
    for (let i = 0; i < times; i++) {
      seen.push(Math.random());
      await context.sleep(ms);
    }
    return new Set(seen).size;
  }`,
  waits: `async (_, context) => context.waitFor("go")`,
  doubles: `async (_, context) => Promise.all([context.call("doubles"), context.call("doubles")])`,
  counts: `(left, context) => left === 0 ? "counted" : context.continueAsNew(left - 1)`,
  deep: `async (_, context) => context.call("deep")`,
  races: `async (_, context) => {
    const first = await Promise.race([context.sleep("50ms").then(() => "short"), context.sleep("1h").then(() => "long")]);
    const both = await Promise.all([context.call("add", { a: 1, b: 2 }), context.sleep("10ms")]);
    return [first, both[0].sum];
  }`,
};

beforeAll(async () => {
  place = newWorkplace();
  for (const [label, code] of Object.entries(TASKS)) place.writeTask(label, code);
  place.writeTask("typed", "() => 1");
  place.write("tasks/typed/input.schema.json", '{"type":"object"}');
  server = await place.serve([], SETTINGS);
});
afterAll(() => place[Symbol.dispose]());

const enqueue = async (task: string, input: unknown = null): Promise<string> => {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task, input });
  expect(status).toBe(201);
  return String(body.id);
};

const ended = (body: JsonObject) =>
  ["completed", "failed", "cancelled", "needs_attention"].includes(String(body.status));
const end = (id: string) => server.until(`/api/v1/jobs/${id}`, ended);
const run = async (task: string, input?: unknown) => end(await enqueue(task, input));

test("a sleep ends on time, and its execution keeps its id", async () => {
  const id = await enqueue("sleeps", 3_000);
  const asleep = await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "sleeping");
  const job = await end(id);
  expect(job).toMatchObject({ status: "completed", attempts: 1, executionId: asleep.executionId });
  expect(Number(job.output)).toBeGreaterThanOrEqual(3_000);
  expect(Number(job.output)).toBeLessThan(60_000);
});

test("a task calls others, one after the other", async () => {
  expect(await run("chain", 20)).toMatchObject({ status: "completed", output: 210 });
});

test("a map keeps the order of its items", async () => {
  const job = await run("maps", 50);
  expect(job).toMatchObject({ status: "completed", output: Array.from({ length: 50 }, (_, i) => 2 * i) });
});

test("steps have keys of their own", async () => {
  expect(await run("steps", 30)).toMatchObject({ status: "completed", output: 30 });
});

test("a call rejects with the child's error", async () => {
  const job = await run("calls");
  expect(job.output).toMatchObject({
    name: "RateLimitError",
    isTyped: true,
    code: "BUSY",
    message: "slow down",
    call: { task: "fails", version: "1.0.0", jobId: expect.any(String), executionId: expect.any(String) },
  });
});

test("what can't be carried out rejects before anything starts", async () => {
  const job = await run("wrong");
  expect(job.output).toEqual([
    ["ValidationError", "INVALID_INPUT"],
    ["Error", "TASK_NOT_FOUND"],
    ["RangeError", null],
  ]);
});

test("a run goes to sleep again and again, and its randomness goes on", async () => {
  expect(await run("naps", { times: 5, ms: 60 })).toMatchObject({ status: "completed", output: 5, attempts: 1 });
});

test("operations run side by side", async () => {
  expect(await run("races")).toMatchObject({ status: "completed", output: ["short", 3] });
});

test("a run that sleeps survives a restart of the server, and a kill", async () => {
  const id = await enqueue("naps", { times: 4, ms: 700 });
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "sleeping");
    await server.end(signal);
    server = await place.serve([], SETTINGS);
  }
  expect(await end(id)).toMatchObject({ status: "completed", output: 4, attempts: 1 });
}, 60_000);

test("calls are nested to a depth, and end with a clear error behind it", async () => {
  const created = await server.call("POST", "/api/v1/jobs", { task: "deep", input: null, maxRetries: 0 });
  const { error } = await end(String(created.body.id));
  expect(error).toMatchObject({ guest: { name: "RangeError", code: "CALL_DEPTH" } });
  const { body } = await server.call("GET", "/api/v1/jobs?task=deep&limit=100");
  expect(body.items).toHaveLength(33);
});

test("a task that calls itself twice without end is cancelled with all that it has started", async () => {
  const id = await enqueue("doubles", null);
  const unfinished = "/api/v1/jobs?task=doubles&status=queued,processing,sleeping&limit=200";
  const count = ({ items }: JsonObject) => (items as JsonObject[]).length;
  await server.until(unfinished, (body) => count(body) === 200);
  await server.call("POST", `/api/v1/jobs/${id}/kill`);
  await server.until(unfinished, (body) => count(body) === 0);
  expect((await end(id)).status).toBe("cancelled");
}, 120_000);

test("a run that asks for nothing but to begin again does", async () => {
  const id = await enqueue("counts", 5);
  const left = await server.until(`/api/v1/jobs/${id}`, ({ status, input }) => status === "completed" && input === 0);
  expect(left).toMatchObject({ output: "counted", attempts: 6 });
});

test("a direct execution waits and calls while its caller waits", async () => {
  const direct = async (task: string, input: unknown) =>
    (await server.call("POST", `/api/v1/tasks/${task}/execute`, { input })).body;
  expect(await direct("chain", 5)).toMatchObject({ success: true, output: 15 });
  expect(await direct("maps", 6)).toMatchObject({ success: true, output: [0, 2, 4, 6, 8, 10] });
  expect(await direct("steps", 3)).toMatchObject({ success: true, output: 3 });
  expect(await direct("calls", null)).toMatchObject({
    output: { name: "RateLimitError", isTyped: true, code: "BUSY" },
  });
  expect(await direct("wrong", null)).toMatchObject({
    success: true,
    output: [["ValidationError", "INVALID_INPUT"], expect.anything(), expect.anything()],
  });
  expect(await direct("deep", null)).toMatchObject({ success: false, error: { guest: { code: "CALL_DEPTH" } } });
});
