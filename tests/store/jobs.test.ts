import { describe, expect, test } from "bun:test";
import type { RatchetEvent } from "../../src/domain/events.ts";
import { MAX_RESCUES, type NewJob } from "../../src/domain/job.ts";
import type { ClaimedJob } from "../../src/store/contract/jobs.ts";
import { createManualClock } from "./manual-clock.ts";
import { addTask, COMPLETED, FAILED, finishedAttempt, openTestStore, registerWorker } from "./open-for-test.ts";

async function setUp() {
  const clock = createManualClock();
  const opened = await openTestStore(clock);
  const { store, taskId } = opened;
  await registerWorker(store);
  const make = async (more: Partial<NewJob> = {}) => {
    const [made] = await store.jobs.enqueue([{ taskId, inputJson: "{}", ...more }]);
    if (made === undefined) throw new Error("no job was made");
    return made;
  };
  const claim = async (capacity: number, workerId = "w1") =>
    (await store.jobs.completeAndClaim({ workerId, finished: [], capacity })).claimed;
  const only = (claimed: readonly ClaimedJob[]): ClaimedJob => {
    const [job] = claimed;
    if (job === undefined || claimed.length > 1) throw new Error(`claimed ${claimed.length} jobs`);
    return job;
  };
  return { ...opened, clock, make, claim, only, [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
}

describe("order", () => {
  test("critical first, and within a priority the oldest", async () => {
    await using s = await setUp();
    const ids: number[] = [];
    for (const priority of ["low", "normal", "high", "critical", "critical"] as const) {
      ids.push((await s.make({ priority })).job.id);
      s.clock.advance(1);
    }
    const [low, normal, high, critical, critical2] = ids;
    expect((await s.claim(10)).map(({ job }) => job.id)).toEqual([critical, critical2, high, normal, low] as number[]);
  });

  test("waiting lifts a job by one priority a minute, so that low is not starved", async () => {
    await using s = await setUp();
    const low = await s.make({ priority: "low" });
    s.clock.advance(179_999);
    const critical = await s.make({ priority: "critical" });
    s.clock.advance(2);
    const later = await s.make({ priority: "critical" });
    expect((await s.claim(3)).map(({ job }) => job.id)).toEqual([critical.job.id, low.job.id, later.job.id]);
  });

  test("a time in the past does not jump the line", async () => {
    await using s = await setUp();
    const first = await s.make();
    s.clock.advance(1);
    const pushy = await s.make({ runAt: 0 });
    expect((await s.claim(2)).map(({ job }) => job.id)).toEqual([first.job.id, pushy.job.id]);
  });

  test("a delayed job is not claimed before its time, and its time is told", async () => {
    await using s = await setUp();
    const due = s.clock.now() + 5_000;
    await s.make({ runAt: due, priority: "critical" });
    expect(await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 1 })).toMatchObject({
      claimed: [],
      nextDueAt: due,
    });
    s.clock.advance(5_000);
    expect((await s.claim(1)).length).toBe(1);
  });
});

