/** Whatever is sent, the answer is a problem document with a code, and never a fault of the server. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  const settings = {
    maxBodyBytes: 2_000_000,
    allowedHosts: ["jobs.example.org"],
    allowedOrigins: ["https://app.example.org"],
  };
  server = await startServer({ working: false, settings });
  await server.call("POST", "/api/v1/jobs", { task: "addition", input: { num1: 1, num2: 2 } });
});
afterAll(async () => {
  expect(server.log.filter(({ level }) => level === "error")).toEqual([]);
  await server[Symbol.asyncDispose]();
});

const JSON_TYPE = { "content-type": "application/json" };

interface Case {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: RequestInit["body"];
  status: number;
  code: string;
  detail?: string;
}

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

const CASES: Record<string, Case> = {
  "no JSON": { body: "{", status: 400, code: "INVALID_JSON", detail: "line 1, column 2" },
  "JSON cut short": { body: '{"task":\n"addi', status: 400, code: "INVALID_JSON", detail: "line 2, column 1" },
  "an empty body": { body: "", status: 400, code: "INVALID_JSON" },
  "bytes that are no UTF-8": { body: new Uint8Array([0x22, 0xff, 0x22]), status: 400, code: "INVALID_JSON" },
  "a list for an object": { body: "[]", status: 400, code: "USAGE" },
  "null for an object": { body: "null", status: 400, code: "USAGE" },
  "JSON a hundred thousand levels deep": {
    body: "[".repeat(100_000),
    status: 400,
    code: "INVALID_JSON",
    detail: "nested",
  },
  "an input too deep": { body: `{"task":"addition","input":${deep(600)}}`, status: 400, code: "INVALID_JSON" },
  "brackets in a text, deep": { body: JSON.stringify({ task: "[".repeat(500) }), status: 404, code: "TASK_NOT_FOUND" },
  "a body too large": { body: `"${"x".repeat(2_000_001)}"`, status: 413, code: "BODY_TOO_LARGE" },
  "a body too large, of no declared length": { body: chunks(40, 100_000), status: 413, code: "BODY_TOO_LARGE" },
  "a compressed body": {
    body: Bun.gzipSync("{}"),
    headers: { ...JSON_TYPE, "content-encoding": "gzip" },
    status: 415,
    code: "UNSUPPORTED_CONTENT_ENCODING",
  },
  "a form": {
    body: "task=addition",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
  },
  "plain text": {
    body: '{"task":"addition"}',
    headers: { "content-type": "text/plain" },
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
  },
  "a body of no type": { body: new Uint8Array([123, 125]), headers: {}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE" },
  "an unknown field": { body: '{"task":"addition","inptu":1}', status: 400, code: "USAGE", detail: "did you mean" },
  "a name with slashes": { body: '{"task":"addition","a/b~c":1}', status: 400, code: "USAGE", detail: "a/b~c" },
  "a member called __proto__": { body: '{"task":"addition","__proto__":{}}', status: 400, code: "USAGE" },
  "a task of another type": { body: '{"task":{}}', status: 400, code: "USAGE", detail: "/task" },
  "a task that is not there": { body: '{"task":"nope"}', status: 404, code: "TASK_NOT_FOUND" },
  "a task whose name is misspelt": {
    body: '{"task":"addtion"}',
    status: 404,
    code: "TASK_NOT_FOUND",
    detail: 'Did you mean \\"addition\\"?',
  },
  "a cron expression that makes no sense": {
    path: "/api/v1/schedules/preview",
    body: '{"cron":"* * 32 * *"}',
    status: 422,
    code: "SCHEDULE_INVALID",
    detail: '"errors":[{"pointer":"/cron","message":"The day of the month is 32',
  },
  "a subscription that accepts no events": {
    path: "/graphql",
    headers: { ...JSON_TYPE, accept: "application/json" },
    body: '{"query":"subscription { jobUpdates { id } }"}',
    status: 406,
    code: "NOT_ACCEPTABLE",
    detail: "text/event-stream",
  },
  "a task by an id that is not there": { body: '{"task":99999}', status: 404, code: "TASK_NOT_FOUND" },
  "a version that is not there": { body: '{"task":"addition","version":"9.9.9"}', status: 404, code: "TASK_NOT_FOUND" },
  "an unknown priority": {
    body: '{"task":"addition","priority":"urgent"}',
    status: 400,
    code: "USAGE",
    detail: "/priority",
  },
  "retries below zero": {
    body: '{"task":"addition","maxRetries":-1}',
    status: 400,
    code: "USAGE",
    detail: "/maxRetries",
  },
  "half a retry": { body: '{"task":"addition","maxRetries":0.5}', status: 400, code: "USAGE", detail: "/maxRetries" },
  "a time without zone": {
    body: '{"task":"addition","input":{"num1":1,"num2":2},"runAt":"2026-01-01T00:00:00"}',
    status: 400,
    code: "USAGE",
    detail: "/runAt",
  },
  "a time that is not valid": {
    body: '{"task":"addition","input":{"num1":1,"num2":2},"runAt":"2026-13-45T00:00:00Z"}',
    status: 400,
    code: "USAGE",
    detail: "/runAt",
  },
  "a time beyond all times": {
    body: '{"task":"addition","input":{"num1":1,"num2":2},"runAt":9000000000000000}',
    status: 400,
    code: "USAGE",
    detail: "/runAt",
  },
  "an empty idempotency key": { body: '{"task":"addition","idempotencyKey":""}', status: 400, code: "USAGE" },
  "an input that does not fit": {
    body: '{"task":"addition","input":{"num1":"x","num2":2}}',
    status: 422,
    code: "INVALID_INPUT",
    detail: "/input/num1",
  },
  "a number that would be lost": {
    body: '{"task":"addition","input":{"num1":1e400,"num2":2}}',
    status: 400,
    code: "INVALID_JSON",
    detail: "the number 1e400 is beyond 1.8e308",
  },
  "an empty batch": { path: "/api/v1/jobs/batch", body: '{"jobs":[]}', status: 400, code: "USAGE", detail: "/jobs" },
  "a bulk operation without a filter": {
    path: "/api/v1/jobs/bulk",
    body: '{"action":"cancel"}',
    status: 400,
    code: "USAGE",
  },
  "a job that is not there": { method: "GET", path: "/api/v1/jobs/999999", status: 404, code: "JOB_NOT_FOUND" },
  "cancelling a job that is not there": { path: "/api/v1/jobs/999999/cancel", status: 404, code: "JOB_NOT_FOUND" },
  "explaining a job that is not there": {
    method: "GET",
    path: "/api/v1/jobs/999999/explain",
    status: 404,
    code: "JOB_NOT_FOUND",
  },
  "an execution that is not there": {
    method: "GET",
    path: "/api/v1/executions/999999",
    status: 404,
    code: "EXECUTION_NOT_FOUND",
  },
  "logs of an execution that is not there": {
    method: "GET",
    path: "/api/v1/executions/999999/logs",
    status: 404,
    code: "EXECUTION_NOT_FOUND",
  },
  "a schedule that is not there": {
    method: "GET",
    path: "/api/v1/schedules/999999/next",
    status: 404,
    code: "SCHEDULE_NOT_FOUND",
  },
  "an id that is a word": {
    method: "GET",
    path: "/api/v1/jobs/first",
    status: 400,
    code: "USAGE",
    detail: "id in the path",
  },
  "an id below zero": { method: "GET", path: "/api/v1/jobs/-1", status: 400, code: "USAGE" },
  "an id beyond all ids": { method: "GET", path: "/api/v1/jobs/99999999999999999999", status: 400, code: "USAGE" },
  "a path that is not well-formed": { method: "GET", path: "/api/v1/tasks/%ZZ", status: 400, code: "BAD_PATH" },
  "a path that is no UTF-8": { method: "GET", path: "/api/v1/tasks/%ff", status: 400, code: "BAD_PATH" },
  "a path there is not": {
    method: "GET",
    path: "/api/v1/jbos/1",
    status: 404,
    code: "ROUTE_NOT_FOUND",
    detail: "Did you mean /api/v1/jobs/1?",
  },
  "a path without its beginning": {
    method: "GET",
    path: "/queue",
    status: 404,
    code: "ROUTE_NOT_FOUND",
    detail: "Did you mean /api/v1/queue?",
  },
  "a word where an id is wanted that has a meaning with POST": {
    method: "GET",
    path: "/api/v1/jobs/batch",
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    detail: "POST",
  },
  "a path of another version": { method: "GET", path: "/api/v2/jobs", status: 404, code: "ROUTE_NOT_FOUND" },
  "a method there is not": {
    method: "PUT",
    path: "/api/v1/jobs/1",
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    detail: "GET",
  },
  "an unknown parameter": { method: "GET", path: "/api/v1/jobs?limt=5", status: 400, code: "USAGE", detail: "limit" },
  "a limit that is a word": {
    method: "GET",
    path: "/api/v1/jobs?limit=all",
    status: 400,
    code: "USAGE",
    detail: "limit",
  },
  "a limit too high": { method: "GET", path: "/api/v1/jobs?limit=1001", status: 400, code: "USAGE", detail: "limit" },
  "a limit given twice": {
    method: "GET",
    path: "/api/v1/jobs?limit=1&limit=2",
    status: 400,
    code: "USAGE",
    detail: "more than once",
  },
  ...Object.fromEntries(
    ["0", "-1", "1e9", "NaN", "", "5.5", "0x10", "9007199254740993", "%00", "１"].map((limit) => [
      `a limit of ${JSON.stringify(limit)}`,
      { method: "GET", path: `/api/v1/executions?limit=${limit}`, status: 400, code: "USAGE", detail: "limit" },
    ]),
  ),
  "a cursor from nowhere": {
    method: "GET",
    path: "/api/v1/jobs?cursor=x",
    status: 400,
    code: "USAGE",
    detail: "cursor",
  },
  "a cursor of another list": {
    method: "GET",
    path: "/api/v1/jobs?cursor=5&createdFrom=0",
    status: 400,
    code: "USAGE",
    detail: "cursor",
  },
  "an unknown status": {
    method: "GET",
    path: "/api/v1/jobs?status=done",
    status: 400,
    code: "USAGE",
    detail: "/status",
  },
  "an unknown order": { method: "GET", path: "/api/v1/jobs?order=up", status: 400, code: "USAGE", detail: "/order" },
  "an unknown event type": { method: "GET", path: "/api/v1/events?types=job.done", status: 400, code: "USAGE" },
  "an event id that is not valid": {
    method: "GET",
    path: "/api/v1/events",
    headers: { "last-event-id": "x" },
    status: 400,
    code: "USAGE",
  },
  "another host name": {
    method: "GET",
    path: "/health",
    headers: { host: "evil.example" },
    status: 403,
    code: "HOST_NOT_ALLOWED",
  },
  "a host name that only begins well": {
    method: "GET",
    path: "/health",
    headers: { host: "localhost.evil.example" },
    status: 403,
    code: "HOST_NOT_ALLOWED",
  },
  "a web page elsewhere": {
    headers: { ...JSON_TYPE, origin: "https://evil.example" },
    body: "{}",
    status: 403,
    code: "ORIGIN_NOT_ALLOWED",
  },
  "a page in a sandbox": {
    method: "GET",
    path: "/health",
    headers: { origin: "null" },
    status: 403,
    code: "ORIGIN_NOT_ALLOWED",
  },
  "a page on another port of this machine": {
    path: "/api/v1/jobs/1/cancel",
    headers: { origin: "http://127.0.0.1:1" },
    status: 403,
    code: "ORIGIN_NOT_ALLOWED",
  },
};

describe("rejected, with a reason", () => {
  for (const [name, { method = "POST", path = "/api/v1/jobs", headers = JSON_TYPE, body, ...wanted }] of Object.entries(
    CASES,
  )) {
    test(name, async () => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      const problem = JSON.parse(await response.text());
      expect({ status: response.status, code: problem.code }).toEqual({ status: wanted.status, code: wanted.code });
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(problem).toMatchObject({ type: `urn:ratchet:error:${wanted.code}`, status: wanted.status });
      expect(problem.title.length * problem.detail.length).toBeGreaterThan(0);
      expect(JSON.stringify(problem)).toContain(wanted.detail ?? "");
      expect(JSON.stringify(problem).length).toBeLessThan(3_000);
      expect(JSON.stringify(problem)).not.toMatch(/\.ts:\d|node_modules|at async/);
    });
  }

  test("no such request created a job", async () => {
    expect(await server.deps.store.jobs.count({})).toBe(1);
  });
});

describe("let in", () => {
  test("requests to the usual names of this machine, and to configured ones", async () => {
    for (const host of [
      "localhost:1",
      "127.0.0.1",
      "[::1]:8080",
      "ratchet.localhost",
      "LOCALHOST",
      "jobs.example.org",
    ]) {
      expect((await fetch(`${server.url}/health`, { headers: { host } })).status).toBe(200);
    }
  });

  test("pages of this server", async () => {
    const headers = { ...JSON_TYPE, origin: server.url };
    expect((await server.call("POST", "/api/v1/queue/resume", {}, headers)).status).toBe(200);
  });

  test("no web page may read a response", async () => {
    const response = await fetch(`${server.url}/api/v1/jobs`, { method: "OPTIONS" });
    expect([response.status, response.headers.get("allow")]).toEqual([204, "POST, GET, HEAD, OPTIONS"]);
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("pages elsewhere that are configured: they may read, and ask before they write", async () => {
    const origin = "https://app.example.org";
    const asked = await fetch(`${server.url}/api/v1/jobs`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });
    expect(asked.status).toBe(204);
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "POST, GET, HEAD, OPTIONS",
      "access-control-allow-headers": "authorization, content-type, idempotency-key, last-event-id, prefer, x-api-key",
      vary: "origin",
    });
    for (const [path, body] of [
      ["/api/v1/jobs", "{"],
      ["/graphql", '{"query":"{ __typename }"}'],
    ] as const) {
      const written = await fetch(`${server.url}${path}`, { method: "POST", headers: { ...JSON_TYPE, origin }, body });
      expect(written.headers.get("access-control-allow-origin")).toBe(origin);
    }
  });

  test("HEAD, with no body", async () => {
    const response = await fetch(`${server.url}/api/v1/jobs`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  test("HEAD for a stream, which is not opened", async () => {
    const response = await fetch(`${server.url}/api/v1/events`, { method: "HEAD" });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const { body: metrics } = await server.call("GET", "/metrics");
    expect(/^ratchet_event_clients (\d+)$/m.exec(metrics)?.[1]).toBe("0");
  });
});

function chunks(count: number, size: number): ReadableStream<Uint8Array> {
  let left = count;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(size).fill(32));
      else controller.close();
    },
  });
}
