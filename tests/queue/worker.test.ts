import { expect, test } from "bun:test";
import { RatchetError } from "../../src/domain/errors.ts";
import type { NewJob } from "../../src/domain/job.ts";
import { readText } from "../../src/domain/shared-text.ts";
import type { AttemptOutcome, AttemptRequest, RunAttempt } from "../../src/execution/attempt.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createQueue } from "../../src/queue/queue.ts";
import { createWorker, type WorkerOptions } from "../../src/queue/worker.ts";
import { openTestStore } from "../store/open-for-test.ts";

const USAGE = { durationMs: 1, cpuMs: 1, peakMemoryBytes: 1, fetchCount: 0, fetchBytes: 0 };
const completed = (outputJson = "1"): AttemptOutcome => ({
  result: { status: "completed", outputJson },
  version: "1.0.0",
  usage: USAGE,
});
const failed = (error: RatchetError): AttemptOutcome => ({
  result: { status: "failed", error },
  version: "1.0.0",
  usage: USAGE,
});
const broken = (name: string, retryAfterMs?: number) =>
  new RatchetError("TASK_FAILED", "broken", {
    guest: { name, message: "broken", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });

async function setUp(run: RunAttempt, more: Partial<WorkerOptions> = {}) {
  const opened = await openTestStore();
  const { store, taskId } = opened;
  const errors: unknown[] = [];
  const worker = createWorker({
    store,
    clock: systemClock,
    run,
    concurrency: 4,
    backoff: { baseMs: 1, jitter: 0 },
    onError: (error) => errors.push(error),
    ...more,
  });
  await worker.start();
  const queue = createQueue({ store });
  const enqueue = async (count = 1, job: Partial<NewJob> = {}) =>
    (await queue.enqueue(Array.from({ length: count }, () => ({ taskId, inputJson: "{}", ...job })))).map(
      (made) => made.job.id,
    );
  const ended = (id: number | undefined) => queue.wait(id ?? 0, AbortSignal.timeout(60_000));
  return {
    ...opened,
    worker,
    queue,
    enqueue,
    ended,
    errors,
    async [Symbol.asyncDispose]() {
      await worker.stop(0);
      await opened[Symbol.asyncDispose]();
    },
  };
}

interface Started {
  request: AttemptRequest;
  end: (outcome: AttemptOutcome) => void;
}

/** A runner whose attempts end when the test says so. */
function heldRunner() {
  const started: Started[] = [];
  let onStart: (() => void)[] = [];
  const run: RunAttempt = (request) =>
    new Promise((end) => {
      started.push({ request, end });
      const waiting = onStart;
      onStart = [];
      for (const wake of waiting) wake();
    });
  const untilStarted = async (count: number) => {
    while (started.length < count) await new Promise<void>((resolve) => onStart.push(resolve));
    return started;
  };
  return { run, untilStarted };
}

test("runs queued jobs, and never more at once than allowed", async () => {
  let now = 0;
  let most = 0;
  await using s = await setUp(async ({ inputJson }) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise(setImmediate);
    now -= 1;
    return completed(readText(inputJson));
  });
  const ids = await s.enqueue(100, { inputJson: "[1]" });
  await Promise.all(ids.map(s.ended));
  expect(most).toBe(4);
  expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 100, queued: 0, processing: 0 });
  expect(s.problems()).toEqual([]);
  expect(s.errors).toEqual([]);
});

test("a transient error is retried until no retries are left", async () => {
  const attempts: number[] = [];
  await using s = await setUp(async ({ attempt }) => {
    attempts.push(attempt);
    return failed(broken("NetworkError"));
  });
  const [id] = await s.enqueue(1, { maxRetries: 2 });
  const job = await s.ended(id);
  expect(job).toMatchObject({ status: "failed", attempts: 3, error: { code: "TASK_FAILED", type: "NetworkError" } });
  expect(attempts).toEqual([1, 2, 3]);
  expect((await s.store.jobs.executions(id ?? 0)).map(({ status, attempt }) => [status, attempt])).toEqual([
    ["failed", 1],
    ["failed", 2],
    ["failed", 3],
  ]);
  expect(s.problems()).toEqual([]);
});

