/** Traces as a collector gets them from the executable. */
import { expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { eventually } from "../support/eventually.ts";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { newWorkplace, type ServeProcess } from "../support/serve-process.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = "00f067aa0ba902b7";
const SOON = { OTEL_BSP_SCHEDULE_DELAY: "20" };

const named = (spans: ReceivedSpan[], name: string) => spans.filter((span) => span.name === name);
const inTrace = (spans: ReceivedSpan[], traceId: unknown) => spans.filter((span) => span.traceId === traceId);

async function enqueue(server: ServeProcess, body: JsonObject, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/api/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return (await response.json()) as JsonObject;
}

const ended = (receiver: OtlpReceiver, traceId: unknown, attempts = 1) =>
  receiver.until((spans) => {
    const own = inTrace(spans, traceId);
    return named(own, "attempt").length >= attempts && named(own, "enqueue").length > 0;
  });

test.each(["http/protobuf", "http/json"])("a job's spans reach the collector as %s", async (protocol) => {
  await using receiver = startOtlpReceiver();
  const service = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("no", { status: 503 }) });
  using place = newWorkplace();
  place.writeTask(
    "calls",
    `() => fetch("http://127.0.0.1:${service.port}/x?a=1", { retry: { maxRetries: 0 } }).status`,
  );
  const server = await place.serve([], {
    ...SOON,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b,x-other=c",
    OTEL_SERVICE_NAME: "my-ratchet",
  });
  const headers = { traceparent: `00-${TRACE_ID}-${CALLER}-01`, tracestate: "vendor=1" };
  const job = await enqueue(server, { task: "calls", input: null }, headers);
  await ended(receiver, TRACE_ID);
  await receiver.until((spans) => inTrace(spans, TRACE_ID).length === 8);
  const spans = inTrace(receiver.spans, TRACE_ID);
  const [request] = spans.filter(({ kind }) => kind === 2);
  const [enqueued] = named(spans, "enqueue");
  const [wait] = named(spans, "wait");
  const [attempt] = named(spans, "attempt");
  const [run] = named(spans, "run");
  const [call] = spans.filter(({ kind }) => kind === 3);
  expect([request?.parentSpanId, request?.attributes["http.route"]]).toEqual([CALLER, "/api/v1/jobs"]);
  expect(request?.attributes).toMatchObject({ "http.response.status_code": 201, "ratchet.job.id": Number(job.id) });
  expect(enqueued?.parentSpanId).toBe(request?.spanId ?? "");
  expect([wait?.parentSpanId, attempt?.parentSpanId]).toEqual([enqueued?.spanId ?? "", enqueued?.spanId ?? ""]);
  expect(named(spans, "validation").map(({ parentSpanId }) => parentSpanId)).toEqual([
    attempt?.spanId ?? "",
    attempt?.spanId ?? "",
  ]);
  expect([run?.parentSpanId, call?.parentSpanId]).toEqual([attempt?.spanId ?? "", run?.spanId ?? ""]);
  expect(call?.attributes).toMatchObject({
    "url.full": `http://127.0.0.1:${service.port}/x?a=1`,
    "http.request.method": "GET",
    "http.response.status_code": 503,
    "server.address": "127.0.0.1",
  });
  expect(call?.status).toEqual({ code: 2, message: "HTTP 503" });
  expect(run?.status.code).toBe(0);
  for (const span of spans.filter(({ kind }) => kind !== 2)) {
    expect(span.attributes).toMatchObject({ "ratchet.job.id": Number(job.id), "ratchet.task": "calls" });
    expect(span.endUs).toBeGreaterThanOrEqual(span.startUs);
    expect(span.traceState).toBe("vendor=1");
  }
  expect([...receiver.serviceNames]).toEqual(["my-ratchet"]);
  expect([receiver.requests[0]?.get("x-key"), receiver.requests[0]?.get("x-other")]).toEqual(["a b", "c"]);
  await service.stop(true);
});

test("each retry has a wait and an attempt of its own, and failures have status and message", async () => {
  await using receiver = startOtlpReceiver();
  using place = newWorkplace();
  place.writeTask("failing", "() => { throw new Error('oh no'); }", { retry: { maxRetries: 1, delay: "10ms" } });
  place.write("ratchet.yaml", "");
  const server = await place.serve([], { ...SOON, RATCHET_TELEMETRY_TRACES_ENDPOINT: receiver.url });
  const { traceId } = await enqueue(server, { task: "failing", input: null });
  await ended(receiver, traceId, 2);
  const spans = inTrace(receiver.spans, traceId);
  const attempts = named(spans, "attempt");
  expect(attempts.map(({ status }) => status)).toEqual(Array(2).fill({ code: 2, message: "Error: oh no" }));
  expect(named(spans, "run").map(({ status }) => status.code)).toEqual([2, 2]);
  expect(named(spans, "wait")).toHaveLength(2);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
});

