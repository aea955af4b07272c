/** Signals reach the runs that wait for them, by every address and every door. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { WaitRequest } from "../../src/domain/durable.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { keyHeader } from "../access/credentials.ts";
import { type PlayedRun, playRun } from "../support/played-run.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

const signal = (path: string, value: JsonValue, headers?: Record<string, string>) =>
  server.call("POST", `/api/v1${path}`, value, headers);

async function newRun(members: JsonObject = {}): Promise<PlayedRun> {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task: "sleeping", ...members });
  expect(status).toBe(201);
  return playRun(server.deps, body.id);
}

const wait = (name: string, schema?: JsonValue): WaitRequest =>
  schema === undefined ? { kind: "wait", name } : { kind: "wait", name, schema };

/** A run that sleeps until a signal arrives. */
async function waitingRun(name: string, schema?: JsonValue, members?: JsonObject): Promise<PlayedRun> {
  const run = await newRun(members);
  await run.open(1, wait(name, schema));
  await run.fallAsleep([1]);
  return run;
}

/** What the first operations of a run resolved to. */
async function outputs({ executionId }: PlayedRun): Promise<JsonValue[]> {
  const { body } = await server.call("GET", `/api/v1/executions/${executionId}/operations`);
  return body.items.map(({ output, state }: { output: JsonValue; state: string }) => [state, output]);
}

test("a wait that is open gets the signal", async () => {
  const run = await waitingRun("paid");
  const job = await server.call("GET", `/api/v1/jobs/${run.jobId}`);
  expect(job.body).toMatchObject({
    status: "sleeping",
    waitingFor: [{ kind: "wait", name: "paid", label: null, dueAt: null, jobId: null }],
  });
  const execution = await server.call("GET", `/api/v1/executions/${run.executionId}`);
  expect(execution.body).toMatchObject({ status: "sleeping", waitingFor: [{ kind: "wait", name: "paid" }] });
  const sent = await signal(`/executions/${run.executionId}/signals/paid`, { amount: 5 });
  expect(sent).toMatchObject({ status: 202, body: { id: expect.any(Number), status: "delivered" } });
  expect(await outputs(run)).toEqual([["completed", { amount: 5 }]]);
  expect((await server.call("GET", `/api/v1/jobs/${run.jobId}`)).body.waitingFor).toEqual([]);
});

test("a signal that nobody waits for is kept, by execution, job and correlation key", async () => {
  const run = await newRun({ correlationKey: "order-1" });
  await run.open(1, wait("other"));
  for (const path of [
    `/executions/${run.executionId}/signals/paid`,
    `/jobs/${run.jobId}/signals/paid`,
    "/signals/paid?correlationKey=order-1",
  ]) {
    expect(await signal(path, [null])).toMatchObject({ status: 202, body: { status: "kept" } });
  }
  await run.end({ kind: "completed", outputJson: "null" });
});

test("a signal does not overtake an earlier one that its run has still to take", async () => {
  const run = await newRun();
  const path = `/executions/${run.executionId}/signals/paid`;
  expect((await signal(path, 1)).body.status).toBe("kept");
  await run.open(1, wait("paid"));
  expect((await signal(path, 2)).body.status).toBe("kept");
  expect(await outputs(run)).toEqual([["open", null]]);
  await run.end({ kind: "completed", outputJson: "null" });
});

test("any JSON is a value, and nothing else is", async () => {
  const run = await newRun();
  const path = `/executions/${run.executionId}/signals/any`;
  for (const value of [null, true, 0, "", "text", [], {}, { a: [1] }]) {
    expect([value, (await signal(path, value)).status]).toEqual([value, 202]);
  }
  const raw = (body: string, type = "application/json") =>
    fetch(`${server.url}/api/v1${path}`, { method: "POST", headers: { "content-type": type }, body });
  expect((await raw("")).status).toBe(400);
  expect((await raw("{oops")).status).toBe(400);
  expect((await raw("1e999")).status).toBe(400);
  expect((await raw("{}", "text/plain")).status).toBe(415);
  await run.end({ kind: "completed", outputJson: "null" });
});