describe("making jobs", () => {
  test("the same idempotency key gives the same job, finished or not; another request is a conflict", async () => {
    await using s = await setUp();
    const first = await s.make({ idempotencyKey: "k" });
    expect(await s.make({ idempotencyKey: "k" })).toEqual({ ...first, created: false });
    const claimed = s.only(await s.claim(5));
    const finished = [finishedAttempt(claimed, COMPLETED, s.clock.now())];
    await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
    expect(await s.make({ idempotencyKey: "k" })).toMatchObject({ created: false, job: { status: "completed" } });
    await expect(s.make({ idempotencyKey: "k", inputJson: "[]" })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(s.make({ idempotencyKey: "k", version: "2.0.0" })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("an input whose members come in another order is the same request", async () => {
    await using s = await setUp();
    const first = await s.make({ idempotencyKey: "k", inputJson: '{"a":1,"b":{"c":[1,2],"d":null}}' });
    const again = await s.make({ idempotencyKey: "k", inputJson: '{"b":{"d":null,"c":[1,2]},"a":1.0}' });
    expect(again).toMatchObject({ created: false, job: { id: first.job.id } });
    for (const inputJson of ['{"a":1,"b":{"c":[2,1],"d":null}}', '{"a":1,"b":{"c":[1,2]}}']) {
      await expect(s.make({ idempotencyKey: "k", inputJson })).rejects.toMatchObject({ code: "CONFLICT" });
    }
  });

  test("callers that race with one key get one job", async () => {
    await using s = await setUp();
    const made = await Promise.all(Array.from({ length: 20 }, () => s.make({ idempotencyKey: "race" })));
    expect(new Set(made.map(({ job }) => job.id)).size).toBe(1);
    expect(made.filter(({ created }) => created).length).toBe(1);
  });

  test("a unique key holds while a job is unfinished", async () => {
    await using s = await setUp();
    const first = await s.make({ uniqueKey: "u" });
    expect((await s.make({ uniqueKey: "u" })).job.id).toBe(first.job.id);
    await s.store.jobs.cancel(first.job.id);
    const second = await s.make({ uniqueKey: "u" });
    expect(second.job.id).not.toBe(first.job.id);
    await expect(s.store.jobs.retry(first.job.id)).rejects.toMatchObject({ code: "CONFLICT" });
    const other = await addTask(s.store, "another");
    expect(await s.make({ taskId: other, uniqueKey: "u" })).toMatchObject({ created: true });
  });

  test("a batch is all or nothing", async () => {
    await using s = await setUp();
    await s.make({ idempotencyKey: "taken", inputJson: "1" });
    const before = await s.store.stats.read();
    const batch = [...Array.from({ length: 50 }, () => ({})), { idempotencyKey: "taken", inputJson: "2" }];
    const jobs = batch.map((more) => ({ taskId: s.taskId, inputJson: "{}", ...more }));
    await expect(s.store.jobs.enqueue(jobs)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await s.store.stats.read()).toEqual(before);
    expect(s.problems()).toEqual([]);
  });

  test("ids are not used again after a job was deleted", async () => {
    await using s = await setUp();
    const { job } = await s.make();
    await s.store.jobs.cancel(job.id);
    s.clock.advance(10);
    const keepNothing = { jobs: { cancelled: { maxAgeMs: 0 } }, directExecutions: {}, events: {}, firings: {} };
    expect((await s.store.retention.step(keepNothing, 10)).jobs).toBe(1);
    expect((await s.make()).job.id).toBeGreaterThan(job.id);
  });

  test("a task that is not known is refused", async () => {
    await using s = await setUp();
    await expect(s.make({ taskId: 999 })).rejects.toMatchObject({ code: "INTERNAL" });
  });
});

describe("leases", () => {
  test("a worker nobody knows gets nothing", async () => {
    await using s = await setUp();
    await s.make();
    const result = await s.store.jobs.completeAndClaim({ workerId: "stranger", finished: [], capacity: 1 });
    expect(result).toMatchObject({ known: false, claimed: [] });
  });

  test("a rescue uses no retry, is capped, and the late worker's writes change nothing", async () => {
    await using s = await setUp();
    const { job } = await s.make();
    for (let n = 0; n <= MAX_RESCUES; n++) {
      const claimed = s.only(await s.claim(1));
      expect(claimed.claim).toBe(n + 1);
      const result = await s.store.workers.rescue("w1", 0);
      expect(result).toEqual(n < MAX_RESCUES ? { rescued: [job.id], failed: [] } : { rescued: [], failed: [job.id] });
      await registerWorker(s.store);
      s.clock.advance(10_000);
      const late = [finishedAttempt(claimed, COMPLETED, s.clock.now())];
      expect((await s.store.jobs.completeAndClaim({ workerId: "w1", finished: late, capacity: 0 })).lost).toEqual([
        job.id,
      ]);
      expect(s.problems()).toEqual([]);
    }
    expect(await s.store.jobs.get(job.id)).toMatchObject({
      status: "failed",
      attempts: MAX_RESCUES + 1,
      retries: 0,
      rescues: MAX_RESCUES,
      error: { code: "WORKER_LOST" },
    });
    const executions = await s.store.jobs.executions(job.id);
    expect(executions.map(({ status, error }) => [status, error?.code])).toEqual(
      Array.from({ length: MAX_RESCUES + 1 }, () => ["failed", "WORKER_LOST"]),
    );
  });

  test("a worker that beats again in time is not robbed", async () => {
    await using s = await setUp();
    await s.make();
    await s.claim(1);
    await s.store.workers.beat("w1");
    expect(await s.store.workers.rescue("w1", 0)).toEqual({ rescued: [], failed: [] });
    expect(await s.store.workers.beat("w1")).toMatchObject({ alive: true, jobIds: [1] });
  });

  test("a job handed back keeps its place and its retries", async () => {
    await using s = await setUp();
    const { job } = await s.make();
    s.clock.advance(10);
    await s.make();
    const claimed = s.only(await s.claim(1));
    const finished = [finishedAttempt(claimed, { kind: "released" }, s.clock.now())];
    await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
    expect((await s.claim(1))[0]?.job).toMatchObject({ id: job.id, attempts: 2, retries: 0, rescues: 0 });
    await s.store.workers.rescue("w1", 0);
    expect(s.problems()).toEqual([]);
  });
});

test("progress and log lines are stored while it runs, and once", async () => {
  await using s = await setUp();
  const { job } = await s.make();
  const claimed = s.only(await s.claim(1));
  const line = (message: string) => ({ level: "info" as const, message, time: s.clock.now() });
  await s.store.jobs.report([{ claimed, progress: { done: 1 }, logs: [line("a"), line("b")], firstLog: 0 }]);
  expect((await s.store.jobs.get(job.id))?.progress).toEqual({ done: 1 });
  expect((await s.store.executions.logs(claimed.executionId, 10)).map(({ message }) => message)).toEqual(["a", "b"]);
  // The end comes with a line that a report under way has stored too.
  const attempt = {
    ...finishedAttempt(claimed, COMPLETED, s.clock.now()),
    logs: [line("b"), line("c")],
    logsStored: 1,
  };
  await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [attempt], capacity: 0 });
  expect((await s.store.executions.logs(claimed.executionId, 10)).map(({ message }) => message)).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(await s.store.executions.logs(claimed.executionId, 10, 1)).toMatchObject([{ seq: 2, message: "c" }]);
  await s.store.jobs.report([{ claimed, progress: "late", logs: [line("late")], firstLog: 3 }]);
  expect((await s.store.jobs.get(job.id))?.progress).toEqual({ done: 1 });
  expect(s.problems()).toEqual([]);
});

test("an execution keeps what went in, what came out and what it used", async () => {
  await using s = await setUp();
  await s.make({ inputJson: '{"num1":5}' });
  s.clock.advance(40);
  const claimed = s.only(await s.claim(1));
  const usage = { durationMs: 1.5, peakMemoryBytes: 2_000_000, fetchCount: 2, fetchBytes: 512, cpuMs: 0.7 };
  const attempt = { ...finishedAttempt(claimed, COMPLETED, s.clock.now()), usage };
  await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [attempt], capacity: 0 });
  expect(await s.store.executions.get(claimed.executionId)).toMatchObject({
    jobId: claimed.job.id,
    status: "completed",
    version: "1.0.0",
    attempt: 1,
    workerId: "w1",
    inputJson: '{"num1":5}',
    outputJson: '{"sum":15}',
    durationMs: 1.5,
    queueWaitMs: 40,
    cpuMs: 0.7,
    peakMemoryBytes: 2_000_000,
    fetchCount: 2,
    fetchBytes: 512,
    error: null,
  });
  expect(await s.store.stats.read(s.taskId)).toMatchObject({ meanDurationMs: 1.5, executions: { completed: 1 } });
});

