import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const NUMBERS = { num1: 1, num2: 2 };

describe("tasks", () => {
  test("are listed with filters", async () => {
    const all = await server.call("GET", "/api/v1/tasks?order=asc");
    const labels = all.body.items.map(({ label }: { label: string }) => label);
    expect(labels).toContainAllValues(["addition", "failing", "sleeping", "talking", "heartbeat"]);
    const embedded = await server.call("GET", "/api/v1/tasks?source=embedded&enabled=true&inSync=true");
    expect(embedded.body.items).toMatchObject([{ label: "heartbeat", source: "embedded" }]);
  });

  test("have versions", async () => {
    const task = await server.call("GET", "/api/v1/tasks/addition");
    const versions = await server.call("GET", `/api/v1/tasks/${task.body.uuid}/versions`);
    expect(versions.body.items).toMatchObject([{ version: task.body.version, available: true }]);
    expect(task.body.availableVersions).toEqual([task.body.version]);
  });

  test("are validated, alone and with an input", async () => {
    const alone = await server.call("POST", "/api/v1/tasks/addition/validate");
    expect(alone.body).toEqual({ valid: true, problems: [], violations: [] });
    const wrong = await server.call("POST", "/api/v1/tasks/addition/validate", { input: { num1: "x", num2: 1 } });
    expect(wrong.body).toMatchObject({ valid: false, violations: [{ pointer: "/input/num1" }] });
    const absent = await server.call("POST", "/api/v1/tasks/addition/validate", { version: "9.9.9" });
    expect([absent.status, absent.body.code]).toEqual([404, "TASK_NOT_FOUND"]);
  });

  test("are executed directly, and the execution is kept with its console", async () => {
    const done = await server.call("POST", "/api/v1/tasks/talking/execute", { input: { a: 1 } });
    expect(done.body).toMatchObject({ status: "completed", success: true, output: null, version: "1.0.0" });
    const path = `/api/v1/executions/${done.body.executionId}`;
    const execution = await server.call("GET", path);
    expect(execution.body).toMatchObject({ status: "completed", jobId: null, input: { a: 1 }, logCount: 2 });
    const first = await server.call("GET", `${path}/logs?limit=1`);
    expect(first.body.items).toMatchObject([{ seq: 0, level: "info", message: "first" }]);
    const rest = await server.call("GET", `${path}/logs?limit=1&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ seq: 1, level: "warn" }], nextCursor: null });
  });

  test("that fail say so, and nothing is wrong with the request", async () => {
    const failed = await server.call("POST", "/api/v1/tasks/failing/execute");
    expect([failed.status, failed.body.success, failed.body.error.type]).toEqual([200, false, "ValidationError"]);
    const again = await server.call("POST", `/api/v1/executions/${failed.body.executionId}/retry`);
    expect(again.body.status).toBe("queued");
  });

  test("get no input that does not fit", async () => {
    const refused = await server.call("POST", "/api/v1/tasks/addition/execute", { input: { num1: 1, num2: "2" } });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, "/input/num2"]);
  });
});

describe("executions", () => {
  test("that run directly are cancelled", async () => {
    const running = server.call("POST", "/api/v1/tasks/sleeping/execute", { input: { ms: 5_000 } });
    let id: number | undefined;
    while (id === undefined) {
      const listed = await server.call("GET", "/api/v1/executions?task=sleeping&status=running");
      id = listed.body.items[0]?.id;
    }
    expect((await server.call("POST", `/api/v1/executions/${id}/cancel`)).status).toBe(200);
    expect((await running).body).toMatchObject({ status: "cancelled", success: false, error: { code: "CANCELLED" } });
    const twice = await server.call("POST", `/api/v1/executions/${id}/cancel`);
    expect([twice.status, twice.body.code]).toEqual([409, "ILLEGAL_TRANSITION"]);
  });

  test("end when the client that waits goes away", async () => {
    const abort = new AbortController();
    const running = fetch(`${server.url}/api/v1/tasks/sleeping/execute`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"input":{"ms":9000}}',
      signal: abort.signal,
    });
    await eventually(() => server.deps.direct.running() > 0);
    abort.abort();
    await expect(running).rejects.toThrow();
    await eventually(() => server.deps.direct.running() === 0);
  });
});

describe("schedules", () => {
  const plan = { name: "nightly", task: "addition", cron: "0 2 * * *", timezone: "Europe/Berlin", input: NUMBERS };
  let path = "";

  test("are created once per name", async () => {
    const made = await server.call("POST", "/api/v1/schedules", plan);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...plan, task: { label: "addition" }, every: null, at: null, enabled: true });
    path = made.headers.get("location") ?? "";
    const twice = await server.call("POST", "/api/v1/schedules", plan);
    expect([twice.status, twice.body.code]).toEqual([409, "CONFLICT"]);
  });

  test("tell their next firings, those of a plan too", async () => {
    const next = await server.call("GET", `${path}/next?count=20`);
    expect(next.body.items).toHaveLength(20);
    const preview = await server.call("POST", "/api/v1/schedules/preview", { every: "5m", count: 2 });
    const [first, second] = preview.body.items.map(({ at }: { at: string }) => Date.parse(at));
    expect(second - first).toBe(300_000);
  });

  test("are changed, and reset with null", async () => {
    const changed = await server.call("PATCH", path, { every: "5m", jitter: "2s", endAt: "2999-01-01T00:00:00Z" });
    expect(changed.body).toMatchObject({
      every: "5m",
      cron: null,
      jitter: 2_000,
      endAt: "2999-01-01T00:00:00.000Z",
    });
    const back = await server.call("PATCH", path, { cron: "0 3 * * *", endAt: null });
    expect(back.body).toMatchObject({ cron: "0 3 * * *", every: null, endAt: null });
    const wrong = await server.call("PATCH", path, { input: { num1: "x", num2: 2 } });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, "/input/num1"]);
  });

  test("are paused, resumed and listed", async () => {
    const paused = await server.call("POST", `${path}/pause`, { reason: "the service is down" });
    expect(paused.body).toMatchObject({ enabled: false, pausedReason: "the service is down" });
    expect((await server.call("GET", "/api/v1/schedules?enabled=true")).body.items).toEqual([]);
    const resumed = await server.call("POST", `${path}/resume`);
    expect(resumed.body).toMatchObject({ enabled: true, pausedReason: null });
    expect((await server.call("GET", "/api/v1/schedules?task=addition")).body.items).toHaveLength(1);
  });

  test("fire when asked to", async () => {
    const job = await server.call("POST", `${path}/trigger`);
    expect([job.status, job.body.input]).toEqual([201, NUMBERS]);
    const firings = await server.call("GET", `${path}/firings`);
    expect(firings.body.items).toMatchObject([{ kind: "manual", status: "enqueued", jobId: job.body.id }]);
    const listed = await server.call("GET", `/api/v1/jobs?scheduleId=${job.body.scheduleId}`);
    expect(listed.body.items).toHaveLength(1);
  });

  test("fire for a range of the past, each time once", async () => {
    const to = Math.floor(Date.now() / 1_000) * 1_000;
    const range = { from: to - 86_400_000 * 3, to };
    const jobs = (await server.call("GET", "/api/v1/jobs?limit=1000")).body.items.length;
    const counted = await server.call("POST", `${path}/backfill`, { ...range, overlap: "allow_all", dryRun: true });
    const { data } = (
      await server.call("POST", "/graphql", {
        query: `mutation ($id: Int!, $from: DateTime!, $to: DateTime!) {
          backfillSchedule(id: $id, from: $from, to: $to, overlap: ALLOW_ALL, dryRun: true) { status jobId }
        }`,
        variables: { id: Number(path.split("/").at(-1)), from: range.from, to: range.to },
      })
    ).body;
    const expected = Array.from({ length: 3 }, () => ({ status: "enqueued", jobId: null }));
    expect(counted.body.items).toMatchObject(expected);
    expect(data.backfillSchedule).toEqual(expected);
    expect((await server.call("GET", "/api/v1/jobs?limit=1000")).body.items).toHaveLength(jobs);
    const filled = await server.call("POST", `${path}/backfill`, range);
    expect(filled.body.items).toHaveLength(3);
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await server.call("GET", `${path}/firings?limit=1${cursor}`);
      seen.push(...body.items.map(({ kind }: { kind: string }) => kind));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(["manual", "planned", "planned", "planned"]);
    expect((await server.call("GET", `${path}/firings?cursor=5`)).status).toBe(400);
    const future = await server.call("POST", `${path}/backfill`, { from: to, to: to + 86_400_000 });
    expect(future.status).toBe(400);
  });

  test("are rejected with the place of the mistake", async () => {
    const refused = await server.call("POST", "/api/v1/schedules", { ...plan, name: "wrong", cron: "0 25 * * *" });
    expect(refused.status).toBe(422);
    expect(refused.body.detail).toContain("0 25 * * *\n    ^^");
    const cases: [object, string][] = [
      [{ cron: "0 2 * * *", timezone: "Mars/Olympus" }, "Mars/Olympus"],
      [{ at: "2001-01-01T00:00:00Z" }, "has passed"],
      [{ cron: "0 2 * * *", every: "5m" }, "exactly one"],
      [{}, "exactly one"],
      [{ every: "5 parsecs" }, "every"],
      [{ every: "5m", timezone: "UTC" }, "cron only"],
      [{ every: 10 }, "every"],
    ];
    for (const [timing, words] of cases) {
      const body = { name: "wrong", task: "addition", input: NUMBERS, ...timing };
      const answer = await server.call("POST", "/api/v1/schedules", body);
      expect([answer.status, answer.body.code]).toEqual([422, "SCHEDULE_INVALID"]);
      expect(answer.body.detail).toContain(words);
    }
  });

  test("are deleted, and are then gone", async () => {
    expect((await server.call("DELETE", path)).status).toBe(204);
    expect((await server.call("GET", path)).status).toBe(404);
    expect((await server.call("DELETE", path)).body.code).toBe("SCHEDULE_NOT_FOUND");
  });
});

describe("the queue and the registry", () => {
  test("limits are set and removed", async () => {
    const limit = { concurrency: 2, rate: { count: 10, periodMs: 1_000 } };
    const set = await server.call("PUT", "/api/v1/queue/limits", { key: "mail", ...limit });
    expect(set.body.limits).toEqual([{ scope: { key: "mail" }, ...limit }]);
    const removed = await server.call("PUT", "/api/v1/queue/limits", { key: "mail" });
    expect(removed.body.limits).toEqual([]);
    expect((await server.call("PUT", "/api/v1/queue/limits", { concurrency: 2 })).status).toBe(400);
  });

  test("pausing everything and resuming it", async () => {
    expect((await server.call("POST", "/api/v1/queue/pause")).body.paused).toBe(true);
    expect((await server.call("POST", "/api/v1/queue/resume")).body.paused).toBe(false);
    expect((await server.call("GET", "/api/v1/queue")).body).toEqual({ paused: false, pauses: [], limits: [] });
  });

  test("sources are listed and refreshed", async () => {
    const sources = await server.call("GET", "/api/v1/registry/sources");
    expect(sources.body.items).toMatchObject([{ name: "tasks", state: "current" }, { name: "embedded" }]);
    expect((await server.call("POST", "/api/v1/registry/sources/refresh")).body.items).toHaveLength(2);
    expect((await server.call("POST", "/api/v1/registry/sources/tasks/refresh")).status).toBe(200);
    expect((await server.call("POST", "/api/v1/registry/sources/nope/refresh")).status).toBe(404);
    expect((await server.call("GET", "/api/v1/registry/cache")).body.entries).toBeGreaterThan(0);
  });
});

describe("the server", () => {
  test("has stats", async () => {
    const stats = await server.call("GET", "/api/v1/stats");
    expect(stats.body.tasks).toEqual({ total: 5, enabled: 5 });
    expect(stats.body.executions.completed).toBeGreaterThan(0);
    const one = await server.call("GET", "/api/v1/stats?task=failing");
    expect(one.body.executions).toMatchObject({ completed: 0 });
  });

  test("tells health, readiness and version", async () => {
    expect((await server.call("GET", "/health")).body.status).toBe("ok");
    expect((await server.call("GET", "/ready")).body).toMatchObject({ ready: true });
    expect((await server.call("GET", "/version")).body).toMatchObject({ name: "ratchet", bun: Bun.version });
  });

  test("has metrics by route, not by path", async () => {
    await server.call("GET", "/api/v1/jobs/999");
    const { body } = await server.call("GET", "/metrics");
    expect(body).toContain('ratchet_http_requests_total{method="GET",route="/api/v1/jobs/:id",status="404"}');
    expect(body).not.toContain("/api/v1/jobs/999");
    expect(body).toMatch(/^ratchet_jobs\{status="completed"\} \d+$/m);
    expect(body).toMatch(/^process_resident_memory_bytes \d+$/m);
  });
});

test("a server that is not ready says which part is not", async () => {
  const { createApi } = await import("../../src/api/api.ts");
  const readiness = async () => [{ name: "database", ok: false, message: "The disk is full." }];
  const api = createApi({ ...server.deps, readiness });
  const url = await api.start({ host: "127.0.0.1", port: 0 });
  const answer = await fetch(`${url}/ready`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    ready: false,
    checks: [{ name: "database", message: "The disk is full." }],
  });
  const port = Number(new URL(url).port);
  await expect(createApi(server.deps).start({ host: "127.0.0.1", port })).rejects.toThrow("in use");
  await api.stop(100);
});
