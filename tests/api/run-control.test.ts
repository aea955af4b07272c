/** Jobs and executions are paused, resumed and killed by every door, and found by their correlation key. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { keyHeader } from "../access/credentials.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (path: string, body: JsonObject = {}) => server.call("POST", `/api/v1${path}`, body);
const graphql = async (query: string) => (await server.call("POST", "/graphql", { query })).body;

async function newJob(members: JsonObject = {}): Promise<number> {
  const { status, body } = await post("/jobs", { task: "sleeping", ...members });
  expect(status).toBe(201);
  return body.id;
}

test("a waiting job is paused and goes on", async () => {
  const id = await newJob();
  expect(await post(`/jobs/${id}/pause`)).toMatchObject({ status: 200, body: { id, status: "paused" } });
  expect((await post(`/jobs/${id}/pause`)).body).toMatchObject({ code: "ILLEGAL_TRANSITION" });
  const stats = (await server.call("GET", "/api/v1/stats")).body;
  expect(stats.jobs.paused).toBe(1);
  expect((await server.call("GET", "/api/v1/jobs?status=paused")).body.items).toMatchObject([{ id }]);
  expect(await post(`/jobs/${id}/resume`)).toMatchObject({ status: 200, body: { status: "queued" } });
  expect(await post(`/jobs/${id}/resume`)).toMatchObject({ status: 409, body: { code: "ILLEGAL_TRANSITION" } });
});

test("a job is killed", async () => {
  const id = await newJob();
  expect(await post(`/jobs/${id}/kill`)).toMatchObject({ status: 200, body: { status: "cancelled" } });
  expect(await post(`/jobs/${id}/kill`)).toMatchObject({ status: 409, body: { code: "ILLEGAL_TRANSITION" } });
});

test("a job goes on with a version that a source has", async () => {
  const id = await newJob();
  await post(`/jobs/${id}/pause`);
  expect(await post(`/jobs/${id}/resume`, { version: "9.9.9" })).toMatchObject({
    status: 404,
    body: { code: "TASK_NOT_FOUND" },
  });
  expect(await post(`/jobs/${id}/resume`, { version: "" })).toMatchObject({ status: 400, body: { code: "USAGE" } });
  expect(await post(`/jobs/${id}/resume`, { version: "1.0.0" })).toMatchObject({
    status: 200,
    body: { status: "queued", version: "1.0.0" },
  });
});

test("what does not exist is 404", async () => {
  for (const action of ["pause", "resume", "kill"]) {
    expect((await post(`/jobs/999999/${action}`)).body.code).toBe("JOB_NOT_FOUND");
    expect((await post(`/executions/999999/${action}`)).body.code).toBe("EXECUTION_NOT_FOUND");
  }
});

test("GraphQL does the same", async () => {
  const id = await newJob();
  const { data } = await graphql(`mutation {
    pauseJob(id: ${id}) { status }
    resumeJob(id: ${id}, version: "1.0.0") { status version }
    killJob(id: ${id}) { status correlationKey parent { executionId number item } forkedFrom { executionId step } }
  }`);
  expect(data).toEqual({
    pauseJob: { status: "PAUSED" },
    resumeJob: { status: "QUEUED", version: "1.0.0" },
    killJob: { status: "CANCELLED", correlationKey: null, parent: null, forkedFrom: null },
  });
  for (const field of ["pauseExecution", "resumeExecution", "killExecution"]) {
    const { errors } = await graphql(`mutation { ${field}(id: 999999) { id } }`);
    expect(errors[0].extensions.code).toBe("EXECUTION_NOT_FOUND");
  }
});

test("a correlation key belongs to one unfinished job of a task", async () => {
  const id = await newJob({ correlationKey: "order-17" });
  const taken = await post("/jobs", { task: "sleeping", correlationKey: "order-17" });
  expect(taken).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
  const batch = await post("/jobs/batch", { jobs: [{ task: "sleeping", correlationKey: "order-17" }] });
  expect(batch).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
  expect((await server.call("GET", "/api/v1/jobs?correlationKey=order-17")).body.items).toMatchObject([
    { id, correlationKey: "order-17" },
  ]);
  const other = await newJob({ task: "failing", correlationKey: "order-17" });
  const { data } = await graphql('{ jobs(correlationKey: "order-17") { total } }');
  expect(data.jobs.total).toBe(2);
  for (const job of [id, other]) await post(`/jobs/${job}/cancel`);
  expect(await newJob({ correlationKey: "order-17" })).toBeGreaterThan(other);
});

test("a correlation key has the form of other keys", async () => {
  for (const correlationKey of ["", "x".repeat(300), "a\nb"]) {
    const { status, body } = await post("/jobs", { task: "sleeping", correlationKey });
    expect([status, body.code, body.errors[0].pointer]).toEqual([400, "USAGE", "/correlationKey"]);
  }
});

test("a job that waits again has its key only if nobody has it meanwhile", async () => {
  const first = await newJob({ correlationKey: "order-18" });
  await post(`/jobs/${first}/cancel`);
  await newJob({ correlationKey: "order-18" });
  expect(await post(`/jobs/${first}/retry`)).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
});

test("who is limited to some tasks finds no others", async () => {
  const limited = await startServer({ working: false, access: true });
  try {
    const all = await keyHeader(limited, "all", "operator");
    const few = await keyHeader(limited, "few", "operator", { tasks: ["addition"] });
    const { body } = await limited.call("POST", "/api/v1/jobs", { task: "sleeping" }, all);
    for (const action of ["pause", "resume", "kill"]) {
      expect((await limited.call("POST", `/api/v1/jobs/${body.id}/${action}`, {}, few)).status).toBe(404);
    }
    expect((await limited.call("POST", `/api/v1/jobs/${body.id}/pause`, {}, all)).body.status).toBe("paused");
  } finally {
    await limited[Symbol.asyncDispose]();
  }
});