test("every step of a job is an event, in order", async () => {
  await using s = await setUp();
  const seen: RatchetEvent[] = [];
  s.store.events.subscribe((events) => seen.push(...events));
  const { job } = await s.make();
  const finish = async (result: Parameters<typeof finishedAttempt>[1]) => {
    const finished = [finishedAttempt(s.only(await s.claim(1)), result, s.clock.now())];
    await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
  };
  await finish({ kind: "retry", error: { code: "TASK_FAILED", message: "no" }, runAt: s.clock.now() });
  await finish(FAILED);
  await s.store.jobs.retry(job.id);
  await s.store.jobs.cancel(job.id);
  const error = { code: "TASK_FAILED", message: "no" };
  const first = { executionId: 1, data: { attempt: 1 } };
  const second = { executionId: 2, data: { attempt: 2 } };
  const failed = (attempt: number) => ({ executionId: attempt, data: { attempt, durationMs: 1, ...error } });
  const expected = [
    { type: "job.queued" },
    { type: "job.started", ...first },
    { type: "execution.started", ...first },
    { type: "execution.failed", ...failed(1) },
    { type: "job.retrying", ...failed(1) },
    { type: "job.started", ...second },
    { type: "execution.started", ...second },
    { type: "execution.failed", ...failed(2) },
    { type: "job.failed", ...failed(2) },
    { type: "job.queued" },
    { type: "job.cancelled" },
  ].map((event) => ({ executionId: null, data: null, jobId: job.id, ...event }));
  const news = seen.filter((event) => event.jobId === job.id);
  expect(news).toMatchObject(expected);
  // What is stored is what was told, from wherever one reads on: also between the two events of one row.
  const all = await s.store.events.since(0, 100);
  expect(all.filter((event) => event.jobId === job.id)).toEqual(news);
  const [one] = all;
  expect(all.map(({ id }) => id)).toEqual(Array.from(all, (_, index) => (one?.id ?? 0) + index));
  expect(await s.store.events.bounds()).toEqual({ first: one?.id ?? 0, last: all.at(-1)?.id ?? 0 });
  for (const [index, { id }] of all.entries()) {
    expect(await s.store.events.since(id, 100)).toEqual(all.slice(index + 1));
    expect(await s.store.events.since(id, 2)).toEqual(all.slice(index + 1, index + 3));
  }
  // A row with two events can be the first that is kept.
  const started = all.find(({ type }) => type === "job.started")?.id ?? 0;
  s.sql.run("DELETE FROM events WHERE id < ?", started);
  expect((await s.store.events.bounds()).first).toBe(started);
});

test("the executions of jobs that are taken away have events too", async () => {
  await using s = await setUp();
  const seen: RatchetEvent[] = [];
  s.store.events.subscribe((events) => seen.push(...events.filter(({ type }) => type !== "job.queued")));
  const { job } = await s.make();
  await s.claim(1);
  await s.store.workers.rescue("w1", 0);
  await registerWorker(s.store);
  await s.claim(1);
  await s.store.jobs.cancel(job.id);
  const lost = { attempt: 1, durationMs: 0, code: "WORKER_LOST" };
  expect(seen.map(({ id: _, ...event }) => event)).toMatchObject([
    { type: "job.started", executionId: 1 },
    { type: "execution.started", executionId: 1, data: { attempt: 1 } },
    { type: "execution.failed", executionId: 1, data: lost },
    { type: "job.started", executionId: 2 },
    { type: "execution.started", executionId: 2, data: { attempt: 2 } },
    { type: "execution.cancelled", executionId: 2, data: { attempt: 2, durationMs: 0, code: "CANCELLED" } },
    { type: "job.cancelled", executionId: 2, data: { attempt: 2 } },
  ]);
});