test("jobs of schedules and deliveries, and direct executions, are exported with their roots", async () => {
  await using receiver = startOtlpReceiver();
  using place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  const server = await place.serve([], { ...SOON, RATCHET_TELEMETRY_TRACES_ENDPOINT: `${receiver.url}/v1/traces` });
  const { body: schedule } = await server.call("POST", "/api/v1/schedules", {
    name: "often",
    task: "echo",
    every: "1h",
  });
  await server.call("POST", `/api/v1/schedules/${schedule.id}/trigger`);
  const { items } = (await server.call("GET", `/api/v1/jobs?scheduleId=${schedule.id}`)).body;
  const [fired] = items as JsonObject[];
  await ended(receiver, fired?.traceId);
  expect(named(inTrace(receiver.spans, fired?.traceId), "enqueue")[0]?.parentSpanId).toBe("");
  await place.ratchet(["secrets", "set", "HOOK"], { stdin: "a-token-for-the-hook" });
  await server.call("POST", "/api/v1/webhooks", {
    name: "in",
    task: "echo",
    verification: { type: "token", secret: "HOOK" },
  });
  const delivered = await fetch(`${server.url}/hooks/in`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer a-token-for-the-hook" },
    body: "{}",
  });
  expect(delivered.status).toBe(202);
  const [, hookTrace] = (delivered.headers.get("traceresponse") ?? "").split("-");
  await ended(receiver, hookTrace);
  await receiver.until((spans) => inTrace(spans, hookTrace).some(({ kind }) => kind === 2));
  expect(inTrace(receiver.spans, hookTrace).find(({ kind }) => kind === 2)?.attributes["http.route"]).toBe(
    "/hooks/:name",
  );
  await server.call("POST", "/api/v1/tasks/echo/execute", { input: 1 });
  await receiver.until((spans) =>
    spans.some(({ attributes }) => attributes["http.route"] === "/api/v1/tasks/:task/execute"),
  );
});

test("a sampled flag of 00 is respected", async () => {
  await using receiver = startOtlpReceiver();
  using place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  const server = await place.serve([], { ...SOON, RATCHET_TELEMETRY_TRACES_ENDPOINT: receiver.url });
  const hidden = await enqueue(server, { task: "echo" }, { traceparent: `00-${TRACE_ID}-${CALLER}-00` });
  await server.until(`/api/v1/jobs/${hidden.id}`, ({ status }) => status === "completed");
  const shown = await enqueue(server, { task: "echo" });
  await ended(receiver, shown.traceId);
  expect(inTrace(receiver.spans, TRACE_ID)).toEqual([]);
});

test("refused exports are sent again, when Retry-After says, and what is left is sent on SIGTERM", async () => {
  await using receiver = startOtlpReceiver();
  using place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  receiver.refusals.push(
    { status: 503, headers: { "retry-after": "0" } },
    { status: 429, headers: { "retry-after": "0" } },
  );
  const server = await place.serve([], { ...SOON, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces` });
  const first = await enqueue(server, { task: "echo" });
  await ended(receiver, first.traceId);
  expect(receiver.requests.length).toBeGreaterThanOrEqual(3);
  using later = newWorkplace();
  later.writeTask("echo", "(input) => input");
  const slow = await later.serve([], {
    OTEL_BSP_SCHEDULE_DELAY: "600000",
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  });
  const last = await enqueue(slow, { task: "echo" });
  await slow.until(`/api/v1/jobs/${last.id}`, ({ status }) => status === "completed");
  expect(inTrace(receiver.spans, last.traceId)).toEqual([]);
  expect((await slow.end()).code).toBe(0);
  expect(named(inTrace(receiver.spans, last.traceId), "attempt")).toHaveLength(1);
});

test("a collector that is gone costs one line of the log, and no job", async () => {
  const gone = startOtlpReceiver();
  await gone[Symbol.asyncDispose]();
  using place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  const server = await place.serve([], { ...SOON, OTEL_EXPORTER_OTLP_ENDPOINT: gone.url });
  for (let count = 0; count < 5; count++) {
    const { id } = await enqueue(server, { task: "echo" });
    await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed");
  }
  await server.complained(/traces could not be sent/);
  const { code, stderr } = await server.end();
  expect([code, stderr.match(/traces could not be sent/g)?.length]).toEqual([0, 1]);
});

test.each([
  ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
  ["OTEL_BSP_SCHEDULE_DELAY", "soon"],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere"],
])("a wrong %s is an error that names it", async (name, value) => {
  using place = newWorkplace();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", [name]: value };
  const { code, stderr } = await place.ratchet(["serve", "--port", "0"], { env });
  expect(code).toBe(3);
  expect(stderr).toContain(name);
});

test("a batch that was accepted is not sent again because the response never ends", async () => {
  let requests = 0;
  using collector = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch() {
      requests += 1;
      const piece = new Uint8Array(64 * 1024);
      return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(piece) }));
    },
  });
  using place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  const limit = { OTEL_EXPORTER_OTLP_TIMEOUT: "300" };
  const server = await place.serve([], { ...SOON, ...limit, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url.origin });
  for (let count = 1; count <= 3; count++) {
    await enqueue(server, { task: "echo" });
    await eventually(() => requests >= count);
  }
  const { code, stderr } = await server.end();
  expect([code, stderr]).toEqual([0, ""]);
});
