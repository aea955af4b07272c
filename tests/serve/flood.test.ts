import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const LINES = 100_000;
let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  const limits = { logs: "16MB", time: "100s" };
  place.writeTask("lines", `() => { for (let i = 0; i < ${LINES}; i++) console.log("line " + i); return 1; }`, {
    limits,
  });
  place.writeTask("long", "() => { console.log('x'.repeat(2_000_000)); return 1; }", { limits });
  place.writeTask(
    "reports",
    "(_, { progress }) => { for (let i = 0; i < 40; i++) progress(Array(100_000).fill({})); }",
    {
      limits,
    },
  );
  server = await place.serve();
});
afterAll(() => place[Symbol.dispose]());

/** Asks for /health again and again until `work` is done. @returns the slowest response and the median, ms */
async function healthDuring(work: Promise<unknown>): Promise<{ slowest: number; median: number }> {
  const times: number[] = [];
  let done = false;
  const end = work.finally(() => {
    done = true;
  });
  while (!done) {
    const start = performance.now();
    await server.call("GET", "/health");
    times.push(performance.now() - start);
    await Bun.sleep(2);
  }
  await end;
  times.sort((a, b) => a - b);
  return { slowest: times.at(-1) ?? 0, median: times[times.length >> 1] ?? 0 };
}

const execute = async (task: string) =>
  (await server.call("POST", `/api/v1/tasks/${task}/execute`, { input: {} })).body;
async function runJob(task: string): Promise<JsonObject> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input: {} });
  return server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed" || status === "failed");
}

for (const [how, start] of [
  ["a direct execution", execute],
  ["a job", runJob],
] as const) {
  test(`${how} that floods its console holds up nobody, and every line is stored in order`, async () => {
    const execution = start("lines");
    const { slowest } = await healthDuring(execution);
    // 100 on a machine that has nothing else to do
    expect(slowest).toBeLessThan(500);
    const body = await execution;
    expect(body.status).toBe("completed");
    const { body: stored } = await server.call("GET", `/api/v1/executions/${body.executionId}`);
    expect(stored.logCount).toBe(LINES);
    const { body: last } = await server.call("GET", `/api/v1/executions/${body.executionId}/logs?cursor=${LINES - 3}`);
    expect((last.items as JsonObject[]).map(({ message }) => message)).toEqual([
      `line ${LINES - 2}`,
      `line ${LINES - 1}`,
    ]);
  }, 60_000);
}

test("long lines and large progress reports hold up nobody", async () => {
  const { slowest } = await healthDuring(Promise.all([execute("long"), execute("reports"), runJob("reports")]));
  expect(slowest).toBeLessThan(500);
}, 60_000);
