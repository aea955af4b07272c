import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { RATCHET } from "../support/ratchet.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const SLEEPS = "(ms) => new Promise((resolve) => setTimeout(() => resolve(ms), ms))";
const SLEEPERS = 600;
/** Longer than the test takes on any machine, ms. */
const HOUR = 3_600_000;
let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("sleeps", SLEEPS, { limits: { time: "2h" } });
  place.writeTask("quick", "(n) => n + 1");
  server = await place.serve([], { RATCHET_QUEUE_CONCURRENCY: "8", RATCHET_EXECUTION_MEMORY_BUDGET: "4GB" });
});
afterAll(() => place[Symbol.dispose]());

const stats = async () => (await server.call("GET", "/api/v1/stats")).body;
const running = (body: JsonObject) => (body.jobs as { processing: number }).processing;

test("sleeping jobs block neither jobs nor direct executions, whatever queue.concurrency is", async () => {
  for (let i = 0; i < SLEEPERS; i += 100) {
    const jobs = Array.from({ length: 100 }, () => ({ task: "sleeps", input: HOUR }));
    expect((await server.call("POST", "/api/v1/jobs/batch", { jobs })).status).toBe(201);
  }
  await server.until("/api/v1/stats", (body) => running(body) === SLEEPERS);
  const direct = await server.call("POST", "/api/v1/tasks/quick/execute", { input: 1 });
  expect(direct.body).toMatchObject({ success: true, output: 2 });
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "quick", input: 5 });
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
  expect(running(await stats())).toBe(SLEEPERS);
}, 120_000);

test("sleeping lines of a stream block no other line", async () => {
  const child = Bun.spawn(
    [RATCHET, "run-once", "--from-fs", "tasks/sleeps", "--ndjson", "--unordered", "--no-config"],
    { cwd: place.folder, stdin: "pipe", stdout: "pipe", stderr: "ignore" },
  );
  child.stdin.write(`${`${HOUR}\n`.repeat(SLEEPERS)}7\n`);
  await child.stdin.end();
  for await (const chunk of child.stdout) {
    expect(new TextDecoder().decode(chunk)).toBe("7\n");
    break;
  }
  child.kill("SIGKILL");
  await child.exited;
}, 120_000);
