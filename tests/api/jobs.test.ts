import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "./start-server.ts";

const ADD = { task: "addition", input: { num1: 5, num2: 10 } };

describe("jobs that run", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const ended = (id: number) => server.deps.queue.wait(id, AbortSignal.timeout(60_000));

  test("are created, run, and have an output", async () => {
    const made = await server.call("POST", "/api/v1/jobs", { ...ADD, priority: "high", maxRetries: 1 });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ status: "queued", priority: "high", maxRetries: 1, input: ADD.input });
    expect(made.headers.get("location")).toBe(`/api/v1/jobs/${made.body.id}`);
    await ended(made.body.id);
    const job = await server.call("GET", `/api/v1/jobs/${made.body.id}`);
    expect(job.body).toMatchObject({ status: "completed", output: { sum: 15 }, attempts: 1, error: null });
  });

  test("are found by uuid, label and id", async () => {
    const task = await server.call("GET", "/api/v1/tasks/addition");
    for (const reference of [task.body.uuid, task.body.label, task.body.id]) {
      const made = await server.call("POST", "/api/v1/jobs", { ...ADD, task: reference });
      expect(made.body.task).toEqual({ id: task.body.id, uuid: task.body.uuid, label: "addition" });
    }
  });

  test("fail with the typed error of the task, and can be retried by hand", async () => {
    const made = await server.call("POST", "/api/v1/jobs", { task: "failing", maxRetries: 0 });
    await ended(made.body.id);
    const path = `/api/v1/jobs/${made.body.id}`;
    const failed = await server.call("GET", path);
    expect(failed.body).toMatchObject({
      status: "failed",
      output: null,
      error: { code: "TASK_FAILED", type: "ValidationError", message: "ValidationError: no good" },
    });
    const again = await server.call("POST", `${path}/retry`);
    expect([again.status, again.body.status]).toEqual([200, "queued"]);
    await ended(made.body.id);
    const executions = await server.call("GET", `/api/v1/executions?jobId=${made.body.id}`);
    expect(executions.body.items).toHaveLength(2);
  });

  test("that are completed can't be cancelled or retried: 409", async () => {
    const made = await server.call("POST", "/api/v1/jobs", ADD);
    await ended(made.body.id);
    for (const action of ["cancel", "retry"]) {
      const refused = await server.call("POST", `/api/v1/jobs/${made.body.id}/${action}`);
      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({ code: "ILLEGAL_TRANSITION", data: { status: "completed" } });
    }
  });

  test("that run can be cancelled", async () => {
    const made = await server.call("POST", "/api/v1/jobs", { task: "sleeping", input: { ms: 5_000 } });
    const started = Promise.withResolvers<void>();
    const unsubscribe = server.deps.store.events.subscribe((events) => {
      if (events.some(({ type, jobId }) => type === "job.started" && jobId === made.body.id)) started.resolve();
    });
    if ((await server.deps.store.jobs.get(made.body.id))?.status === "processing") started.resolve();
    await started.promise;
    unsubscribe();
    const cancelled = await server.call("POST", `/api/v1/jobs/${made.body.id}/cancel`);
    expect(cancelled.body.status).toBe("cancelled");
  });
});