test("a permanent error is not retried, but the failed job can be requeued and succeeds", async () => {
  let works = false;
  await using s = await setUp(async () => (works ? completed() : failed(broken("AuthenticationError"))));
  const [id] = await s.enqueue();
  expect(await s.ended(id)).toMatchObject({ status: "failed", attempts: 1, error: { status: 401 } });
  works = true;
  await s.queue.retry(id ?? 0);
  expect(await s.ended(id)).toMatchObject({ status: "completed", error: null });
});

test("waits for the end of a rate limit", async () => {
  await using s = await setUp(async ({ attempt }) =>
    attempt === 1 ? failed(broken("RateLimitError", 80)) : completed(),
  );
  const [id] = await s.enqueue();
  await s.ended(id);
  const [first, second] = await s.store.jobs.executions(id ?? 0);
  expect(second?.startedAt).toBeGreaterThanOrEqual((first?.finishedAt ?? Number.NaN) + 80);
});

test("a runner that throws fails its job, not the worker", async () => {
  await using s = await setUp(() => Promise.reject(new Error("bug")), { backoff: { baseMs: 1 } });
  const [id] = await s.enqueue(1, { maxRetries: 0 });
  const job = await s.ended(id);
  expect(job).toMatchObject({ status: "failed", error: { code: "INTERNAL" } });
  expect(JSON.stringify(job.error)).not.toContain("bug");
});

test("cancelling stops a running job at once and frees its place, and its late result is ignored", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run, { concurrency: 1 });
  const [first, second] = await s.enqueue(2);
  const [running] = await held.untilStarted(1);
  const stopped = new Promise((resolve) => running?.request.signal.addEventListener("abort", resolve));
  expect(await s.queue.cancel(first ?? 0)).toMatchObject({ status: "cancelled" });
  await stopped;
  running?.end(completed());
  const [, next] = await held.untilStarted(2);
  next?.end(completed());
  expect(await s.ended(second)).toMatchObject({ status: "completed" });
  expect(await s.store.jobs.get(first ?? 0)).toMatchObject({ status: "cancelled" });
  expect((await s.store.jobs.executions(first ?? 0)).map(({ status }) => status)).toEqual(["cancelled"]);
  await expect(s.queue.cancel(first ?? 0)).rejects.toMatchObject({ code: "ILLEGAL_TRANSITION" });
});

test("the logs and the usage of a cancelled attempt are kept, but nothing else", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run, { concurrency: 1 });
  const [id = 0] = await s.enqueue();
  const [running] = await held.untilStarted(1);
  const executionId = running?.request.executionId ?? 0;
  running?.request.onLog({ level: "info", message: "before", time: 1 });
  await s.queue.cancel(id);
  running?.request.onLog({ level: "info", message: "while it ends", time: 2 });
  running?.request.onProgress(99);
  await s.queue.retry(id);
  running?.end(completed("1"));
  const [, again] = await held.untilStarted(2);
  again?.end(completed("2"));
  expect(await s.ended(id)).toMatchObject({ status: "completed", progress: null });
  const execution = await s.store.executions.get(executionId);
  expect(execution).toMatchObject({ status: "cancelled", cpuMs: 1, logCount: 2, version: "1.0.0", outputJson: null });
  const lines = await s.store.executions.logs(executionId, 10);
  expect(lines.map(({ message }) => message)).toEqual(["before", "while it ends"]);
  expect(s.problems()).toEqual([]);
});

test("a job that is cancelled while it waits never runs", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run, { concurrency: 1 });
  const [first, second, third] = await s.enqueue(3);
  const [running] = await held.untilStarted(1);
  await s.queue.cancel(second ?? 0);
  running?.end(completed());
  const started = await held.untilStarted(2);
  started[1]?.end(completed());
  await Promise.all([s.ended(first), s.ended(third)]);
  const ran = await s.store.executions.getMany(started.map(({ request }) => request.executionId));
  expect(ran.map(({ jobId }) => jobId)).toEqual([first ?? 0, third ?? 0]);
});

