import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

/** What each client does. */
const ACTIONS = 120;
const CLIENTS = 8;

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  place.writeTask(
    "moody",
    "(input, { attempt }) => { if (attempt < 3) throw new NetworkError('not yet'); return attempt; }",
    { retry: { delay: "10ms", maxRetries: 2 } },
  );
  place.writeTask("failing", "() => { throw new DataError('never'); }");
  place.writeTask(
    "slow",
    `async (input, { progress }) => {
      for (let n = 0; n < 10; n++) { progress(n); console.log("step", n); await new Promise((r) => setTimeout(r, 20)); }
    }`,
  );
  place.writeTask("loop", "() => { for (;;); }", { limits: { time: "200ms" }, retry: { maxRetries: 0 } });
  server = await place.serve();
});
afterAll(() => place[Symbol.dispose]());

test("under everything at once, no request breaks the server, nothing acknowledged is lost, and the store is consistent", async () => {
  const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(Math.random() * items.length)] ?? items[0];
  const chance = (share: number) => Math.random() < share;
  const acknowledged = new Set<number>();
  const broken: string[] = [];
  const anyJob = () => pick([1, ...acknowledged]);
  const task = () => pick(["echo", "echo", "echo", "moody", "failing", "slow", "loop"]);
  const key = () => pick(["a", "b", "c"]);

  async function call(method: string, path: string, body?: unknown): Promise<JsonObject> {
    const answer = await server.call(method, path, body);
    if (answer.status >= 500) broken.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  const job = (): JsonObject => ({
    task: task(),
    input: { n: Math.floor(Math.random() * 3) },
    priority: pick(["low", "normal", "high", "critical"]),
    ...(chance(0.2) ? { idempotencyKey: key() + Math.floor(Math.random() * 50) } : {}),
    ...(chance(0.2) ? { uniqueKey: key() } : {}),
    ...(chance(0.2) ? { concurrencyKey: key() } : {}),
    ...(chance(0.2) ? { runAt: Date.now() + Math.floor(Math.random() * 500) } : {}),
    ...(chance(0.1) ? { maxRetries: 1 } : {}),
  });
  const made = (answer: JsonObject) => {
    for (const one of (answer.jobs as JsonObject[] | undefined) ?? [answer]) {
      if (typeof one.id === "number") acknowledged.add(one.id);
    }
  };
  const actions: [() => Promise<unknown>, ...(() => Promise<unknown>)[]] = [
    async () => made(await call("POST", "/api/v1/jobs", job())),
    async () => made(await call("POST", "/api/v1/jobs", job())),
    async () => made(await call("POST", "/api/v1/jobs/batch", { jobs: Array.from({ length: 20 }, job) })),
    () => call("POST", `/api/v1/jobs/${anyJob()}/cancel`),
    () => call("POST", `/api/v1/jobs/${anyJob()}/retry`),
    () => call("GET", `/api/v1/jobs/${anyJob()}/explain`),
    () => call("GET", `/api/v1/jobs?status=${pick(["queued", "failed", "completed,cancelled"])}&limit=20`),
    () => call("GET", `/api/v1/executions?jobId=${anyJob()}`),
    () => call("POST", `/api/v1/tasks/${pick(["echo", "failing", "loop"])}/execute`, { input: {} }),
    () => call("POST", "/api/v1/jobs/bulk", { action: pick(["retry", "cancel"]), filter: { task: "failing" } }),
    () => call("POST", "/api/v1/queue/pause", chance(0.7) ? { task: task() } : {}),
    () => call("POST", "/api/v1/queue/resume", chance(0.5) ? { task: task() } : {}),
    () => call("PUT", "/api/v1/queue/limits", { task: task(), ...(chance(0.6) ? { concurrency: 2 } : {}) }),
    () => call("PUT", "/api/v1/queue/limits", { key: key(), rate: { count: 5, periodMs: 200 }, concurrency: 3 }),
    // Rarely, because a batch with a job of a disabled task is refused as a whole.
    () => call("PATCH", `/api/v1/tasks/${task()}`, { enabled: chance(0.9) }),
    () => call("GET", "/api/v1/stats"),
  ];
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let n = 0; n < ACTIONS; n++) await pick(actions)();
    }),
  );

  expect(broken).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(100);
  const tasks = ["echo", "moody", "failing", "slow", "loop"];
  for (const name of tasks) {
    await call("PATCH", `/api/v1/tasks/${name}`, { enabled: true });
    await call("POST", "/api/v1/queue/resume", { task: name });
    await call("PUT", "/api/v1/queue/limits", { task: name });
  }
  for (const name of ["a", "b", "c"]) await call("PUT", "/api/v1/queue/limits", { key: name, concurrency: 50 });
  await call("POST", "/api/v1/queue/resume", {});
  // What takes long need not be waited for.
  await call("POST", "/api/v1/jobs/bulk", { action: "cancel", filter: { task: "slow" } });
  await call("POST", "/api/v1/jobs/bulk", { action: "cancel", filter: { task: "loop" } });
  await server.until("/api/v1/stats", ({ jobs }) => {
    const { queued, processing, retrying } = jobs as Record<string, number>;
    return queued === 0 && processing === 0 && retrying === 0;
  });
  for (const id of acknowledged) {
    const { status, body } = await server.call("GET", `/api/v1/jobs/${id}`);
    expect(status).toBe(200);
    const expected = { echo: ["completed"], moody: ["completed", "failed"], failing: ["failed"] };
    const { label } = body.task as { label: string };
    const may = [...(expected[label as keyof typeof expected] ?? ["completed", "failed"]), "cancelled"];
    expect(may).toContain(String(body.status));
  }
  const { code, stderr } = await server.end();
  expect([code, stderr]).toEqual([0, ""]);
  expect(await place.ratchet(["db", "check"])).toMatchObject({ code: 0, stdout: "sound\n" });
}, 120_000);
