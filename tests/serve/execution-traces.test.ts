/** The stored traces of executions, and the headers that their fetches carry. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = "00f067aa0ba902b7";

interface Seen {
  traceparent: string | null;
  tracestate: string | null;
}

const service = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/headers": ({ headers }) =>
      Response.json({ traceparent: headers.get("traceparent"), tracestate: headers.get("tracestate") } satisfies Seen),
    "/broken": () => new Response("no", { status: 500 }),
    "/to-name": ({ url }): Response => Response.redirect(url.replace(/127\.0\.0\.1(:\d+).*/, "localhost$1/headers")),
  },
});
const base = `http://127.0.0.1:${service.port}`;

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("echo", "async function main(input) { return input; }");
  place.writeTask("headers", `() => fetch("${base}/headers").body`);
  place.writeTask(
    "own",
    `() => fetch("${base}/headers", { headers: { traceparent: "mine", tracestate: "a=b" } }).body`,
  );
  place.writeTask("redirected", `() => fetch("${base}/to-name").body`);
  place.writeTask(
    "broken",
    `() => { fetch("${base}/broken", { retry: { maxRetries: 0 } }).status; throw new Error("oh no"); }`,
    {
      retry: { maxRetries: 1, delay: "10ms" },
    },
  );
  server = await place.serve();
});
afterAll(async () => {
  place[Symbol.dispose]();
  await service.stop(true);
});

interface Span {
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: string;
  startedAt: string;
  durationUs: number;
  status: string;
  message: string | null;
  attributes: JsonObject;
}

async function runJob(task: string, headers: Record<string, string> = {}): Promise<JsonObject> {
  const created = await fetch(`${server.url}/api/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ task, input: null }),
  });
  const { id } = (await created.json()) as JsonObject;
  return server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed" || status === "failed");
}

async function traceOf(executionId: unknown): Promise<{ traceId: string; spans: Span[] }> {
  const { status, body } = await server.call("GET", `/api/v1/executions/${executionId}/trace`);
  expect(status).toBe(200);
  return body as unknown as { traceId: string; spans: Span[] };
}

const named = (spans: Span[], name: string) => spans.filter((span) => span.name === name);

test("the trace of a job's execution leads from the request to each fetch", async () => {
  const job = await runJob("headers", { traceparent: `00-${TRACE_ID}-${CALLER}-01`, tracestate: "vendor=1, other=2" });
  const { traceId, spans } = await traceOf(job.executionId);
  expect(traceId).toBe(TRACE_ID);
  const [request] = named(spans, "POST /api/v1/jobs");
  const [enqueue] = named(spans, "enqueue");
  const [wait] = named(spans, "wait");
  const [attempt] = named(spans, "attempt");
  const [run] = named(spans, "run");
  const [call] = named(spans, "fetch");
  expect([request?.parentSpanId, request?.kind]).toEqual([CALLER, "server"]);
  expect(request?.attributes).toMatchObject({ "http.route": "/api/v1/jobs", "http.request.method": "POST" });
  expect(enqueue?.parentSpanId).toBe(request?.spanId ?? "");
  expect([wait?.parentSpanId, attempt?.parentSpanId]).toEqual([enqueue?.spanId ?? "", enqueue?.spanId ?? ""]);
  expect(run?.parentSpanId).toBe(attempt?.spanId ?? "");
  expect(named(spans, "validation").map((span) => [span.parentSpanId, span.attributes["ratchet.validation"]])).toEqual([
    [attempt?.spanId ?? "", "input"],
    [attempt?.spanId ?? "", "output"],
  ]);
  expect(attempt?.attributes).toMatchObject({ "ratchet.execution.id": Number(job.executionId), "ratchet.attempt": 1 });
  expect([call?.parentSpanId, call?.kind, call?.status]).toEqual([run?.spanId ?? "", "client", "ok"]);
  expect(call?.attributes).toEqual({
    "ratchet.job.id": Number(job.id),
    "ratchet.task": "headers",
    "http.request.method": "GET",
    "http.response.status_code": 200,
    "url.full": `${base}/headers`,
    "server.address": "127.0.0.1",
    "server.port": Number(service.port),
  });
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  expect(job.output).toEqual({ traceparent: `00-${TRACE_ID}-${call?.spanId}-01`, tracestate: "vendor=1,other=2" });
});

test("a flag of 00 is passed on as it came", async () => {
  const job = await runJob("headers", { traceparent: `00-${TRACE_ID}-${CALLER}-00` });
  expect((job.output as JsonObject).traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[\\da-f]{16}-00$`));
});

test("a task may set the headers itself", async () => {
  const { output } = await runJob("own");
  expect(output).toEqual({ traceparent: "mine", tracestate: "a=b" });
});