test("progress and logs are visible while the job runs", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run);
  const reported = new Promise<void>((resolve) => {
    s.store.events.subscribe((events) => {
      if (events.some(({ type }) => type === "job.progress")) resolve();
    });
  });
  const [id] = await s.enqueue();
  const [running] = await held.untilStarted(1);
  running?.request.onLog({ level: "warn", message: "half", time: 1 });
  running?.request.onProgress({ percent: 50 });
  running?.request.onProgress("x".repeat(100_000));
  running?.request.onProgress("x".repeat(100_000));
  await reported;
  expect(await s.store.jobs.get(id ?? 0)).toMatchObject({ progress: { percent: 50 }, status: "processing" });
  const executionId = running?.request.executionId ?? 0;
  expect((await s.store.executions.logs(executionId, 10)).length).toBe(2);
  running?.request.onLog({ level: "info", message: "done", time: 2 });
  running?.end(completed());
  await s.ended(id);
  expect((await s.store.executions.logs(executionId, 10)).map(({ message }) => message)).toEqual([
    "half",
    "progress of 100002 characters was not kept; the limit is 65536",
    "done",
  ]);
  expect(s.problems()).toEqual([]);
});

test("nothing is claimed while the queue is paused, and jobs run again after it is resumed", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run);
  await s.store.control.pause("all", null);
  const [id] = await s.enqueue();
  await s.store.workers.list();
  expect(await s.store.jobs.get(id ?? 0)).toMatchObject({ status: "queued" });
  await s.store.control.resume("all");
  const [running] = await held.untilStarted(1);
  running?.end(completed());
  await s.ended(id);
});

test("draining finishes running jobs, starts none, and leaves the rest queued", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run, { concurrency: 2 });
  await s.enqueue(5);
  const running = await held.untilStarted(2);
  const stopping = s.worker.stop(10_000);
  for (const { end } of running) end(completed());
  await stopping;
  expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 2, queued: 3, processing: 0 });
  expect(await s.store.workers.list()).toEqual([]);
});

test("a job that still runs after the grace period is stopped and handed back with its retries", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run);
  const [id] = await s.enqueue();
  const [running] = await held.untilStarted(1);
  running?.request.signal.addEventListener("abort", () => {
    running.end(failed(new RatchetError("CANCELLED", "stopped")));
  });
  await s.worker.stop(10);
  expect(running?.request.signal.aborted).toBe(true);
  expect(await s.store.jobs.get(id ?? 0)).toMatchObject({ status: "queued", attempts: 1, retries: 0, rescues: 0 });
  expect((await s.store.jobs.executions(id ?? 0)).map(({ status }) => status)).toEqual(["cancelled"]);
  expect(s.problems()).toEqual([]);
});

test("a worker that was taken for dead drops its jobs, registers again and continues", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run, { leaseMs: 30 });
  const before = s.worker.id();
  const [id] = await s.enqueue();
  const [first] = await held.untilStarted(1);
  // Its beat may rise between looking and taking.
  for (let rescued = 0; rescued === 0; ) {
    const [row] = await s.store.workers.list();
    rescued = (await s.store.workers.rescue(before, row?.beat ?? 0)).rescued.length;
  }
  const [, second] = await held.untilStarted(2);
  expect(first?.request.signal.aborted).toBe(true);
  expect(second?.request.attempt).toBe(2);
  expect(s.worker.id()).not.toBe(before);
  first?.end(completed("1"));
  second?.end(completed("2"));
  expect(await s.ended(id)).toMatchObject({ status: "completed", rescues: 1 });
  expect((await s.store.executions.get(first?.request.executionId ?? 0))?.error?.code).toBe("WORKER_LOST");
  expect((await s.store.executions.get(second?.request.executionId ?? 0))?.outputJson).toBe("2");
  expect(s.problems()).toEqual([]);
});

