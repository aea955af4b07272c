/** Jobs that start after others, with what those have returned. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { keyHeader } from "../access/credentials.ts";
import { eventually } from "../support/eventually.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const ADD = { task: "addition", input: { num1: 1, num2: 2 } };

async function create(job: JsonObject): Promise<number> {
  const { status, body } = await server.call("POST", "/api/v1/jobs", job);
  expect([status, body.detail]).toEqual([201, undefined]);
  return body.id;
}

const read = async (id: number) => (await server.call("GET", `/api/v1/jobs/${id}`)).body;

async function end(id: number) {
  await eventually(async () => (await read(id)).finishedAt !== null);
  return read(id);
}

/** A job that does not start by itself. */
const later = (job: JsonObject = ADD) => create({ ...job, runAt: "2100-01-01T00:00:00Z" });
const start = (id: number) => server.call("PATCH", `/api/v1/jobs/${id}`, { runAt: 0 });
const cancel = (id: number) => server.call("POST", `/api/v1/jobs/${id}/cancel`);

test("a job starts when the others have completed, and gets their outputs", async () => {
  const first = await later();
  const second = await later({ task: "talking" });
  const last = await create({ task: "sleeping", after: [second, first, second] });
  expect(await read(last)).toMatchObject({
    status: "queued",
    input: {},
    after: { jobs: [second, first], count: 2, when: "completed" },
  });
  const waiting = (await server.call("GET", `/api/v1/jobs/${last}/explain`)).body;
  expect(waiting).toMatchObject({
    reason: "waiting_for_jobs",
    message: "2 jobs have to end before it starts.",
    until: null,
  });
  await start(first);
  await end(first);
  const one = (await server.call("GET", `/api/v1/jobs/${last}/explain`)).body;
  expect(one.message).toBe("1 job has to end before it starts.");
  await start(second);
  const input = {
    jobs: [
      { id: second, status: "completed", output: null, error: null },
      { id: first, status: "completed", output: { sum: 3 }, error: null },
    ],
  };
  expect(await end(last)).toMatchObject({ status: "completed", input, output: input, attempts: 1 });
});

test("a job has the input that it is given, and a time of its own", async () => {
  const first = await create(ADD);
  const last = await create({ ...ADD, after: [first], runAt: "2100-01-01T00:00:00Z" });
  await end(first);
  await eventually(async () => (await server.call("GET", `/api/v1/jobs/${last}/explain`)).body.reason === "not_due");
  expect((await read(last)).runAt).toBe("2100-01-01T00:00:00.000Z");
  await start(last);
  expect(await end(last)).toMatchObject({ status: "completed", input: ADD.input, output: { sum: 3 } });
});

test("one that has another end than it needs cancels the job, which says why", async () => {
  const failing = await create({ task: "failing", maxRetries: 0 });
  await end(failing);
  const never = await create({ ...ADD, after: [failing] });
  expect(await end(never)).toMatchObject({
    status: "cancelled",
    attempts: 0,
    error: { code: "CANCELLED", message: `Job ${failing}, after which it starts, has failed.` },
  });
  const further = await create({ ...ADD, after: [never] });
  expect((await end(further)).status).toBe("cancelled");
});

test("a job can start when another one failed, or in any case", async () => {
  const failing = await create({ task: "failing", maxRetries: 0 });
  const good = await create(ADD);
  const onFailure = await create({ task: "sleeping", after: [good, failing], when: "failed" });
  const [, failed] = (await end(onFailure)).output.jobs;
  expect(failed).toMatchObject({
    id: failing,
    status: "failed",
    output: null,
    error: { code: "TASK_FAILED", guest: { name: "ValidationError", message: "no good" } },
  });
  const cancelled = await later();
  const always = await create({ task: "sleeping", after: [cancelled], when: "any" });
  await cancel(cancelled);
  expect((await end(always)).output.jobs).toEqual([{ id: cancelled, status: "cancelled", output: null, error: null }]);
  const unneeded = await create({ ...ADD, after: [good], when: "failed" });
  expect(await end(unneeded)).toMatchObject({ status: "cancelled" });
});

test("a job that failed and was retried counts with its last end", async () => {
  const other = await later();
  const failing = await create({ task: "failing", maxRetries: 0 });
  const last = await create({ task: "sleeping", after: [failing, other], when: "any" });
  await end(failing);
  await server.call("POST", "/api/v1/queue/pause", { task: "failing" });
  await server.call("POST", `/api/v1/jobs/${failing}/retry`);
  await cancel(other);
  expect((await server.call("GET", `/api/v1/jobs/${last}/explain`)).body).toMatchObject({ reason: "waiting_for_jobs" });
  await server.call("POST", "/api/v1/queue/resume", { task: "failing" });
  expect((await end(last)).output.jobs.map(({ status }: { status: string }) => status)).toEqual([
    "failed",
    "cancelled",
  ]);
});