test("each attempt has a wait and an attempt of its own in one trace, and failures say why", async () => {
  const job = await runJob("broken");
  const { items } = (await server.call("GET", `/api/v1/executions?jobId=${job.id}&order=asc`)).body;
  const traces = await Promise.all((items as JsonObject[]).map(({ id }) => traceOf(id)));
  expect(traces.map(({ traceId }) => traceId)).toEqual([String(job.traceId), String(job.traceId)]);
  const own = traces.map(({ spans }) => spans.filter(({ name }) => name === "wait" || name === "attempt"));
  expect(new Set(own.flat().map(({ spanId }) => spanId)).size).toBe(4);
  const [first, second] = traces.map(({ spans }) => named(spans, "attempt")[0]);
  expect([first?.status, first?.message]).toEqual(["error", "Error: oh no"]);
  const retryWait = named(traces[1]?.spans ?? [], "wait")[0];
  // It waited from the end of the attempt before.
  expect(Date.parse(retryWait?.startedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(first?.startedAt ?? ""));
  expect(retryWait?.durationUs).toBeGreaterThan(0);
  expect(second?.attributes["ratchet.attempt"]).toBe(2);
  const [run] = named(traces[0]?.spans ?? [], "run");
  const [call] = named(traces[0]?.spans ?? [], "fetch");
  expect([run?.status, call?.status, call?.message]).toEqual(["error", "error", "HTTP 500"]);
});

test("the trace of a direct execution begins with its request", async () => {
  const response = await fetch(`${server.url}/api/v1/tasks/echo/execute`, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: `00-${TRACE_ID}-${CALLER}-01` },
    body: JSON.stringify({ input: 1 }),
  });
  const { executionId } = (await response.json()) as JsonObject;
  const { spans } = await traceOf(executionId);
  expect(spans.map(({ name }) => name)).toEqual([
    "POST /api/v1/tasks/:task/execute",
    "attempt",
    "validation",
    "run",
    "validation",
  ]);
  expect([spans[0]?.parentSpanId, spans[1]?.parentSpanId]).toEqual([CALLER, spans[0]?.spanId ?? ""]);
});

test("GraphQL and the command line show the same trace", async () => {
  const job = await runJob("headers");
  const trace = await traceOf(job.executionId);
  const fields = "spanId parentSpanId name kind startedAt durationUs status message attributes";
  const query = `{ execution(id: ${job.executionId}) { trace { traceId spans { ${fields} } } } }`;
  const { body } = await server.call("POST", "/graphql", { query });
  expect((body.data as { execution: { trace: unknown } }).execution.trace).toMatchObject({ traceId: trace.traceId });
  const ratchet = (...args: string[]) =>
    place.ratchet(["trace", String(job.executionId), "--server", server.url, ...args]);
  expect(JSON.parse((await ratchet("--json")).stdout)).toEqual(trace);
  const text = await ratchet();
  expect(text.stdout).toContain(trace.traceId);
  expect(text.stdout).toMatch(/enqueue[\s\S]*wait[\s\S]*attempt[\s\S]*run[\s\S]*fetch GET/);
  const chrome = JSON.parse((await ratchet("--format", "chrome")).stdout) as {
    traceEvents: { ph: string; ts: number }[];
  };
  const spans = chrome.traceEvents.filter(({ ph }) => ph === "X");
  expect(spans).toHaveLength(trace.spans.length);
  expect(Math.abs((spans[0]?.ts ?? 0) / 1_000 - Date.parse(trace.spans[0]?.startedAt ?? ""))).toBeLessThan(1);
  expect((await place.ratchet(["trace", "999999", "--server", server.url])).code).not.toBe(0);
});

test.each([
  ["none", { first: null, redirected: null }],
  ["127.0.0.1", { first: "here", redirected: null }],
  ["localhost", { first: null, redirected: "here" }],
  [`localhost:${service.port},127.0.0.1:${service.port}`, { first: "here", redirected: "here" }],
])("with telemetry.traces.propagate %s each hop of a redirect is decided for itself", async (hosts, expected) => {
  using other = newWorkplace();
  other.writeTask("headers", `() => fetch("${base}/headers").body`);
  other.writeTask("redirected", `() => fetch("${base}/to-name").body`);
  const running = await other.serve([], { RATCHET_TELEMETRY_TRACES_PROPAGATE: hosts });
  const carried = async (task: string) => {
    const { body } = await running.call("POST", `/api/v1/tasks/${task}/execute`, { input: null });
    return (body.output as JsonObject).traceparent === null ? null : "here";
  };
  expect({ first: await carried("headers"), redirected: await carried("redirected") }).toEqual(expected);
});
