/** Finished runs are forked from any step, with another input and version; what does not follow keeps its results. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
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
  // Its output is another one each time that it runs.
  place.writeTask("stamp", "(input) => ({ input, stamp: crypto.randomUUID() })");
  place.writeTask(
    "plain",
    `async (input, context) => {
      const a = await context.step("a", ({ key }) => key);
      await context.sleep(1);
      const b = await context.step("b", ({ key }) => ({ input, key }));
      const c = await context.call("stamp", b.input);
      return { a, b, c };
    }`,
  );
  place.writeTask("waits", 'async (_, context) => context.waitFor("go")');
  place.writeTask("runless", "() => 1");
  // c is asked for after d, and before d in a fork from b.
  workflow(
    "diamond",
    [
      "steps:",
      "  a: { task: stamp, input: 'a ${ input }' }",
      "  b: { task: stamp, input: 'b ${ input }' }",
      "  late: { after: a, sleep: 100ms }",
      "  c: { after: late, task: stamp, input: 'c ${ input }' }",
      "  d: { after: b, task: stamp, input: 'd ${ input }', retry: { maxRetries: 1 } }",
      "  both: { parallel: { x: { task: stamp, input: x }, y: { task: stamp, input: y } } }",
      "  each: { after: both, forEach: [1, 2], task: stamp, input: '${ item }' }",
      "  last: { after: [c, d, each], output: '${ input }' }",
    ].join("\n"),
  );
  workflow(
    "held",
    [
      "steps:",
      "  a: { task: stamp, input: a }",
      "  b: { task: stamp, input: b }",
      "  hold: { after: [a, b], wait: { signal: go } }",
      "  c: { after: hold, task: stamp, input: c }",
    ].join("\n"),
  );
  server = await place.serve([], { RATCHET_EXECUTION_SLEEP_AFTER: "50ms" });
}, 120_000);

type Ended = JsonObject & { executionId: number; output: Record<string, JsonObject> };

async function end(id: JsonValue | undefined): Promise<Ended> {
  const isOver = ({ status }: JsonObject) => ["completed", "failed", "cancelled"].includes(String(status));
  return (await server.until(`/api/v1/jobs/${String(id)}`, isOver)) as Ended;
}

async function run(task: string, input: JsonValue): Promise<Ended> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input, maxRetries: 0, tags: ["mine"] });
  return end(body.id);
}

/** A run that waits, whether it sleeps already or not. */
const isWaiting = ({ waitingFor }: JsonObject) => Array.isArray(waitingFor) && waitingFor.length > 0;

const fork = (executionId: number, request: JsonObject) =>
  server.call("POST", `/api/v1/executions/${executionId}/fork`, request);

const stepsThatDiffer = (before: Ended, after: Ended): string[] =>
  Object.keys(before.output).filter((name) => !Bun.deepEquals(before.output[name], after.output[name]));

