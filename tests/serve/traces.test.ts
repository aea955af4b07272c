import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let workplace: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  workplace = newWorkplace();
  workplace.writeTask("echo", "async function main(input) { return input; }");
  server = await workplace.serve();
});
afterAll(() => workplace[Symbol.dispose]());

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { headers: response.headers, body: (await response.json()) as JsonObject };
}

const completed = (id: unknown) => server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed");

test("a job and its execution belong to the trace of the request that creates the job", async () => {
  const { headers, body } = await post("/api/v1/jobs", { task: "echo" }, { traceparent: PARENT });
  expect(body.traceId).toBe(TRACE_ID);
  expect(headers.get("traceresponse")).toMatch(new RegExp(`^00-${TRACE_ID}-(?!00f067aa0ba902b7)[\\da-f]{16}-01$`));
  const job = await completed(body.id);
  expect(job.traceId).toBe(TRACE_ID);
  const execution = await server.call("GET", `/api/v1/executions/${job.executionId}`);
  expect(execution.body.traceId).toBe(TRACE_ID);
  const { body: graph } = await post("/graphql", {
    query: `{ job(id: ${body.id}) { traceId latestExecution: executions { traceId } } }`,
  });
  expect(JSON.stringify(graph)).toContain(`"traceId":"${TRACE_ID}"`);
});

test("the jobs of a batch belong to one trace, and those of different requests to different ones", async () => {
  const batch = await post("/api/v1/jobs/batch", { jobs: [{ task: "echo" }, { task: "echo" }] });
  const [, traceId = ""] = (batch.headers.get("traceresponse") ?? "").split("-");
  expect(traceId).toMatch(/^[\da-f]{32}$/);
  for (const { id } of batch.body.jobs as JsonObject[]) expect((await completed(id)).traceId).toBe(traceId);
  const other = await post("/api/v1/jobs", { task: "echo" });
  expect(other.body.traceId).toMatch(/^[\da-f]{32}$/);
  expect(other.body.traceId).not.toBe(traceId);
});

test("a malformed traceparent is ignored", async () => {
  const { headers, body } = await post("/api/v1/jobs", { task: "echo" }, { traceparent: PARENT.toUpperCase() });
  expect(body.traceId).toMatch(/^[\da-f]{32}$/);
  expect(body.traceId).not.toBe(TRACE_ID);
  expect(headers.get("traceresponse")).toContain(String(body.traceId));
});

test("a direct execution belongs to the trace of its request", async () => {
  const { body } = await post("/api/v1/tasks/echo/execute", { input: 1 }, { traceparent: PARENT });
  const execution = await server.call("GET", `/api/v1/executions/${body.executionId}`);
  expect(execution.body.traceId).toBe(TRACE_ID);
});

test("every response has a traceresponse, also that of an unknown path", async () => {
  for (const path of ["/health", "/api/v1/jobs?limit=1", "/nowhere", "/api/v1/jobs/999999"]) {
    const { headers } = await fetch(`${server.url}${path}`);
    expect(headers.get("traceresponse")).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  }
});

test("a job of a schedule has a trace of its own", async () => {
  const { body } = await post("/api/v1/schedules", { name: "often", task: "echo", every: "1h" });
  const fired = await post(`/api/v1/schedules/${body.id}/trigger`, {});
  const { items } = (await server.call("GET", `/api/v1/jobs?scheduleId=${body.id}`)).body;
  const [job] = items as JsonObject[];
  expect(job?.traceId).toMatch(/^[\da-f]{32}$/);
  expect(fired.headers.get("traceresponse")).toContain("-");
});

test("the command line prints the trace of jobs and executions with --json", async () => {
  const { body } = await post("/api/v1/jobs", { task: "echo" }, { traceparent: PARENT });
  await completed(body.id);
  const shown = await workplace.ratchet(["jobs", "show", String(body.id), "--json", "--server", server.url]);
  const job = JSON.parse(shown.stdout) as JsonObject & { executions: JsonObject[] };
  expect([job.traceId, job.executions[0]?.traceId]).toEqual([TRACE_ID, TRACE_ID]);
});