test("a value has up to 1 MB", async () => {
  const run = await waitingRun("big");
  const path = `/executions/${run.executionId}/signals/big`;
  const limit = 1024 * 1024;
  expect(await signal(path, "x".repeat(limit - 1))).toMatchObject({ status: 413, body: { code: "SIGNAL_LIMIT" } });
  expect(await signal(path, "x".repeat(10 * limit))).toMatchObject({ status: 413, body: { code: "SIGNAL_LIMIT" } });
  expect(await signal(path, "x".repeat(limit - 2))).toMatchObject({ status: 202, body: { status: "delivered" } });
});

test("a wait that is open refuses what does not fit its schema, and goes on waiting", async () => {
  const schema = { type: "object", required: ["reference"], properties: { reference: { type: "string" } } };
  const run = await waitingRun("paid", schema);
  const path = `/executions/${run.executionId}/signals/paid`;
  const refused = await signal(path, { reference: 5 });
  expect(refused).toMatchObject({ status: 422, body: { code: "INVALID_INPUT" } });
  expect(refused.body.errors).toMatchObject([{ pointer: "/reference" }]);
  expect(refused.body.detail).toContain('The signal "paid" does not match its schema');
  expect(await signal(path, { reference: "4711" })).toMatchObject({ status: 202, body: { status: "delivered" } });
  expect(await outputs(run)).toEqual([["completed", { reference: "4711" }]]);
});

test("a repeat with the same key is not delivered again, whatever the run waits for by then", async () => {
  const run = await newRun();
  await run.open(1, wait("paid"));
  await run.open(2, wait("paid", { type: "string" }));
  const path = `/executions/${run.executionId}/signals/paid`;
  const first = await signal(path, { n: 1 }, { "idempotency-key": '"pay-1"' });
  expect(first).toMatchObject({ status: 202, body: { status: "delivered" } });
  const again = await signal(path, { n: 1 }, { "idempotency-key": "pay-1" });
  expect(again).toMatchObject({ status: 200, body: first.body });
  expect(await signal(path, { n: 2 }, { "idempotency-key": "pay-2" })).toMatchObject({ status: 422 });
  expect(await outputs(run)).toEqual([
    ["completed", { n: 1 }],
    ["open", null],
  ]);
  await run.end({ kind: "completed", outputJson: "null" });
  expect(await signal(path, { n: 1 }, { "idempotency-key": "pay-1" })).toMatchObject({ status: 200, body: first.body });
});

test("a run that has ended takes no signal", async () => {
  const run = await waitingRun("paid", undefined, { correlationKey: "order-2" });
  await server.call("POST", `/api/v1/jobs/${run.jobId}/kill`);
  for (const path of [
    `/executions/${run.executionId}/signals/paid`,
    `/jobs/${run.jobId}/signals/paid`,
    "/signals/paid?correlationKey=order-2",
  ]) {
    expect(await signal(path, 1)).toMatchObject({ status: 409, body: { code: "EXECUTION_ENDED" } });
  }
});

test("what does not exist is 404", async () => {
  expect((await signal("/executions/999999/signals/paid", 1)).body.code).toBe("EXECUTION_NOT_FOUND");
  expect((await signal("/jobs/999999/signals/paid", 1)).body.code).toBe("JOB_NOT_FOUND");
  expect((await signal("/signals/paid?correlationKey=nobody", 1)).body.code).toBe("JOB_NOT_FOUND");
  expect(await signal("/signals/paid", 1)).toMatchObject({ status: 400, body: { code: "USAGE" } });
});

test("a key that unfinished jobs of several tasks have is ambiguous", async () => {
  const jobs: number[] = [];
  for (const task of ["sleeping", "failing"]) {
    jobs.push((await server.call("POST", "/api/v1/jobs", { task, correlationKey: "order-3" })).body.id);
  }
  expect(await signal("/signals/paid?correlationKey=order-3", 1)).toMatchObject({
    status: 409,
    body: { code: "CONFLICT" },
  });
  await server.call("POST", `/api/v1/jobs/${jobs[1]}/cancel`);
  expect(await signal("/signals/paid?correlationKey=order-3", 1)).toMatchObject({ status: 202 });
  await server.call("POST", `/api/v1/jobs/${jobs[0]}/cancel`);
});

