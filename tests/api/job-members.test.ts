/** Tags, keys and the other members of jobs that lists and bulk changes go by. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "./start-server.ts";

const ADD = { task: "addition", input: { num1: 1, num2: 2 } };
let server: TestServer;
const ids: Record<string, number> = {};
const create = async (name: string, more: object): Promise<void> => {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { ...ADD, ...more });
  expect(status).toBe(201);
  ids[name] = body.id;
};

beforeAll(async () => {
  server = await startServer({ working: false });
  await create("plain", {});
  await create("tagged", { tags: ["red", "big", "red"] });
  await create("urgent", { priority: "critical", tags: ["red"] });
  await create("keyed", { uniqueKey: "u-1", concurrencyKey: "c-1", idempotencyKey: "i-1", version: "1.0.0" });
});
afterAll(() => server[Symbol.asyncDispose]());

const found = async (query: string) =>
  (await server.call("GET", `/api/v1/jobs?${query}`)).body.items.map(({ id }: { id: number }) => id);

test("tags are kept once each and shown", async () => {
  expect((await server.call("GET", `/api/v1/jobs/${ids.tagged}`)).body.tags).toEqual(["red", "big"]);
  expect((await server.call("GET", `/api/v1/jobs/${ids.plain}`)).body.tags).toEqual([]);
  const many = Array.from({ length: 21 }, (_, at) => `t${at}`);
  const tooMany = await server.call("POST", "/api/v1/jobs", { ...ADD, tags: many });
  expect([tooMany.status, tooMany.body.errors[0].pointer]).toEqual([400, "/tags"]);
  const control = await server.call("POST", "/api/v1/jobs", { ...ADD, tags: ["a\u0000b"] });
  expect([control.status, control.body.errors[0].pointer]).toEqual([400, "/tags"]);
});

describe("jobs are found", () => {
  const CASES: [query: string, names: string[]][] = [
    ["tag=red", ["urgent", "tagged"]],
    ["tag=big", ["tagged"]],
    ["tag=none", []],
    ["priority=critical", ["urgent"]],
    ["priority=low", []],
    ["priority=normal", ["keyed", "tagged", "plain"]],
    ["uniqueKey=u-1", ["keyed"]],
    ["concurrencyKey=c-1", ["keyed"]],
    ["idempotencyKey=i-1", ["keyed"]],
    ["version=1.0.0", ["keyed"]],
    ["errorCode=TASK_FAILED", []],
    ["tag=red&priority=critical&status=queued&task=addition", ["urgent"]],
    ["tag=red&createdFrom=0&order=asc", ["tagged", "urgent"]],
    ["uniqueKey=u-1&createdFrom=0&createdTo=2999-01-01T00:00:00Z", ["keyed"]],
  ];
  for (const [query, names] of CASES) {
    test(`by ${query}`, async () => {
      expect(await found(query)).toEqual(names.map((name) => ids[name] ?? 0));
    });
  }

  test("page by page", async () => {
    const first = await server.call("GET", "/api/v1/jobs?tag=red&limit=1");
    const second = await server.call("GET", `/api/v1/jobs?tag=red&limit=1&cursor=${first.body.nextCursor}`);
    expect([first.body.items[0].id, second.body.items[0].id, second.body.nextCursor]).toEqual([
      ids.urgent,
      ids.tagged,
      null,
    ]);
  });

  test("by the code of their error", async () => {
    await using working = await startServer();
    const job = await working.call("POST", "/api/v1/jobs", { task: "failing", maxRetries: 0 });
    await working.deps.queue.wait(job.body.id, new AbortController().signal);
    const { error } = (await working.call("GET", `/api/v1/jobs/${job.body.id}`)).body;
    const { items } = (await working.call("GET", `/api/v1/jobs?errorCode=${error.code}`)).body;
    expect(items.map(({ id }: { id: number }) => id)).toEqual([job.body.id]);
    expect((await working.call("GET", "/api/v1/jobs?errorCode=TIME_LIMIT")).body.items).toEqual([]);
  });

  test("and changed in bulk", async () => {
    const bulk = (more: object) =>
      server.call("POST", "/api/v1/jobs/bulk", {
        action: "cancel",
        filter: { tag: "red", priority: "critical" },
        ...more,
      });
    expect((await bulk({ dryRun: true })).body).toEqual({ changed: 1, dryRun: true });
    expect((await bulk({})).body).toEqual({ changed: 1 });
    expect((await server.call("GET", `/api/v1/jobs/${ids.urgent}`)).body.status).toBe("cancelled");
    expect((await server.call("GET", `/api/v1/jobs/${ids.tagged}`)).body.status).toBe("queued");
  });
});

test("a finished job is deleted with its tags, an unfinished one is not", async () => {
  const refused = await server.call("DELETE", `/api/v1/jobs/${ids.tagged}`);
  expect([refused.status, refused.body.code]).toEqual([409, "ILLEGAL_TRANSITION"]);
  await server.call("POST", `/api/v1/jobs/${ids.tagged}/cancel`);
  expect((await server.call("DELETE", `/api/v1/jobs/${ids.tagged}`)).status).toBe(204);
  expect((await server.call("GET", `/api/v1/jobs/${ids.tagged}`)).status).toBe(404);
  expect((await server.call("DELETE", `/api/v1/jobs/${ids.tagged}`)).status).toBe(404);
  expect(await found("tag=big")).toEqual([]);
  const { jobs } = (await server.call("GET", "/api/v1/stats")).body;
  expect(jobs).toMatchObject({ queued: 2, cancelled: 1 });
});

describe("the header Idempotency-Key", () => {
  const send = (key: string, body: object = ADD) =>
    server.call("POST", "/api/v1/jobs", body as never, { "idempotency-key": key });

  test("returns the same job, quoted or not, and is stored as the member", async () => {
    const first = await send("order-1");
    expect([first.status, first.body.idempotencyKey]).toEqual([201, "order-1"]);
    const again = await send('"order-1"');
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    const member = await server.call("POST", "/api/v1/jobs", { ...ADD, idempotencyKey: "order-1" });
    expect([member.status, member.body.id]).toEqual([200, first.body.id]);
  });

  test("is rejected if it contradicts the member or is not a key", async () => {
    const other = await send("a", { ...ADD, idempotencyKey: "b" });
    expect([other.status, other.body.errors[0].pointer]).toEqual([400, "/idempotencyKey"]);
    expect((await send("x".repeat(201))).status).toBe(400);
    const conflict = await send("order-1", { task: "addition", input: { num1: 9, num2: 9 } });
    expect([conflict.status, conflict.body.code]).toEqual([409, "CONFLICT"]);
  });

  test("is rejected for a batch, because it can't apply to several jobs", async () => {
    const before = (await server.call("GET", "/api/v1/stats")).body.jobs;
    const batch = await server.call("POST", "/api/v1/jobs/batch", { jobs: [ADD, ADD] }, { "idempotency-key": "b" });
    expect([batch.status, batch.body.code, batch.body.remedy]).toEqual([
      400,
      "USAGE",
      "Give each job of the batch an idempotencyKey of its own.",
    ]);
    expect((await server.call("GET", "/api/v1/stats")).body.jobs).toEqual(before);
  });
});

describe("a waiting job is changed", () => {
  test("in its priority and its time", async () => {
    const job = (await server.call("POST", "/api/v1/jobs", ADD)).body;
    const path = `/api/v1/jobs/${job.id}`;
    const later = await server.call("PATCH", path, { priority: "high", runAt: "2999-01-01T00:00:00Z" });
    expect(later.body).toMatchObject({ priority: "high", runAt: "2999-01-01T00:00:00.000Z", status: "queued" });
    expect((await server.call("GET", `${path}/explain`)).body.reason).toBe("not_due");
    const now = await server.call("PATCH", path, { runAt: 0 });
    expect(now.body).toMatchObject({ priority: "high", runAt: "1970-01-01T00:00:00.000Z" });
    expect((await server.call("GET", `${path}/explain`)).body.reason).not.toBe("not_due");
    expect((await server.call("PATCH", path, {})).status).toBe(400);
    expect((await server.call("PATCH", path, { input: {} })).status).toBe(400);
    expect((await server.call("PATCH", "/api/v1/jobs/999999", { priority: "low" })).status).toBe(404);
    await server.call("POST", `${path}/cancel`);
    const ended = await server.call("PATCH", path, { priority: "low" });
    expect([ended.status, ended.body.code]).toEqual([409, "ILLEGAL_TRANSITION"]);
  });

  test("and then runs in its new place, and at its new time", async () => {
    await using working = await startServer({ concurrency: 1 });
    const far = Date.now() + 3_600_000;
    const job = (await working.call("POST", "/api/v1/jobs", { ...ADD, runAt: far })).body;
    await working.call("PATCH", `/api/v1/jobs/${job.id}`, { runAt: Date.now() });
    const ended = await working.deps.queue.wait(job.id, new AbortController().signal);
    expect(ended.status).toBe("completed");
    await working.call("POST", "/api/v1/queue/pause");
    const jobs: number[] = [];
    for (let count = 0; count < 3; count++) jobs.push((await working.call("POST", "/api/v1/jobs", ADD)).body.id);
    const [first = 0, , last = 0] = jobs;
    await working.call("PATCH", `/api/v1/jobs/${last}`, { priority: "critical" });
    await working.call("POST", "/api/v1/queue/resume");
    for (const id of jobs) await working.deps.queue.wait(id, new AbortController().signal);
    const times = await working.deps.store.jobs.getMany([first, last]);
    const executions = times.map(({ executionId }) => executionId ?? 0);
    expect(executions[1]).toBeLessThan(executions[0] ?? 0);
  });
});

test("schedules give their jobs retries, a key and tags, and keep their interval as it was given", async () => {
  const plan = {
    name: "tagged",
    ...ADD,
    every: "90m",
    maxRetries: 1,
    concurrencyKey: "nightly",
    tags: ["x", "y", "x"],
  };
  const schedule = (await server.call("POST", "/api/v1/schedules", plan)).body;
  const members = { maxRetries: 1, concurrencyKey: "nightly", tags: ["x", "y"] };
  expect(schedule).toMatchObject({ ...members, every: "90m" });
  const job = (await server.call("POST", "/api/v1/schedules/tagged/trigger")).body;
  expect(job).toMatchObject(members);
  expect(await found("tag=y")).toEqual([job.id]);
  const ms = await server.call("PATCH", "/api/v1/schedules/tagged", { every: 60_000, maxRetries: null, tags: [] });
  expect(ms.body).toMatchObject({ every: 60_000, maxRetries: null, concurrencyKey: "nightly", tags: [] });
  const put = await server.call("PUT", "/api/v1/schedules/by-name/tagged", { ...ADD, cron: "@daily" });
  expect(put.body).toMatchObject({ every: null, maxRetries: null, concurrencyKey: null, tags: [] });
  const wrong = await server.call("PATCH", "/api/v1/schedules/tagged", { concurrencyKey: "a\u0001" });
  expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, "/concurrencyKey"]);
});
