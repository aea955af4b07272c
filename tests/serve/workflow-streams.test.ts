/** Steps of workflows read the streams of others, as jobs: through sleeps, crashes, pauses and forks. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess } from "../support/serve-process.ts";
import { chainOf, writeStreamTasks, writeWorkflow } from "../support/stream-workflow.ts";

const place = newWorkplace();
let server: ServeProcess;
afterAll(() => place[Symbol.dispose]());

const SETTINGS = { RATCHET_EXECUTION_SLEEP_AFTER: "20ms" };
/** Only one job is awake at a time. */
const NARROW = {
  ...SETTINGS,
  RATCHET_QUEUE_CONCURRENCY: "1",
  RATCHET_EXECUTION_WORKERS: "1",
  RATCHET_EXECUTION_MEMORY_BUDGET: "16MB",
};

const reading = (reader: string, onError = "") => `steps:
  a: { task: numbers, input: "\${ input }" }
  b: { task: ${reader}, input: "\${ steps.a.stream }"${onError} }
output: "\${ [steps.a.status, steps.a.output, steps.b.status, steps.b.output] }"`;

beforeAll(async () => {
  const tasks = join(place.folder, "tasks");
  writeStreamTasks(tasks, {
    // It waits for a word before it goes on.
    gated: {
      main: `async function* main({ count, at }, context) {
        for (let n = 0; n < count; n++) {
          if (n === at) await context.waitFor("go");
          yield { n };
        }
      }`,
    },
    noted: {
      main: `async function* main(rows, context) {
        let count = 0;
        for await (const { n } of rows) {
          if (count++ % 500 === 0) await context.step("note", () => n);
          yield { n, at: count };
        }
      }`,
      metadata: { stream: true },
    },
    fussy: {
      main: `async function main(rows, context) {
        let count = 0;
        for await (const row of rows) count++;
        if (await context.step("ready?", () => false)) return { count };
        throw new DataError("not today, after " + count);
      }`,
      metadata: { stream: true },
    },
    renewing: {
      main: "async function main(rows, context) { for await (const row of rows); await context.continueAsNew([]); }",
      metadata: { stream: true },
    },
    small: {
      main: "async function main(rows) { let count = 0; for await (const { n } of rows) count++; return { count }; }",
      metadata: { stream: true },
      inputSchema: { type: "object", properties: { n: { type: "integer", maximum: 2000 } } },
    },
  });
  for (const reader of ["sum", "first", "failing", "caught", "plain", "small", "fussy", "renewing"]) {
    writeWorkflow(tasks, `read-by-${reader}`, reading(reader));
  }
  writeWorkflow(tasks, "plain-goes-on", reading("plain", ", onError: continue"));
  writeWorkflow(tasks, "goes-on", reading("failing", ", onError: continue"));
  writeWorkflow(tasks, "chain", chainOf("numbers", "doubles", "sum"));
  writeWorkflow(tasks, "long-chain", chainOf("numbers", ...Array.from({ length: 8 }, () => "doubles"), "sum"));
  writeWorkflow(tasks, "gated-chain", chainOf("gated", "noted", "sum"));
  writeWorkflow(
    tasks,
    "two-readers",
    `steps:
  a: { task: numbers, input: "\${ input }" }
  b: { task: first, input: "\${ steps.a.stream }" }
  c: { task: sum, input: "\${ steps.a.stream }" }
output: "\${ [steps.b.output.taken, steps.c.output.count] }"`,
  );
  writeWorkflow(
    tasks,
    "caught-failure",
    `steps:
  a: { task: numbers, input: "\${ input }", onError: continue }
  b: { task: caught, input: "\${ steps.a.stream }" }
output: "\${ [steps.a.status, steps.b.output] }"`,
  );
  server = await place.serve([], SETTINGS);
}, 120_000);

async function enqueue(task: string, input: unknown): Promise<number> {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task, input, maxRetries: 0 });
  expect([status, body]).toEqual([201, expect.anything()]);
  return Number(body.id);
}

const isOver = ({ status }: JsonObject) =>
  ["completed", "failed", "cancelled", "needs_attention"].includes(String(status));
const end = (id: number | string) => server.until(`/api/v1/jobs/${id}`, isOver);

/** Runs a workflow to its end. */
async function run(task: string, input: unknown) {
  const job = await end(await enqueue(task, input));
  const { body } = await server.call("GET", `/api/v1/executions/${job.executionId}`);
  return { job, status: job.status, output: body.output, error: job.error as JsonObject | null };
}