test("an attempt that can't be stored fails alone, and blocks no other", async () => {
  const held = heldRunner();
  await using s = await setUp(held.run, { concurrency: 3 });
  const ids = await s.enqueue(3);
  const attempts = await held.untilStarted(3);
  // The store takes no completed execution without an output.
  for (const [n, attempt] of attempts.entries())
    attempt.end(n === 1 ? completed(null as unknown as string) : completed());
  expect(await s.ended(ids[0])).toMatchObject({ status: "completed" });
  expect(await s.ended(ids[2])).toMatchObject({ status: "completed" });
  expect(await s.ended(ids[1])).toMatchObject({ status: "failed", error: { code: "INTERNAL" } });
  expect(s.errors).toEqual([expect.objectContaining({ code: "INTERNAL" })]);
  const [next] = await s.enqueue();
  (await held.untilStarted(4))[3]?.end(completed());
  expect(await s.ended(next)).toMatchObject({ status: "completed" });
  expect(s.problems()).toEqual([]);
});

test("two workers share one queue, and no job runs twice", async () => {
  const runs = new Map<number, number>();
  const run: RunAttempt = async ({ executionId }) => {
    const jobId = (await s.store.executions.get(executionId))?.jobId ?? 0;
    runs.set(jobId, (runs.get(jobId) ?? 0) + 1);
    await new Promise(setImmediate);
    return completed();
  };
  await using s = await setUp(run);
  const other = createWorker({ store: s.store, clock: systemClock, run, concurrency: 4, onError: () => {} });
  await other.start();
  const ids = await s.enqueue(200);
  await Promise.all(ids.map(s.ended));
  await other.stop(1_000);
  expect([...runs.values()].every((count) => count === 1)).toBe(true);
  expect(runs.size).toBe(200);
});

test("bulk operations cancel and retry matching jobs, each job once", async () => {
  await using s = await setUp(async () => failed(broken("DataError")));
  const ids = await s.enqueue(60);
  await Promise.all(ids.map(s.ended));
  await s.store.control.pause("all", null);
  expect(await s.queue.retryAll({ status: ["failed"] })).toBe(60);
  expect(await s.queue.retryAll({ status: ["failed"] })).toBe(0);
  expect(await s.queue.cancelAll({ taskId: s.taskId })).toBe(60);
  expect(await s.queue.cancelAll({})).toBe(0);
  expect(s.problems()).toEqual([]);
});

test.each([
  ["a batch that is too large", Array.from({ length: 10_001 }, () => ({})), "USAGE"],
  ["an input that is too large", [{}, { inputJson: `"${"x".repeat(2_000)}"` }], "INPUT_LIMIT"],
  ["a time that is not valid", [{ runAt: Number.NaN }], "USAGE"],
  ["a time beyond all dates", [{ runAt: 9e15 }], "USAGE"],
  ["retries below none", [{ maxRetries: -1 }], "USAGE"],
  ["an empty key", [{ concurrencyKey: "" }], "USAGE"],
  ["a key that is too long", [{ uniqueKey: "\u{1f600}".repeat(201) }], "USAGE"],
  ["half a character as a key", [{ idempotencyKey: "\ud800" }], "USAGE"],
  ["a key with a control character", [{ concurrencyKey: "a\u0000b" }], "USAGE"],
  ["a long key", [{ idempotencyKey: "k".repeat(201) }], "USAGE"],
] as const)("rejects %s and stores nothing", async (_, jobs, code) => {
  await using opened = await openTestStore();
  const queue = createQueue({ store: opened.store, maxInputBytes: 1_000 });
  const requests = jobs.map((job) => ({ taskId: opened.taskId, inputJson: "{}", ...job }));
  await expect(queue.enqueue(requests)).rejects.toMatchObject({ code });
  expect(await opened.store.jobs.count({})).toBe(0);
});

test("jobs that wait for one another start at once, not with the next heartbeat", async () => {
  await using s = await setUp(async () => completed());
  const ids = await s.enqueue(200, { concurrencyKey: "customer-1" });
  // A beat comes once a second at most; if each of these took one of its own, they would outlast any test.
  await s.ended(ids.at(-1));
  expect((await s.store.stats.read()).jobs.completed).toBe(200);
});