describe("jobs that wait", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ working: false });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("respond to a repeated request even while their task accepts no new jobs", async () => {
    const request = { ...ADD, idempotencyKey: "order-before-a-pause" };
    const made = await server.call("POST", "/api/v1/jobs", request);
    await server.call("PATCH", "/api/v1/tasks/addition", { enabled: false });
    try {
      const again = await server.call("POST", "/api/v1/jobs", request);
      expect([again.status, again.body.id]).toEqual([200, made.body.id]);
      const { id } = made.body.task;
      const input = `{taskId: ${id}, inputData: {num1: 5, num2: 10}, idempotencyKey: "${request.idempotencyKey}"}`;
      const asked = await server.call("POST", "/graphql", {
        query: `mutation { executeTask(input: ${input}) { id } }`,
      });
      expect(asked.body.data.executeTask.id).toBe(made.body.id);
      const other = await server.call("POST", "/api/v1/jobs", { ...request, input: { num1: 6, num2: 10 } });
      expect([other.status, other.body.code]).toEqual([409, "CONFLICT"]);
      expect((await server.call("POST", "/api/v1/jobs", ADD)).status).toBe(409);
    } finally {
      await server.call("PATCH", "/api/v1/tasks/addition", { enabled: true });
    }
  });

  test("with the same idempotency key get 201, then 200, and 409 for another request", async () => {
    const request = { ...ADD, idempotencyKey: "order-17" };
    const first = await server.call("POST", "/api/v1/jobs", request);
    const second = await server.call("POST", "/api/v1/jobs", request);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.id).toBe(first.body.id);
    const other = await server.call("POST", "/api/v1/jobs", { ...request, input: { num1: 1, num2: 1 } });
    expect([other.status, other.body.code]).toEqual([409, "CONFLICT"]);
  });

  test("without an input get an empty object", async () => {
    expect((await server.call("POST", "/api/v1/jobs", { task: "heartbeat" })).body.input).toEqual({});
    expect((await server.call("POST", "/api/v1/jobs", { task: "sleeping", input: null })).body.input).toBeNull();
  });

  test("are the same job while the unique key is taken", async () => {
    const first = await server.call("POST", "/api/v1/jobs", { ...ADD, uniqueKey: "only-one" });
    const second = await server.call("POST", "/api/v1/jobs", { ...ADD, uniqueKey: "only-one" });
    expect([second.status, second.body.id]).toEqual([200, first.body.id]);
  });

  test("are delayed until a time, in both forms", async () => {
    const at = Date.now() + 3_600_000;
    for (const runAt of [at, new Date(at).toISOString()]) {
      const made = await server.call("POST", "/api/v1/jobs", { ...ADD, runAt });
      expect(made.body.runAt).toBe(new Date(at).toISOString());
      const why = await server.call("GET", `/api/v1/jobs/${made.body.id}/explain`);
      expect(why.body).toMatchObject({ reason: "not_due", until: new Date(at).toISOString() });
    }
  });

  test("tell why they wait, also by POST", async () => {
    const made = await server.call("POST", "/api/v1/jobs", ADD);
    await server.call("POST", "/api/v1/queue/pause", { task: "addition", note: "being repaired" });
    const why = await server.call("POST", `/api/v1/jobs/${made.body.id}/explain`);
    expect(why.body.reason).toBe("task_paused");
    const state = await server.call("POST", "/api/v1/queue/resume", { task: "addition" });
    expect(state.body.pauses).toEqual([]);
  });

  test("are created in batches, in order", async () => {
    const jobs = Array.from({ length: 1_000 }, (_, at) => ({ ...ADD, input: { num1: at, num2: 1 } }));
    const made = await server.call("POST", "/api/v1/jobs/batch", { jobs });
    expect([made.status, made.body.jobs.length, made.body.created]).toEqual([201, 1_000, 1_000]);
    const ids: number[] = made.body.jobs.map(({ id }: { id: number }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    const last = await server.call("GET", `/api/v1/jobs/${ids.at(-1)}`);
    expect(last.body.input).toEqual({ num1: 999, num2: 1 });
  });

  test("of a batch are all created or none, and the error points at the invalid one", async () => {
    const before = await server.call("GET", "/api/v1/stats");
    const jobs = [ADD, ADD, { task: "addition", input: { num1: "x", num2: 1 } }];
    const refused = await server.call("POST", "/api/v1/jobs/batch", { jobs });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].pointer).toBe("/jobs/2/input/num1");
    const unknown = await server.call("POST", "/api/v1/jobs/batch", { jobs: [ADD, { task: "nope" }] });
    expect(unknown.status).toBe(404);
    const after = await server.call("GET", "/api/v1/stats");
    expect(after.body.jobs).toEqual(before.body.jobs);
  });

  test("of a batch whose idempotency keys have other requests are reported with all other faults", async () => {
    await server.call("POST", "/api/v1/jobs", { ...ADD, idempotencyKey: "stored" });
    const other = { ...ADD, input: { num1: 7, num2: 7 } };
    const jobs = [
      { ...ADD, idempotencyKey: "twice" },
      { ...ADD, idempotencyKey: "twice" },
      { ...other, idempotencyKey: "twice" },
      { ...other, idempotencyKey: "stored" },
      { ...ADD, idempotencyKey: "stored" },
      { task: "nope" },
    ];
    const { status, body } = await server.call("POST", "/api/v1/jobs/batch", { jobs });
    expect([status, body.code, body.data.count]).toEqual([409, "CONFLICT", 3]);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      "/jobs/2/idempotencyKey",
      "/jobs/3/idempotencyKey",
      "/jobs/5/task",
    ]);
    const { body: list } = await server.call("GET", "/api/v1/jobs?idempotencyKey=twice");
    expect(list.items).toEqual([]);
  });

  test("of a batch that are invalid are all reported at once, each with its index and place", async () => {
    const before = await server.call("GET", "/api/v1/stats");
    const jobs = [
      { task: "addition", input: { num1: "x", num2: "y" } },
      ADD,
      { task: "nope" },
      { ...ADD, runAt: "tomorrow" },
      { ...ADD, uniqueKey: "\u0007" },
      { task: "addition", version: "9.9.9", input: ADD.input },
    ];
    const { status, body } = await server.call("POST", "/api/v1/jobs/batch", { jobs });
    expect(status).toBe(422);
    expect(body.code).toBe("INVALID_INPUT");
    expect(body.detail).toStartWith("5 of 6 jobs are wrong, the first: ");
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      "/jobs/0/input/num1",
      "/jobs/0/input/num2",
      "/jobs/2/task",
      "/jobs/3/runAt",
      "/jobs/4/uniqueKey",
      "/jobs/5/version",
    ]);
    expect(body.data).toEqual({
      badJobs: [
        { index: 0, code: "INVALID_INPUT" },
        { index: 2, code: "TASK_NOT_FOUND" },
        { index: 3, code: "USAGE" },
        { index: 4, code: "USAGE" },
        { index: 5, code: "TASK_NOT_FOUND" },
      ],
      count: 5,
    });
    const many = Array.from({ length: 2_000 }, () => ({ task: "addition", input: { num1: "x", num2: "y" } }));
    const large = await server.call("POST", "/api/v1/jobs/batch", { jobs: [ADD, ...many] });
    expect(large.body.detail).toStartWith("At least 1000 of 2001 jobs are wrong");
    expect([large.body.errors.length, large.body.data.badJobs.length]).toEqual([1_000, 1_000]);
    expect((await server.call("GET", "/api/v1/stats")).body.jobs).toEqual(before.body.jobs);
  });

  test("of a batch are 10,000 at most", async () => {
    const jobs = Array.from({ length: 10_001 }, () => ADD);
    const refused = await server.call("POST", "/api/v1/jobs/batch", { jobs });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, "/jobs"]);
  });

  test("are listed page by page, each once, in both orders", async () => {
    const [all] = await Promise.all([server.deps.store.jobs.count({})]);
    for (const order of ["asc", "desc"]) {
      const seen: number[] = [];
      let cursor: string | null = null;
      do {
        const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await server.call("GET", `/api/v1/jobs?limit=300&order=${order}${from}`);
        seen.push(...page.body.items.map(({ id }: { id: number }) => id));
        cursor = page.body.nextCursor;
      } while (cursor !== null);
      expect(seen).toHaveLength(all);
      const sorted = [...new Set(seen)].sort((a, b) => (order === "asc" ? a - b : b - a));
      expect(seen).toEqual(sorted);
    }
  });

  test("with large inputs are listed on shorter pages", async () => {
    const input = { text: "x".repeat(1_000_000) };
    const jobs = Array.from({ length: 30 }, () => ({ task: "failing", input }));
    for (const part of [jobs.slice(0, 15), jobs.slice(15)]) {
      expect((await server.call("POST", "/api/v1/jobs/batch", { jobs: part })).status).toBe(201);
    }
    const first = await server.call("GET", "/api/v1/jobs?task=failing&limit=1000");
    expect(first.body.items).toHaveLength(17);
    const rest = await server.call("GET", `/api/v1/jobs?task=failing&limit=1000&cursor=${first.body.nextCursor}`);
    expect([rest.body.items.length, rest.body.nextCursor]).toEqual([13, null]);
  });

  test("are filtered by status, task and time", async () => {
    const far = "2999-01-01T00:00:00Z";
    const none = await server.call("GET", `/api/v1/jobs?createdFrom=${far}`);
    expect(none.body).toEqual({ items: [], nextCursor: null });
    const some = await server.call("GET", `/api/v1/jobs?createdTo=${far}&status=queued,failed&task=addition&limit=2`);
    expect(some.body.items).toHaveLength(2);
    const other = await server.call("GET", "/api/v1/jobs?status=completed");
    expect(other.body.items).toEqual([]);
    expect((await server.call("GET", "/api/v1/jobs?task=nope")).status).toBe(404);
  });

  test("are cancelled and retried by filter", async () => {
    const filter = { task: "talking" };
    await server.call("POST", "/api/v1/jobs/batch", { jobs: [{ task: "talking" }, { task: "talking" }] });
    const cancelled = await server.call("POST", "/api/v1/jobs/bulk", { action: "cancel", filter });
    expect(cancelled.body).toEqual({ changed: 2 });
    const dry = await server.call("POST", "/api/v1/jobs/bulk", { action: "retry", filter, dryRun: true });
    expect(dry.body).toEqual({ changed: 2, dryRun: true });
    const nothing = await server.call("POST", "/api/v1/jobs/bulk", { action: "cancel", filter, dryRun: true });
    expect(nothing.body).toEqual({ changed: 0, dryRun: true });
    const retried = await server.call("POST", "/api/v1/jobs/bulk", {
      action: "retry",
      filter: { ...filter, status: ["cancelled"] },
    });
    expect(retried.body).toEqual({ changed: 2 });
    const listed = await server.call("GET", "/api/v1/jobs?task=talking&status=queued");
    expect(listed.body.items).toHaveLength(2);
  });

  test("are changed by every filter that the list has", async () => {
    const { paths } = (await server.call("GET", "/openapi.json")).body;
    const list: { name: string }[] = paths["/api/v1/jobs"].get.parameters;
    const body = paths["/api/v1/jobs/bulk"].post.requestBody.content["application/json"].schema;
    const filters = list.map(({ name }) => name).filter((name) => !["limit", "cursor", "order"].includes(name));
    expect(Object.keys(body.properties.filter.properties).sort()).toEqual(filters.sort());
  });

  test("are all changed only by a request with all", async () => {
    for (const body of [{ action: "cancel" }, { action: "cancel", filter: {} }, { action: "retry", all: false }]) {
      const refused = await server.call("POST", "/api/v1/jobs/bulk", body);
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, "/filter"]);
    }
    const everything = await server.call("POST", "/api/v1/jobs/bulk", { action: "cancel", all: true, dryRun: true });
    const { queued, retrying, processing } = (await server.call("GET", "/api/v1/stats")).body.jobs;
    expect(everything.body).toEqual({ changed: queued + retrying + processing, dryRun: true });
  });

  test("of a disabled task are not accepted", async () => {
    await server.call("PATCH", "/api/v1/tasks/sleeping", { enabled: false });
    const refused = await server.call("POST", "/api/v1/jobs", { task: "sleeping", input: { ms: 1 } });
    expect([refused.status, refused.body.code]).toEqual([409, "CONFLICT"]);
    expect(refused.body.remedy).toContain("PATCH /api/v1/tasks/");
    await server.call("PATCH", "/api/v1/tasks/sleeping", { enabled: true });
    expect((await server.call("POST", "/api/v1/jobs", { task: "sleeping", input: { ms: 1 } })).status).toBe(201);
  });
});