/** The jobs that a run has started, by their tasks. */
async function children(executionId: unknown): Promise<Record<string, JsonObject>> {
  const { body } = await server.call("GET", `/api/v1/jobs?parentExecutionId=${executionId}&limit=100`);
  return Object.fromEntries((body.items as JsonObject[]).map((job) => [(job.task as JsonObject).label, job]));
}

test("three stages run at the same time, and each item arrives once and in order", async () => {
  const { output } = await run("chain", { count: 5_000 });
  expect(output).toEqual({ sum: 5_000 * 4_999, count: 5_000, inOrder: true });
}, 60_000);

test("a reader that stops ends the one that writes, unless another one reads on", async () => {
  expect((await run("read-by-first", { count: 1e9 })).output).toEqual([
    "completed",
    null,
    "completed",
    { taken: [0, 1, 2] },
  ]);
  expect((await run("two-readers", { count: 3_000 })).output).toEqual([[0, 1, 2], 3_000]);
}, 60_000);

test("an error of the one that writes reaches those that read, with the name of the step", async () => {
  const { output } = await run("caught-failure", { count: 2_000, failAt: 1_500 });
  const message = 'the stream of step "a": number 1500 is missing';
  expect(output).toEqual(["failed", { count: 1_500, name: "DataError", message, data: { step: "a" } }]);
}, 60_000);

test("an error of a reader fails the workflow, or closes the one that writes", async () => {
  const failed = await run("read-by-failing", { count: 1e9 });
  expect([failed.status, failed.error?.message]).toEqual(["failed", expect.stringContaining("no more than 4")]);
  expect((await run("goes-on", { count: 1e9 })).output).toEqual(["completed", null, "failed", null]);
}, 60_000);

test("a reader that can't start, or starts again with continueAsNew, does not keep its source", async () => {
  const plain = await run("plain-goes-on", { count: 1e9 });
  expect(plain.output).toEqual(["completed", null, "failed", null]);
  const renewing = await run("read-by-renewing", { count: 3 });
  expect(renewing.error).toMatchObject({ message: expect.stringContaining("can't use continueAsNew") });
  const direct = await server.call("POST", "/api/v1/tasks/read-by-renewing/execute", { input: { count: 3 } });
  expect(JSON.stringify(direct.body)).toContain("can't use continueAsNew");
}, 60_000);

test("a row that does not fit, and a task that takes no stream, are errors", async () => {
  const wrong = await run("read-by-small", { count: 3_000 });
  expect(wrong.error?.message).toContain(
    'the stream of step "a": item 2001: the input does not match input.schema.json',
  );
  const plain = await run("read-by-plain", { count: 3 });
  expect(plain.error?.message).toContain("the task plain can't read the stream of another step");
}, 60_000);

test("a list is checked row by row where there is no stream", async () => {
  const job = await end(await enqueue("small", [{ n: 1 }, { n: 2 }]));
  expect(job.status).toBe("completed");
  const wrong = await server.call("POST", "/api/v1/jobs", { task: "small", input: [{ n: 1 }, { n: 3_000 }] });
  expect(wrong).toMatchObject({ status: 422, body: { code: "INVALID_INPUT" } });
  expect(JSON.stringify(wrong.body)).toContain("/input/1/n");
}, 60_000);

test("a direct execution reads streams in memory", async () => {
  const { status, body } = await server.call("POST", "/api/v1/tasks/chain/execute", { input: { count: 3_000 } });
  expect([status, body.output]).toEqual([200, { sum: 3_000 * 2_999, count: 3_000, inOrder: true }]);
}, 60_000);

test("a run that is cancelled takes all stages with it", async () => {
  const id = await enqueue("chain", { count: 1e9 });
  const { executionId } = await server.until(`/api/v1/jobs/${id}`, ({ executionId }) => executionId !== null);
  await server.until(
    `/api/v1/jobs?parentExecutionId=${executionId}&status=processing`,
    ({ items }) => (items as unknown[]).length > 1,
  );
  expect((await server.call("POST", `/api/v1/jobs/${id}/cancel`)).status).toBe(200);
  expect((await end(id)).status).toBe("cancelled");
  await server.until(`/api/v1/jobs?parentExecutionId=${executionId}`, ({ items }) =>
    (items as JsonObject[]).every(({ status }) => status === "cancelled"),
  );
}, 60_000);

