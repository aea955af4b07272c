import { expect, test } from "bun:test";
import { readText, shareText } from "../../src/domain/shared-text.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { failureOf } from "../support/failure-of.ts";
import { addTask, finishedAttempt } from "./open-for-test.ts";
import { longText, openThreadStore } from "./thread-store.ts";

const LARGE = longText(3_000_000);
const MEDIUM = longText(300_000);

test("a job keeps its large input and output, as text or as shared bytes", async () => {
  await using opened = await openThreadStore();
  const { store, taskId, threads } = opened;
  const [enqueued] = await store.jobs.enqueue([{ taskId, inputJson: shareText(LARGE), idempotencyKey: "k" }]);
  const id = enqueued?.job.id ?? 0;
  expect(readText(enqueued?.job.inputJson ?? "")).toBe(LARGE);
  const { claimed } = await store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 1 });
  const [own] = claimed;
  if (own === undefined) throw new Error("nothing was claimed");
  expect(readText(own.job.inputJson)).toBe(LARGE);
  const finished = [finishedAttempt(own, { kind: "completed", outputJson: LARGE }, Date.now())];
  expect((await store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 1 })).lost).toEqual([]);
  for (const job of [
    await store.jobs.get(id),
    await store.jobs.byIdempotencyKey("k"),
    (await store.jobs.getMany([id]))[0],
    (await store.jobs.firstOf([id], 1)).jobs[0],
    (await store.jobs.list({}, {})).items[0],
  ]) {
    expect(readText(job?.inputJson ?? "")).toBe(LARGE);
  }
  const execution = await store.executions.get(own.executionId);
  expect(readText(execution?.inputJson ?? "")).toBe(LARGE);
  expect(readText(execution?.outputJson ?? "")).toBe(LARGE);
  expect(await store.executions.detailBytes([own.executionId])).toBe(2 * Buffer.byteLength(LARGE));
  expect(threads).toHaveLength(1);
  await store.jobs.delete(id);
  expect(await store.jobs.get(id)).toBeUndefined();
});

test("a job that is cancelled, changed or requeued comes back with its large input", async () => {
  await using opened = await openThreadStore();
  const { store, taskId } = opened;
  const [enqueued] = await store.jobs.enqueue([{ taskId, inputJson: LARGE }]);
  const id = enqueued?.job.id ?? 0;
  for (const job of [
    await store.jobs.change(id, { priority: "high" }),
    await store.jobs.cancel(id),
    await store.jobs.retry(id),
  ]) {
    expect(readText(job.inputJson)).toBe(LARGE);
  }
});

test("values that are large together are read by the thread, each in its place", async () => {
  await using opened = await openThreadStore();
  const { store, taskId, threads } = opened;
  const inputs = ["1", longText(300_000, "a"), "2", longText(300_000, "b"), longText(300_000, "c")];
  for (const inputJson of inputs) await store.jobs.enqueue([{ taskId, inputJson }]);
  expect(threads).toHaveLength(0);
  const { items } = await store.jobs.list({}, { order: "asc" });
  expect(items.map(({ inputJson }) => readText(inputJson))).toEqual(inputs);
  expect(threads).toHaveLength(1);
  const { claimed } = await store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 5 });
  expect(claimed.map(({ job }) => readText(job.inputJson))).toEqual(inputs);
});

test("direct executions keep large inputs and outputs", async () => {
  await using opened = await openThreadStore();
  const { store, taskId } = opened;
  const start = { taskId, version: null, workerId: "w1" };
  const ids = await Promise.all(
    [LARGE, MEDIUM, "1"].map((inputJson) => store.executions.startDirect({ ...start, inputJson })),
  );
  const end = { taskId, version: "1.0.0", startedAt: 1, finishedAt: 2, usage: null, logs: [] };
  for (const [index, outputJson] of ["1", LARGE, MEDIUM].entries()) {
    const result = { status: "completed", outputJson } as const;
    expect(await store.executions.finishDirect({ ...end, id: ids[index] ?? 0, result })).toBe(true);
  }
  const details = await store.executions.details(ids);
  expect(details.map(({ inputJson }) => readText(inputJson))).toEqual([LARGE, MEDIUM, "1"]);
  expect(details.map(({ outputJson }) => readText(outputJson ?? ""))).toEqual(["1", LARGE, MEDIUM]);
});

test("an idempotency key tells a large input from another, and from a small one", async () => {
  await using opened = await openThreadStore();
  const { store, taskId } = opened;
  const enqueue = (inputJson: string) => store.jobs.enqueue([{ taskId, inputJson, idempotencyKey: "k" }]);
  const [first] = await enqueue(LARGE);
  const [again] = await enqueue(LARGE);
  expect(again).toMatchObject({ created: false, job: { id: first?.job.id } });
  expect(readText(again?.job.inputJson ?? "")).toBe(LARGE);
  for (const other of [LARGE.replace("xx", "xy"), longText(3_000_001), "1"]) {
    expect(await failureOf(enqueue(other))).toMatchObject({ code: "CONFLICT" });
  }
});

test("retention deletes jobs and direct executions with large values", async () => {
  await using opened = await openThreadStore();
  const { store, taskId, threads } = opened;
  const [enqueued] = await store.jobs.enqueue([{ taskId, inputJson: LARGE }]);
  await store.jobs.cancel(enqueued?.job.id ?? 0);
  const id = await store.executions.startDirect({ taskId, version: null, workerId: "w1", inputJson: LARGE });
  const error = { code: "TASK_FAILED", message: "no" };
  const end = { id, taskId, version: null, startedAt: 1, finishedAt: 2, usage: null, logs: [] };
  await store.executions.finishDirect({ ...end, result: { status: "failed", error } });
  const policy = {
    jobs: { cancelled: { maxCount: 0 } },
    directExecutions: { maxCount: 0 },
    events: {},
    deliveries: {},
    firings: {},
  };
  expect(await store.retention.step(policy, 10)).toMatchObject({ jobs: 1, executions: 1, more: false });
  expect(await store.executions.get(id)).toBeUndefined();
  expect(threads).toHaveLength(1);
});

test("a database in memory has no thread", async () => {
  const store = openStore({
    url: "sqlite::memory:",
    clock: systemClock,
    onListenerError: () => {},
    heavyWork: {
      spawn: () => {
        throw new Error("a thread was started");
      },
    },
  });
  const taskId = await addTask(store, "addition");
  const [enqueued] = await store.jobs.enqueue([{ taskId, inputJson: shareText(LARGE) }]);
  expect(readText((await store.jobs.get(enqueued?.job.id ?? 0))?.inputJson ?? "")).toBe(LARGE);
  await store.jobs.cancel(enqueued?.job.id ?? 0);
  await store.jobs.delete(enqueued?.job.id ?? 0);
  await store.close();
});

test("many jobs are cancelled and requeued by the thread, and few are not", async () => {
  await using opened = await openThreadStore();
  const { store, taskId, threads } = opened;
  const enqueue = (count: number) =>
    store.jobs.enqueue(Array.from({ length: count }, () => ({ taskId, inputJson: "1" })));
  await enqueue(100);
  const step = { afterId: 0, upToId: 1_000, limit: 500 };
  expect((await store.jobs.cancelMany({}, step)).ids).toHaveLength(100);
  expect(threads).toHaveLength(0);
  await enqueue(200);
  expect((await store.jobs.cancelMany({}, step)).ids).toHaveLength(200);
  expect((await store.jobs.retryMany({}, step)).ids).toHaveLength(300);
  expect(threads).toHaveLength(1);
  expect(await store.jobs.count({ status: ["queued"] })).toBe(300);
});
