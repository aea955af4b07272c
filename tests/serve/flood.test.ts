import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { responseTimesDuring } from "../support/response-times.ts";
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

/**
 * Tests that /health is answered while `work` is under way: not even the slowest response takes a good part of that time, as
 * when the main thread does all of it at once. The benchmark `responsiveness` holds the bar of 100 ms.
 */
async function expectResponsive(work: Promise<unknown>): Promise<void> {
  const { slowest, all } = await responseTimesDuring(work, () => server.call("GET", "/health"));
  expect(slowest).toBeLessThan(all / 3);
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
    await expectResponsive(execution);
    const body = await execution;
    expect(body.status).toBe("completed");
    const { body: stored } = await server.call("GET", `/api/v1/executions/${body.executionId}`);
    expect(stored.logCount).toBe(LINES);
    const { body: last } = await server.call("GET", `/api/v1/executions/${body.executionId}/logs?cursor=${LINES - 3}`);
    expect((last.items as JsonObject[]).map(({ message }) => message)).toEqual([
      `line ${LINES - 2}`,
      `line ${LINES - 1}`,
    ]);
  }, 120_000);
}

test("long lines and large progress values delay nobody", async () => {
  await expectResponsive(Promise.all([execute("long"), execute("reports"), runJob("reports")]));
}, 120_000);