test("stages that wait sleep, and a paused one goes on where it was", async () => {
  const id = await enqueue("gated-chain", { count: 2_000, at: 1_200 });
  const { executionId } = await server.until(`/api/v1/jobs/${id}`, ({ executionId }) => executionId !== null);
  const asleep = `/api/v1/jobs?parentExecutionId=${executionId}&status=sleeping`;
  await server.until(asleep, ({ items }) => (items as unknown[]).length === 3);
  const waiting = await server.call("GET", asleep);
  const kinds = (waiting.body.items as JsonObject[]).map(({ waitingFor }) => (waitingFor as JsonObject[])[0]?.kind);
  expect(kinds.sort()).toEqual(["items", "items", "wait"]);
  const { gated, noted } = await children(executionId);
  expect((await server.call("POST", `/api/v1/jobs/${noted?.id}/pause`)).status).toBe(200);
  await server.until(`/api/v1/jobs/${noted?.id}`, ({ status }) => status === "paused");
  expect((await server.call("POST", `/api/v1/executions/${gated?.executionId}/signals/go`, {})).status).toBeLessThan(
    300,
  );
  expect((await server.call("POST", `/api/v1/jobs/${noted?.id}/resume`, {})).status).toBe(200);
  const job = await end(id);
  const { body } = await server.call("GET", `/api/v1/executions/${job.executionId}`);
  expect(body.output).toEqual({ sum: 1_999_000, count: 2_000, inOrder: true });
}, 60_000);

test("a run that has failed goes on with the items that are stored, and so does a fork", async () => {
  const failed = await run("read-by-fussy", { count: 1_500 });
  expect(failed.error?.message).toContain("not today, after 1500");
  const before = await children(failed.job.executionId);
  const forked = await server.call("POST", `/api/v1/executions/${failed.job.executionId}/fork`, { from: "b" });
  expect(forked.status).toBe(201);
  const again = await end(String(forked.body.id));
  expect((again.error as JsonObject).message).toContain("not today, after 1500");
  expect(Object.keys(await children(again.executionId))).toEqual(["fussy"]);
  expect(before.numbers?.status).toBe("completed");
}, 60_000);

test("more stages than places, with one place", async () => {
  await server.end("SIGTERM");
  server = await place.serve([], NARROW);
  expect((await run("long-chain", { count: 3_000 })).output).toMatchObject({ count: 3_000, inOrder: true });
}, 120_000);

test("a server that is killed in the middle repeats nothing and loses nothing", async () => {
  await server.end("SIGTERM");
  server = await place.serve([], SETTINGS);
  const ids = await Promise.all([0, 1, 2].map(() => enqueue("gated-chain", { count: 6_000, at: 6_001 })));
  for (const least of [300, 900, 2_000, 3_300, 4_000, 5_300]) {
    const job = await server.until(`/api/v1/jobs/${ids[0]}`, ({ executionId }) => executionId !== null);
    const { noted } = await children(job.executionId).then(async (found) => {
      if (found.noted !== undefined) return found;
      await server.until(
        `/api/v1/jobs?parentExecutionId=${job.executionId}`,
        ({ items }) => (items as unknown[]).length === 3,
      );
      return children(job.executionId);
    });
    await server.until(`/api/v1/jobs/${noted?.id}`, ({ executionId }) => executionId !== null);
    await itemsReach(noted?.id, least);
    await server.end("SIGKILL");
    server = await place.serve([], SETTINGS);
  }
  for (const id of ids) {
    const job = await end(id);
    const { body } = await server.call("GET", `/api/v1/executions/${job.executionId}`);
    expect([job.status, body.output]).toEqual(["completed", { sum: 17_997_000, count: 6_000, inOrder: true }]);
  }
}, 120_000);

/** Waits until the stream of a job has an item, or the job has ended. */
async function itemsReach(jobId: unknown, item: number): Promise<void> {
  const job = await server.until(`/api/v1/jobs/${jobId}`, ({ executionId }) => executionId !== null);
  if (isOver(job)) return;
  const headers = { "Last-Event-ID": String(item - 1) };
  const response = await fetch(`${server.url}/api/v1/executions/${job.executionId}/stream`, { headers });
  const reader = response.body?.getReader();
  const text = new TextDecoder();
  for (let seen = ""; !/^(?:id: \d+|event: end)/m.test(seen); ) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    seen += text.decode(value);
  }
  await reader?.cancel();
}
