import { afterAll, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace, type ServeProcess } from "../support/serve-process.ts";

const place = newWorkplace();
let server: ServeProcess;
afterAll(() => place[Symbol.dispose]());

function workflow(label: string, text: string): void {
  place.writeTask(label, "0");
  place.write(`tasks/${label}/workflow.yaml`, text);
  rmSync(join(place.folder, `tasks/${label}/main.js`));
}

beforeAll(async () => {
  place.writeTask("double", "(n) => n * 2");
  place.writeTask("undo", "(input) => input");
  place.writeTask("broken", "() => { throw new DataError('broken') }");
  workflow(
    "inner",
    "steps:\n  wait: { sleep: 50ms }\n  twice: { task: double, input: '${ input }', after: wait }\noutput: ${ steps.twice.output }\n",
  );
  workflow(
    "outer",
    [
      "steps:",
      "  all: { task: double, forEach: [1, 2, 3], concurrency: 2 }",
      "  nested: { workflow: inner, input: '${ steps.all.output[2] }' }",
      "  both: { parallel: { a: { task: double, input: '${ steps.nested.output }' }, b: { task: broken, onError: continue } } }",
      "  skipped: { if: '${ steps.both.output.b !== null }', task: double, input: 1 }",
      "output: { all: '${ steps.all.output }', both: '${ steps.both.output }', skipped: '${ steps.skipped.status }' }",
    ].join("\n"),
  );
  workflow(
    "failing",
    [
      "steps:",
      "  a: { task: double, input: 1, compensate: { task: undo, input: '${ steps.a.output }' } }",
      "  b: { task: double, input: 2, after: a, compensate: { task: undo, input: '${ steps.b.output }' } }",
      "  asleep: { sleep: 2d }",
      "  c: { task: broken, after: b }",
    ].join("\n"),
  );
  server = await place.serve();
}, 120_000);

/** Creates a job, and waits until it has ended. */
async function ended(task: string) {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input: null, maxRetries: 0 });
  const id = Number(body.id);
  const isOver = (job: { status?: unknown }) => ["completed", "failed"].includes(String(job.status));
  return (await server.until(`/api/v1/jobs/${id}`, isOver)) as Record<string, unknown>;
}

/** The inputs of the jobs of a task, in the order in which they were created. */
async function inputsOf(task: string): Promise<unknown[]> {
  const { body } = await server.call("GET", `/api/v1/jobs?task=${task}&order=asc`);
  return (body.items as { input: unknown }[]).map(({ input }) => input);
}

test("a job of a workflow runs its steps as jobs, and those of workflows inside it", async () => {
  expect(await ended("outer")).toMatchObject({
    status: "completed",
    output: { all: [2, 4, 6], both: { a: 24, b: null }, skipped: "skipped" },
  });
  expect(await inputsOf("inner")).toEqual([6]);
}, 120_000);

test("a job of a workflow that fails has undone what had completed, the last first", async () => {
  const job = await ended("failing");
  expect(job).toMatchObject({ status: "failed", error: { guest: { name: "DataError", message: "broken" } } });
  expect(job.error).toMatchObject({ guest: { step: "c", call: { task: "broken", version: "1.0.0" } } });
  const { stdout } = await place.ratchet(["jobs", "show", String(job.id), "--server", server.url]);
  expect(stdout).toMatch(/error +DataError: broken \(step c, task broken 1\.0\.0, job \d+\)\n/);
  expect(await inputsOf("undo")).toEqual([4, 2]);
}, 120_000);
