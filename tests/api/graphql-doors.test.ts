/** What GraphQL can do beside REST: names for tasks and schedules, filters, batches, bulk changes, the queue, sources. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "./start-server.ts";

const NUMBERS = { num1: 5, num2: 10 };
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

async function run(query: string, variables: object = {}, on = server) {
  return (await on.call("POST", "/graphql", { query, variables } as never)).body;
}
async function data(query: string, variables: object = {}, on = server) {
  const { data: found, errors } = await run(query, variables, on);
  expect(errors).toBeUndefined();
  return found;
}
async function errorOf(query: string, variables: object = {}) {
  const { message, extensions } = (await run(query, variables)).errors[0];
  return { message, ...extensions };
}

const EXECUTE =
  "mutation($input: ExecuteTaskInput!) { executeTask(input: $input) { id taskId version uniqueKey tags } }";

describe("a task is named", () => {
  test("by its label, uuid or id, in queries and inputs", async () => {
    const id = await server.taskId("addition");
    const { task } = await data('{ task(ref: "addition") { id uuid } }');
    expect(task.id).toBe(id);
    const uuid = task.uuid;
    expect(await data("query($u: ID) { task(ref: $u) { id } }", { u: uuid })).toEqual({ task: { id } });
    expect(await data("query($u: ID) { task(ref: $u) { id } }", { u: id })).toEqual({ task: { id } });
    expect(await data('{ task(ref: "nope") { id } }')).toEqual({ task: null });
    for (const name of [{ task: "addition" }, { task: uuid }, { task: String(id) }, { taskId: id }]) {
      expect((await data(EXECUTE, { input: { ...name, input: NUMBERS } })).executeTask.taskId).toBe(id);
    }
  });

  test("once, and by a name that there is", async () => {
    const id = await server.taskId("addition");
    const two = await errorOf(EXECUTE, { input: { task: "addition", taskId: id, input: NUMBERS } });
    expect([two.code, two.errors[0].pointer]).toEqual(["USAGE", "/input/task"]);
    expect((await errorOf(EXECUTE, { input: { input: NUMBERS } })).errors[0].pointer).toBe("/input/task");
    const rest = await server.call("POST", "/api/v1/jobs", { task: "adition" });
    const graphql = await errorOf(EXECUTE, { input: { task: "adition" } });
    expect([graphql.code, graphql.message, graphql.remedy]).toEqual([
      rest.body.code,
      rest.body.detail,
      rest.body.remedy,
    ]);
  });

  test("with its schemas and limits", async () => {
    const { task } = await data(
      '{ task(ref: "addition") { inputSchema outputSchema source limits { time memory fetches } } }',
    );
    const { body } = await server.call("GET", "/api/v1/tasks/addition");
    const { time, memory, fetches } = body.limits;
    expect(task).toEqual({
      inputSchema: body.inputSchema,
      outputSchema: body.outputSchema,
      source: "tasks",
      limits: { time, memory, fetches },
    });
  });
});

describe("jobs", () => {
  test("take keys and tags, and are found by them", async () => {
    const input = {
      task: "addition",
      input: NUMBERS,
      version: "1.0.0",
      uniqueKey: "u",
      concurrencyKey: "c",
      tags: ["x"],
    };
    const { executeTask } = await data(EXECUTE, { input });
    expect(executeTask).toMatchObject({ version: "1.0.0", uniqueKey: "u", tags: ["x"] });
    for (const condition of [
      'tag: "x"',
      'uniqueKey: "u"',
      'concurrencyKey: "c"',
      'version: "1.0.0", task: "addition"',
    ]) {
      const { jobs } = await data(`{ jobs(${condition}, createdFrom: "2020-01-01T00:00:00Z") { total jobs { id } } }`);
      expect(jobs).toEqual({ total: 1, jobs: [{ id: executeTask.id }] });
    }
    const { jobs: none } = await data('{ jobs(tag: "x", createdTo: "2020-01-01T00:00:00Z") { total } }');
    expect(none.total).toBe(0);
  });

  test("are created together, and all invalid ones are reported with the names that were sent", async () => {
    const batch =
      "mutation($jobs: [ExecuteTaskInput!]!) { enqueueJobs(jobs: $jobs) { created jobs { id status created } } }";
    const good = { task: "addition", input: NUMBERS };
    const { enqueueJobs } = await data(batch, { jobs: [good, { ...good, idempotencyKey: "one" }] });
    expect(enqueueJobs).toMatchObject({ created: 2, jobs: [{ status: "QUEUED" }, { created: true }] });
    const bad = await errorOf(batch, {
      jobs: [good, { task: "addition", inputData: { num1: "x" } }, { task: "nope" }],
    });
    expect(bad.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      "/jobs/1/inputData",
      "/jobs/1/inputData/num1",
      "/jobs/2/task",
    ]);
  });

  test("are counted or changed in bulk, and all of them only with all", async () => {
    await data(EXECUTE, { input: { task: "talking", tags: ["bulk"] } });
    const cancel = (more: string) => data(`mutation { bulkJobs(action: CANCEL, ${more}) { changed dryRun } }`);
    expect((await cancel('filter: { tag: "bulk" }, dryRun: true')).bulkJobs).toEqual({ changed: 1, dryRun: true });
    expect((await cancel('filter: { tag: "bulk" }')).bulkJobs).toEqual({ changed: 1, dryRun: false });
    expect((await errorOf("mutation { bulkJobs(action: CANCEL) { changed } }")).errors[0].pointer).toBe("/filter");
  });

  test("are explained, changed and deleted", async () => {
    const { executeTask } = await data(EXECUTE, { input: { task: "talking", runAt: "2999-01-01T00:00:00Z" } });
    const { id } = executeTask;
    const { explainJob } = await data("query($id: Int!) { explainJob(id: $id) { jobId reason until } }", { id });
    expect(explainJob).toEqual({ jobId: id, reason: "not_due", until: "2999-01-01T00:00:00.000Z" });
    const update = "mutation($id: Int!) { updateJob(id: $id, priority: LOW) { priority } }";
    expect((await data(update, { id })).updateJob.priority).toBe("LOW");
    expect((await errorOf("mutation($id: Int!) { deleteJob(id: $id) }", { id })).code).toBe("ILLEGAL_TRANSITION");
    await data("mutation($id: Int!) { cancelJob(id: $id) { status } }", { id });
    expect(await data("mutation($id: Int!) { deleteJob(id: $id) }", { id })).toEqual({ deleteJob: true });
  });

  test("tell their errors by code, message and name", async () => {
    await using working = await startServer();
    const { executeTask } = await data(EXECUTE, { input: { task: "failing", maxRetries: 0 } }, working);
    await working.deps.queue.wait(executeTask.id, new AbortController().signal);
    const fields = "error { code message name }";
    const { job } = await data(
      `query($id: Int!) { job(id: $id) { ${fields} executions { ${fields} } } }`,
      { id: executeTask.id },
      working,
    );
    expect(job.error).toEqual({ code: "TASK_FAILED", message: "ValidationError: no good", name: "ValidationError" });
    expect(job.executions).toEqual([{ error: job.error }]);
  });
});

describe("schedules", () => {
  const CREATE = `mutation($input: CreateScheduleInput!) { createSchedule(input: $input) {
    id input every everyMs tags maxRetries concurrencyKey } }`;

  test("are created with the names of REST and found by their own", async () => {
    const plan = {
      name: "g",
      task: "addition",
      input: NUMBERS,
      every: "90m",
      tags: ["s"],
      maxRetries: 2,
      concurrencyKey: "k",
    };
    const { createSchedule } = await data(CREATE, { input: plan });
    const members = {
      input: NUMBERS,
      every: "90m",
      everyMs: 5_400_000,
      tags: ["s"],
      maxRetries: 2,
      concurrencyKey: "k",
    };
    expect(createSchedule).toMatchObject(members);
    expect((await data('{ schedule(name: "g") { id } }')).schedule.id).toBe(createSchedule.id);
    const { triggerSchedule } = await data('mutation { triggerSchedule(name: "g") { tags } }');
    expect(triggerSchedule.tags).toEqual(["s"]);
    const { scheduleFirings } = await data('{ scheduleFirings(name: "g") { kind status cursor } }');
    expect(scheduleFirings).toMatchObject([{ kind: "manual", status: "enqueued" }]);
    const after = scheduleFirings[0].cursor;
    expect(await data(`{ scheduleFirings(name: "g", after: "${after}") { kind } }`)).toEqual({ scheduleFirings: [] });
    expect((await data('{ nextFirings(name: "g", count: 2) { at } }')).nextFirings).toHaveLength(2);
    expect((await data('mutation { pauseSchedule(name: "g", reason: "r") { pausedReason } }')).pauseSchedule).toEqual({
      pausedReason: "r",
    });
    expect((await data('mutation { resumeSchedule(name: "g") { enabled } }')).resumeSchedule.enabled).toBe(true);
    expect((await errorOf('{ schedule(id: 1, name: "g") { id } }')).code).toBe("USAGE");
    expect(await data('mutation { deleteSchedule(name: "g") }')).toEqual({ deleteSchedule: true });
  });

  test("are previewed and backfilled, with pointers to the argument that is wrong", async () => {
    const { previewSchedule } = await data('{ previewSchedule(cron: "@daily", count: 3) { at local note } }');
    expect(previewSchedule).toHaveLength(3);
    expect((await errorOf('{ previewSchedule(cron: "61 * * * *") { at } }')).errors[0].pointer).toBe("/cron");
    await data(CREATE, { input: { name: "b", task: "addition", input: NUMBERS, cron: "@hourly" } });
    const { backfillSchedule } = await data(`mutation { backfillSchedule(name: "b", from: "2026-01-01T00:00:00Z",
      to: "2026-01-01T02:00:00Z") { fireAt status } }`);
    expect(backfillSchedule).toHaveLength(3);
  });
});

describe("the queue and the sources", () => {
  test("are paused, limited and shown", async () => {
    const state = "{ paused pauses { taskId note } limits { taskId key anyKey concurrency rate { count periodMs } } }";
    const taskId = await server.taskId("addition");
    const { pauseQueue } = await data(`mutation { pauseQueue(task: "addition", note: "n") ${state} }`);
    expect(pauseQueue).toEqual({ paused: false, pauses: [{ taskId, note: "n" }], limits: [] });
    expect((await data(`mutation { resumeQueue(task: "addition") ${state} }`)).resumeQueue.pauses).toEqual([]);
    const input = { key: "customer", concurrency: 2, rate: { count: 5, periodMs: 1_000 } };
    const set = `mutation($input: QueueLimitsInput!) { setQueueLimits(input: $input) ${state} }`;
    const limits = [{ taskId: null, anyKey: false, ...input }];
    expect((await data(set, { input })).setQueueLimits.limits).toEqual(limits);
    expect((await data(`{ queueState ${state} }`)).queueState.limits).toEqual(limits);
    expect((await errorOf(set, { input: { concurrency: 1 } })).code).toBe("USAGE");
  });

  test("list workers and refresh sources", async () => {
    const { workers } = await data("{ workers { id pid host running { executionId } } }");
    expect(workers).toEqual([{ id: "none", pid: 1, host: "test", running: [] }]);
    const { sources } = await data("{ sources { name kind state tasks problems { message } } }");
    expect(sources[0]).toMatchObject({ name: "tasks", kind: "directory", state: "current", problems: [] });
    expect((await data('mutation { refreshSource(name: "tasks") { name } }')).refreshSource).toEqual([
      { name: "tasks" },
    ]);
    expect((await errorOf('mutation { refreshSource(name: "tsks") { name } }')).code).toBe("SOURCE_NOT_FOUND");
  });
});
