import { expect, test } from "bun:test";
import type { AsleepResult } from "../../src/store/contract/jobs.ts";
import { MAX_SLEEPING, type RunChange } from "../../src/store/contract/runs.ts";
import { OPEN_QUERY } from "../../src/store/sqlite/runs/load-run.ts";
import { createManualClock } from "./manual-clock.ts";
import { finishedAttempt, openTestStore, registerWorker, type TestStore } from "./open-for-test.ts";

const ASLEEP: AsleepResult = {
  kind: "asleep",
  image: new Uint8Array([1]),
  engine: "engine",
  open: [],
  operations: 0,
  readingsFrom: 1,
  workedMs: 1,
  paused: false,
};

/** A job whose run has begun. */
async function started({ store, taskId }: TestStore, changes: readonly RunChange[] = []) {
  await store.jobs.enqueue([{ taskId, inputJson: "1" }]);
  const { claimed } = await store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 1 });
  const [one] = claimed;
  if (one === undefined) throw new Error("there is no job to claim");
  const begin: RunChange = { type: "begin", runKey: "k", seed: new Uint8Array([1]), version: "1.0.0" };
  const { executionId, job, claim } = one;
  const runs = [{ executionId, jobId: job.id, claim, changes: [begin, ...changes] }];
  await store.jobs.completeAndClaim({ workerId: "w1", finished: [], runs, capacity: 0 });
  return one;
}

test("a run that is one too many to sleep fails, and says why", async () => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  const one = await started(s);
  s.sql.run(
    "INSERT INTO counters (kind, task_id, status, count) VALUES ('job', ?, 'sleeping', ?)",
    s.taskId,
    MAX_SLEEPING,
  );
  const finished = [finishedAttempt(one, ASLEEP, Date.now())];
  await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
  expect(await s.store.jobs.get(one.job.id)).toMatchObject({ status: "failed", error: { code: "SLEEP_LIMIT" } });
  s.sql.run("DELETE FROM counters WHERE status = 'sleeping'");
  expect(s.problems()).toEqual([]);
});

test("an engine stays as long as an image needs it, and a day longer", async () => {
  const clock = createManualClock();
  await using s = await openTestStore(clock);
  await registerWorker(s.store);
  await s.store.runs.keepEngine({ engine: "engine", content: new Uint8Array([1]) });
  await s.store.runs.keepEngine({ engine: "other", content: new Uint8Array([2]) });
  const one = await started(s);
  const finished = [finishedAttempt(one, ASLEEP, clock.now())];
  await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
  const policy = { jobs: {}, directExecutions: {}, events: {}, firings: {}, deliveries: {}, notifications: {} };
  const retain = () => s.store.retention.step(policy, 10);
  await retain();
  expect(await s.store.runs.engine("other")).toBeDefined();
  clock.advance(25 * 60 * 60_000);
  await retain();
  expect(await s.store.runs.engine("other")).toBeUndefined();
  expect(await s.store.runs.engine("engine")).toBeDefined();
  await s.store.jobs.kill(one.job.id);
  await retain();
  expect(await s.store.runs.engine("engine")).toBeUndefined();
});

test("the files of a version stay as long as a run of it sleeps", async () => {
  const clock = createManualClock();
  await using s = await openTestStore(clock);
  await registerWorker(s.store);
  const one = await started(s);
  const finished = [finishedAttempt(one, ASLEEP, clock.now())];
  await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
  const { uuid } = (await s.store.tasks.get(s.taskId)) ?? { uuid: "" };
  const kept = { uuid, version: "1.0.0", checksum: "c", source: "s", origin: "o", files: new Map() };
  expect(await s.store.tasks.keep(kept)).toBe(true);
  const policy = { jobs: {}, directExecutions: {}, events: {}, firings: {}, deliveries: {}, notifications: {} };
  clock.advance(2 * 60 * 60_000);
  await s.store.retention.step(policy, 10);
  expect(await s.store.tasks.kept(uuid, "1.0.0")).toBeDefined();
  await s.store.jobs.kill(one.job.id);
  await s.store.retention.step(policy, 10);
  expect(await s.store.tasks.kept(uuid, "1.0.0")).toBeUndefined();
});