test("a task that is code keeps what comes before the step, and does the rest again with other keys", async () => {
  const before = await run("plain", "first");
  const { status, body } = await fork(before.executionId, { from: "b", input: "second" });
  expect([status, body.status]).toEqual([201, "queued"]);
  expect(body).toMatchObject({
    forkedFrom: { executionId: before.executionId, step: "b" },
    tags: ["mine"],
    input: "second",
    version: "1.0.0",
    warnings: [expect.stringContaining('"b" is done again'), expect.stringContaining('"stamp" is done again')],
  });
  const after = await end(body.id);
  expect(after).toMatchObject({ status: "completed", attempts: 1 });
  expect(after.output.a).toEqual(before.output.a as never);
  expect(after.output.b).toMatchObject({ input: "second" });
  expect(after.output.b?.key).not.toBe(before.output.b?.key as never);
  expect(after.output.c).toMatchObject({ input: "second" });
  const journal = await server.call("GET", `/api/v1/executions/${after.executionId}/operations`);
  const items = journal.body.items as JsonObject[];
  expect(items.filter(({ kept }) => kept).map(({ number, name }) => [number, name])).toEqual([
    [1, "a"],
    [2, expect.any(String)],
  ]);
  expect(items.filter(({ kept }) => kept === false).map(({ number }) => number)).toEqual([3, 4]);
  expect(items.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
}, 60_000);

test("the journal of a fork is read page by page, in the order of the calls", async () => {
  const before = await run("diamond", "one");
  const forked = await end((await fork(before.executionId, { from: "b" })).body.id);
  const { executionId } = await end((await fork(forked.executionId, { from: "each" })).body.id);
  const path = `/api/v1/executions/${executionId}/operations`;
  const { items: all } = (await server.call("GET", path)).body as { items: JsonObject[] };
  const numbers = all.map(({ number }) => Number(number));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  const paged: JsonObject[] = [];
  for (let cursor: JsonValue | undefined = 0; cursor !== null && paged.length <= all.length; ) {
    const { body } = await server.call("GET", `${path}?limit=1${cursor === 0 ? "" : `&cursor=${cursor}`}`);
    paged.push(...(body.items as JsonObject[]));
    cursor = body.nextCursor;
  }
  expect(paged).toEqual(all);
}, 60_000);

test("a workflow keeps the steps that do not follow, whatever the input and their order", async () => {
  const before = await run("diamond", "one");
  expect(before.status).toBe("completed");
  const forked = await fork(before.executionId, { from: "b", input: "two" });
  // d says with its retry that it may be repeated.
  expect(forked.body.warnings).toEqual([expect.stringContaining('"b" is done again')]);
  const after = await end(forked.body.id);
  expect(after.status).toBe("completed");
  expect(stepsThatDiffer(before, after)).toEqual(["b", "d", "last"]);
  expect(after.output.b).toMatchObject({ input: "b two" });
  expect(after.output.last).toBe("two" as never);
}, 60_000);

test("a step inside of another one is done again without those beside it", async () => {
  const before = await run("diamond", "one");
  const after = await end((await fork(before.executionId, { from: "both.y" })).body.id);
  expect(stepsThatDiffer(before, after)).toEqual(["both", "each"]);
  expect(after.output.both?.x).toEqual(before.output.both?.x as never);
  const again = await end((await fork(after.executionId, { from: "a" })).body.id);
  expect(stepsThatDiffer(after, again)).toEqual(["a", "c"]);
}, 60_000);

test("a fork of a fork keeps what both have kept", async () => {
  const first = await run("diamond", "one");
  const second = await end((await fork(first.executionId, { from: "c" })).body.id);
  const third = await end((await fork(second.executionId, { from: "d" })).body.id);
  expect(stepsThatDiffer(first, second)).toEqual(["c"]);
  expect(stepsThatDiffer(second, third)).toEqual(["d"]);
  const each = await end((await fork(third.executionId, { from: "each" })).body.id);
  expect(stepsThatDiffer(third, each)).toEqual(["each"]);
}, 60_000);

test("what can't be forked says why", async () => {
  const done = await run("plain", 1);
  const unknown = await fork(done.executionId, { from: "stmp" });
  expect([unknown.status, unknown.body.code]).toEqual([422, "UNKNOWN_STEP"]);
  expect(unknown.body.detail).toContain('Did you mean "stamp"?');
  const diamond = await run("diamond", "one");
  const nested = await fork(diamond.executionId, { from: "both.z" });
  expect([nested.status, nested.body.code]).toEqual([422, "UNKNOWN_STEP"]);
  const runless = await run("runless", 1);
  expect(await fork(runless.executionId, { from: "a" })).toMatchObject({
    status: 409,
    body: { code: "ILLEGAL_TRANSITION" },
  });
  expect((await fork(999_999, { from: "a" })).body.code).toBe("EXECUTION_NOT_FOUND");
  expect((await fork(done.executionId, { from: "b", version: "9.0.0" })).body.code).toBe("TASK_NOT_FOUND");
}, 60_000);

test("a run that has not ended is only forked by force", async () => {
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "waits" });
  const asleep = await server.until(`/api/v1/jobs/${String(body.id)}`, isWaiting);
  const id = Number(asleep.executionId);
  expect(await fork(id, { from: "go" })).toMatchObject({ status: 409, body: { code: "ILLEGAL_TRANSITION" } });
  const forked = await fork(id, { from: "go", force: true });
  expect(forked.status).toBe(201);
  for (const job of [body.id, forked.body.id]) {
    await server.until(`/api/v1/jobs/${String(job)}`, isWaiting);
    await server.call("POST", `/api/v1/jobs/${String(job)}/signals/go`, { job });
    expect((await end(job)).output).toEqual({ job } as never);
  }
}, 60_000);

test("a fork survives a kill of the server while it waits", async () => {
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "held" });
  const go = (job: JsonValue | undefined) => server.call("POST", `/api/v1/jobs/${String(job)}/signals/go`, "go");
  await go(body.id);
  const before = await end(body.id);
  const forked = (await fork(before.executionId, { from: "hold" })).body.id;
  await server.until(`/api/v1/jobs/${String(forked)}`, isWaiting);
  await server.end("SIGKILL");
  server = await place.serve([], { RATCHET_EXECUTION_SLEEP_AFTER: "50ms" });
  await go(forked);
  const after = await end(forked);
  expect(after).toMatchObject({ status: "completed", attempts: 1 });
  expect(stepsThatDiffer(before, after)).toEqual(["c"]);
}, 60_000);

test("the command line forks, and prints warnings apart", async () => {
  const before = await run("plain", 1);
  const { code, stdout, stderr } = await place.ratchet([
    ...["executions", "fork", String(before.executionId), "--from", "stamp", "--server", server.url],
  ]);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^warning: "stamp" is done again/)]);
  const after = await end(stdout.trim());
  expect([after.status, stepsThatDiffer(before, after)]).toEqual(["completed", ["c"]]);
}, 60_000);