test("a direct execution that has ended takes none", async () => {
  const { body } = await server.call("POST", "/api/v1/tasks/addition/execute", { input: { num1: 1, num2: 2 } });
  const sent = await signal(`/executions/${body.executionId}/signals/paid`, 1);
  expect(sent).toMatchObject({ status: 409, body: { code: "EXECUTION_ENDED" } });
});

test("GraphQL sends signals as well", async () => {
  const run = await waitingRun("paid", { type: "object" }, { correlationKey: "order-4" });
  const send = async (args: string) => {
    const query = `mutation { sendSignal(${args}) { status repeated } }`;
    return (await server.call("POST", "/graphql", { query })).body;
  };
  const refused = await send(`executionId: ${run.executionId}, name: "paid", value: 5`);
  expect(refused.errors[0].extensions.code).toBe("INVALID_INPUT");
  const none = await send('name: "paid", value: 5');
  expect(none.errors[0].extensions.code).toBe("USAGE");
  const both = await send(`executionId: ${run.executionId}, jobId: ${run.jobId}, name: "paid"`);
  expect(both.errors[0].extensions.code).toBe("USAGE");
  const { data } = await send('correlationKey: "order-4", name: "paid", value: { ok: true }, idempotencyKey: "k"');
  expect(data.sendSignal).toEqual({ status: "delivered", repeated: false });
  const again = await send(`jobId: ${run.jobId}, name: "paid", value: { ok: true }, idempotencyKey: "k"`);
  expect(again.data.sendSignal).toEqual({ status: "delivered", repeated: true });
  const query = `{ executionOperations(executionId: ${run.executionId}) { number kind name state output } }`;
  const read = (await server.call("POST", "/graphql", { query })).body;
  expect(read.data.executionOperations).toEqual([
    { number: 1, kind: "wait", name: "paid", state: "completed", output: { ok: true } },
  ]);
});

test("the audit log names the run and the signal", async () => {
  const run = await waitingRun("paid");
  await signal(`/executions/${run.executionId}/signals/paid`, 1);
  const { items } = (await server.call("GET", "/api/v1/audit?limit=1")).body;
  expect(items).toMatchObject([
    { action: "signalExecution", target: `executions/${run.executionId}/signals/paid`, outcome: "ok" },
  ]);
  const query = `mutation { sendSignal(jobId: ${run.jobId}, name: "more") { status } }`;
  await server.call("POST", "/graphql", { query });
  const next = (await server.call("GET", "/api/v1/audit?limit=1")).body.items;
  expect(next).toMatchObject([{ action: "signalJob", target: `jobs/${run.jobId}/signals/more`, outcome: "ok" }]);
});

test("who is limited to some tasks reaches no other run", async () => {
  const limited = await startServer({ working: false, access: true });
  try {
    const all = await keyHeader(limited, "all", "operator");
    const few = await keyHeader(limited, "few", "operator", { tasks: ["addition"] });
    const viewer = await keyHeader(limited, "viewer", "viewer");
    const job = { task: "sleeping", correlationKey: "theirs" };
    const run = await playRun(limited.deps, (await limited.call("POST", "/api/v1/jobs", job, all)).body.id);
    await run.open(1, wait("paid"));
    for (const path of [
      `/executions/${run.executionId}/signals/paid`,
      `/jobs/${run.jobId}/signals/paid`,
      "/signals/paid?correlationKey=theirs",
    ]) {
      expect((await limited.call("POST", `/api/v1${path}`, 1, few)).status).toBe(404);
      expect((await limited.call("POST", `/api/v1${path}`, 1, viewer)).status).toBe(403);
    }
    const journal = `/api/v1/executions/${run.executionId}/operations`;
    expect((await limited.call("GET", journal, undefined, few)).status).toBe(404);
    expect((await limited.call("GET", journal, undefined, viewer)).body.items).toHaveLength(1);
  } finally {
    await limited[Symbol.asyncDispose]();
  }
});