test("a job that begins again and again does not grow: executions from before go, and so do the children of their runs", async () => {
  const clock = createManualClock();
  await using s = await openTestStore(clock);
  await registerWorker(s.store);
  const child = { taskId: s.taskId, inputJson: "1" };
  const call = (number: number, more: object): RunChange => ({
    type: "open",
    operation: { number, kind: "call", name: "c", label: null, request: "{}", dueAt: null, undoes: null, ...more },
  });
  const one = await started(s, [
    call(1, { children: [child] }),
    call(2, { children: [child], detached: true, result: { ok: true, text: "1" } }),
  ]);
  const complete = async () => {
    const { claimed } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 5 });
    const done = { kind: "completed", outputJson: "1" } as const;
    const finished = claimed.map((each) => finishedAttempt(each, done, clock.now()));
    await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
    return claimed.map(({ job }) => job.id);
  };
  const [called = 0, detached = 0] = await complete();
  const rule = { maxAgeMs: 1_000 };
  const policy = {
    jobs: { completed: rule },
    directExecutions: {},
    events: {},
    firings: {},
    deliveries: {},
    notifications: {},
  };
  const retain = async () => {
    clock.advance(10_000);
    await s.store.retention.step(policy, 10);
    return (await s.store.jobs.getMany([called, detached])).map(({ id }) => id);
  };
  expect(await retain()).toEqual([called]);
  await expect(s.store.jobs.delete(called)).rejects.toMatchObject({ code: "ILLEGAL_TRANSITION" });
  const renewed = finishedAttempt(one, { kind: "renewed", inputJson: "2" }, clock.now());
  await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [renewed], capacity: 0 });
  expect(await s.store.executions.get(one.executionId)).toMatchObject({ status: "completed" });
  expect(await retain()).toEqual([]);
  expect(await s.store.executions.get(one.executionId)).toBeUndefined();
  expect(await s.store.jobs.get(one.job.id)).toMatchObject({ status: "queued", attempts: 1, inputJson: "2" });
  expect(s.problems()).toEqual([]);
});

test.each([
  ["the first failure", 1_999],
  ["a kill", 2_001],
  ["the end of the run", 2_000],
] as const)("the thousands of children of a run are cancelled by %s", async (how, expected) => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  const children = Array.from({ length: 2_000 }, () => ({ taskId: s.taskId, inputJson: "1" }));
  const operation = {
    number: 1,
    kind: "map",
    name: "m",
    label: null,
    request: "{}",
    dueAt: null,
    undoes: null,
  } as const;
  const one = await started(s, [{ type: "open", operation: { ...operation, children, failFast: true } }]);
  const error = { code: "TASK_FAILED", message: "no" };
  const { claimed } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 1 });
  const [child] = claimed;
  if (child === undefined) throw new Error("there is no child");
  const ended = how === "the first failure" ? child : one;
  if (how === "a kill") await s.store.jobs.kill(one.job.id);
  else {
    const finished = [finishedAttempt(ended, { kind: "failed", error }, Date.now())];
    const { settled } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
    expect(settled.map(({ children: ends }) => ends?.length)).toEqual(how === "the first failure" ? [2_000] : []);
  }
  expect(await s.store.jobs.count({ status: ["cancelled"] })).toBe(expected);
  expect(s.problems()).toEqual([]);
});

test("what lists show of a run that waits is read from an index, however large its requests are", async () => {
  await using s = await openTestStore();
  const plan = s.sql.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${OPEN_QUERY}`, 1, 1).map(({ detail }) => detail);
  expect(plan).toEqual([expect.stringContaining("USING COVERING INDEX run_operations_open")]);
});

test("the end of a child does not look at the operation of its map, whose inputs may be large", async () => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  const children = Array.from({ length: 3 }, () => ({ taskId: s.taskId, inputJson: "1" }));
  const request = JSON.stringify({ kind: "map", inputs: ["1"] });
  const operation = {
    number: 1,
    kind: "map",
    name: "t",
    label: null,
    request,
    dueAt: null,
    undoes: null,
    children,
  } as const;
  await started(s, [{ type: "open", operation }]);
  const { claimed } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 3 });
  const [first] = claimed;
  if (first === undefined) throw new Error("no child started");
  // If it did, it would find nothing that is open.
  s.sql.run("UPDATE run_operations SET state = 1, settled_at = 1, position = 1");
  const finished = [finishedAttempt(first, { kind: "completed", outputJson: "1" }, Date.now())];
  await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
  expect(s.sql.all("SELECT children FROM run_maps")).toEqual([{ children: 2 }]);
});