test("a waiting job can be cancelled, paused, and given another time", async () => {
  const first = await later();
  const cancelled = await create({ ...ADD, after: [first] });
  expect((await cancel(cancelled)).body.status).toBe("cancelled");
  const moved = await create({ ...ADD, after: [first] });
  await server.call("PATCH", `/api/v1/jobs/${moved}`, { runAt: 0, priority: "high" });
  expect((await read(moved)).status).toBe("queued");
  const paused = await create({ ...ADD, after: [first] });
  await server.call("POST", `/api/v1/jobs/${paused}/pause`);
  await start(first);
  expect(await end(moved)).toMatchObject({ status: "completed", priority: "high" });
  expect((await read(paused)).status).toBe("paused");
  await server.call("POST", `/api/v1/jobs/${paused}/resume`);
  expect((await end(paused)).status).toBe("completed");
});

test("a batch has a job that starts when all others have ended", async () => {
  const jobs = [ADD, { task: "failing", maxRetries: 0 }, { ...ADD, input: { num1: 20, num2: 22 } }];
  const { status, body } = await server.call("POST", "/api/v1/jobs/batch", { jobs, onComplete: { task: "sleeping" } });
  expect([status, body.jobs.length, body.created]).toEqual([201, 3, 3]);
  const last = await end(body.onComplete.id);
  expect(last.after).toEqual({ jobs: body.jobs.map(({ id }: { id: number }) => id), count: 3, when: "any" });
  const outputs = last.output.jobs.map((one: { status: string; output: JsonValue }) => [one.status, one.output]);
  expect(outputs).toEqual([
    ["completed", { sum: 3 }],
    ["failed", null],
    ["completed", { sum: 42 }],
  ]);
  const query = `mutation { enqueueJobs(jobs: [{ task: "addition", input: { num1: 1, num2: 1 } }], onComplete: { task: "sleeping", when: "completed" }) {
    jobs { id } created onComplete { id status created } } }`;
  const { data } = (await server.call("POST", "/graphql", { query })).body;
  expect(data.enqueueJobs).toMatchObject({ created: 1, onComplete: { status: "QUEUED", created: true } });
  expect((await end(data.enqueueJobs.onComplete.id)).output.jobs).toMatchObject([{ output: { sum: 2 } }]);
  const read = `{ job(id: ${data.enqueueJobs.onComplete.id}) { after { jobs count when } } }`;
  const found = (await server.call("POST", "/graphql", { query: read })).body.data.job;
  expect(found.after).toEqual({ jobs: [data.enqueueJobs.jobs[0].id], count: 1, when: "completed" });
});

test("what is wrong is said with its place", async () => {
  const refused = async (job: JsonObject) => {
    const { status, body } = await server.call("POST", "/api/v1/jobs", { ...ADD, ...job });
    return [status, body.code, body.errors?.[0]?.pointer];
  };
  const first = await create(ADD);
  expect(await refused({ after: [first, 999_999] })).toEqual([404, "JOB_NOT_FOUND", "/after/1"]);
  expect(await refused({ after: [] })).toEqual([400, "USAGE", "/after"]);
  expect(await refused({ when: "any" })).toEqual([400, "USAGE", "/when"]);
  expect(await refused({ after: [first], when: "never" })).toEqual([400, "USAGE", "/when"]);
  const batch = { jobs: [ADD], onComplete: { ...ADD, after: [first] } };
  const inner = await server.call("POST", "/api/v1/jobs/batch", batch);
  expect([inner.status, inner.body.errors[0].pointer]).toEqual([400, "/onComplete/after"]);
  const bad = await server.call("POST", "/api/v1/jobs/batch", { jobs: [ADD, { ...ADD, after: [999_999] }] });
  expect([bad.status, bad.body.errors[0].pointer]).toEqual([404, "/jobs/1/after/0"]);
});

test("a request that is repeated with its idempotency key gets the same job, before and after it has started", async () => {
  const first = await later();
  const job = { task: "sleeping", after: [first], idempotencyKey: "chained" };
  const last = await create(job);
  const again = async () => {
    const { status, body } = await server.call("POST", "/api/v1/jobs", job);
    return [status, body.id];
  };
  expect(await again()).toEqual([200, last]);
  await start(first);
  await end(last);
  expect(await again()).toEqual([200, last]);
});

test("jobs of other tasks can't be waited for", async () => {
  const limited = await startServer({ working: false, access: true });
  try {
    const all = await keyHeader(limited, "all", "operator");
    const few = await keyHeader(limited, "few", "operator", { tasks: ["addition"] });
    const { body } = await limited.call("POST", "/api/v1/jobs", { task: "sleeping" }, all);
    const refused = await limited.call("POST", "/api/v1/jobs", { ...ADD, after: [body.id] }, few);
    expect([refused.status, refused.body.code]).toEqual([404, "JOB_NOT_FOUND"]);
  } finally {
    await limited[Symbol.asyncDispose]();
  }
});
