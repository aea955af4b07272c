import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
let upstream: Bun.Server<undefined>;
beforeAll(async () => {
  upstream = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) =>
      new URL(request.url).pathname === "/away"
        ? Response.redirect(`http://localhost:${upstream.port}/`)
        : Response.json({ ok: 1 }),
  });
  place = newWorkplace();
  const failing = "(name) => { const error = new Error('no'); error.name = name; throw error; }";
  const quick = { delay: "1ms", jitter: 0 };
  place.writeTask("failing", failing, {
    retry: { ...quick, maxRetries: 1, also: ["DataError"], never: ["NetworkError"] },
  });
  place.writeTask("plain", failing);
  place.writeTask("patient", failing, { retry: { delay: "1h", jitter: 0 } });
  place.writeTask("call", "async (url) => (await fetch(url)).status", {
    permissions: { hosts: [`127.0.0.1:${upstream.port}`] },
  });
  place.writeTask("alone", "async (url) => (await fetch(url)).status", { permissions: { hosts: [] } });
  server = await place.serve([], { RATCHET_QUEUE_RETRY_DELAY: "1ms", RATCHET_QUEUE_MAX_RETRIES: "2" });
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.process.exited;
  place[Symbol.dispose]();
  await upstream.stop(true);
});

async function attempts(task: string, input: string, more: JsonObject = {}): Promise<number> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input, ...more });
  const job = await server.until(`/api/v1/jobs/${body.id}`, ({ finishedAt }) => finishedAt !== null);
  expect(job.status).toBe("failed");
  return Number(job.attempts);
}

test("the number of retries comes from the job, or else from its task, or else from the server", async () => {
  expect(await attempts("failing", "Own", { maxRetries: 3 })).toBe(4);
  expect(await attempts("failing", "Own")).toBe(2);
  expect(await attempts("plain", "Own")).toBe(3);
  expect(await attempts("plain", "Own", { maxRetries: 0 })).toBe(1);
});

test("a job without the setting has no number of its own", async () => {
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "plain", input: "NetworkError" });
  expect(body.maxRetries).toBeNull();
  const query = `{ job(id: ${body.id}) { maxRetries } }`;
  expect((await server.call("POST", "/graphql", { query })).body).toEqual({ data: { job: { maxRetries: null } } });
});

test("a task's list of errors and its delay decide", async () => {
  expect(await attempts("failing", "DataError")).toBe(2);
  expect(await attempts("failing", "NetworkError")).toBe(1);
  expect(await attempts("plain", "DataError")).toBe(1);
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "patient", input: "Own" });
  const job = await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "retrying");
  const wait = Date.parse(String(job.runAt)) - Date.now();
  expect(wait).toBeGreaterThan(3_590_000);
  expect(wait).toBeLessThanOrEqual(3_600_000);
  const { body: why } = await server.call("GET", `/api/v1/jobs/${body.id}/explain`);
  expect(why).toMatchObject({ reason: "not_due", until: job.runAt });
  expect((await server.call("POST", `/api/v1/jobs/${body.id}/cancel`)).status).toBe(200);
});

test("the jobs of a schedule use the task's policy too", async () => {
  const at = new Date(Date.now() + 300).toISOString();
  await server.call("POST", "/api/v1/schedules", { name: "once", task: "failing", at, input: "Own" });
  const { items } = await server.until("/api/v1/jobs?limit=1", ({ items }) =>
    (items as JsonObject[]).some(({ scheduleId, finishedAt }) => scheduleId !== null && finishedAt !== null),
  );
  expect((items as JsonObject[])[0]).toMatchObject({ status: "failed", attempts: 2, maxRetries: null });
});

test("a task reaches only the hosts that it lists, even by redirects", async () => {
  const call = async (task: string, url: string) =>
    (await server.call("POST", `/api/v1/tasks/${task}/execute`, { input: url })).body;
  const own = `http://127.0.0.1:${upstream.port}`;
  expect(await call("call", `${own}/`)).toMatchObject({ success: true, output: 200 });
  for (const url of [`http://localhost:${upstream.port}/`, `${own}/away`, "http://127.0.0.1:1/"]) {
    expect(await call("call", url)).toMatchObject({
      success: false,
      error: { type: "PermissionError", message: expect.stringContaining("permissions.hosts") },
    });
  }
  expect(await call("alone", `${own}/`)).toMatchObject({ success: false, error: { type: "PermissionError" } });
});
