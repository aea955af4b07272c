import { expect, test } from "bun:test";
import { RatchetError } from "../../src/domain/errors.ts";
import type { RunAttempt } from "../../src/execution/attempt.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createDirectRunner } from "../../src/queue/direct.ts";
import { openTestStore, registerWorker } from "../store/open-for-test.ts";

async function setUp(run: RunAttempt) {
  const opened = await openTestStore();
  await registerWorker(opened.store);
  const types: string[] = [];
  opened.store.events.subscribe((events) => types.push(...events.map(({ type }) => type)));
  const direct = createDirectRunner({
    store: opened.store,
    clock: systemClock,
    run,
    workerId: () => "w1",
    maxInputBytes: 100,
  });
  return { ...opened, direct, types, [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
}

const usage = { durationMs: 2, cpuMs: 2, peakMemoryBytes: 1, fetchCount: 0, fetchBytes: 0 };

test("a result that can't be stored is an error for the caller, and is stored as a failure", async () => {
  // The store takes no completed execution without an output.
  const outputJson = null as unknown as string;
  await using s = await setUp(async () => ({ result: { status: "completed", outputJson }, version: "1.0.0", usage }));
  const ended = new Promise((resolve) =>
    s.store.events.subscribe((events) => {
      if (events.some(({ type }) => type === "execution.failed")) resolve(undefined);
    }),
  );
  await expect(s.direct.run({ taskId: s.taskId, inputJson: "7" })).rejects.toMatchObject({ code: "INTERNAL" });
  await ended;
  const { items } = await s.store.executions.list({}, {});
  expect(items).toMatchObject([{ status: "failed", error: { code: "INTERNAL" } }]);
  expect(s.problems()).toEqual([]);
});

test("a direct execution is stored with input, output and logs, and has no job", async () => {
  await using s = await setUp(async ({ onLog, inputJson }) => {
    onLog({ level: "warn", message: "careful", time: 5 });
    return { result: { status: "completed", outputJson: `[${inputJson}]` }, version: "1.0.0", usage };
  });
  const { executionId, outcome } = await s.direct.run({ taskId: s.taskId, inputJson: "7" });
  expect(outcome.result).toEqual({ status: "completed", outputJson: "[7]" });
  expect(await s.store.executions.get(executionId)).toMatchObject({
    jobId: null,
    status: "completed",
    inputJson: "7",
    outputJson: "[7]",
    logCount: 1,
    version: "1.0.0",
  });
  expect(await s.store.executions.logs(executionId, 10)).toMatchObject([{ seq: 0, level: "warn", message: "careful" }]);
  expect(s.types).toEqual(["execution.started", "execution.completed"]);
  expect(s.problems()).toEqual([]);
});

test("failures and cancellations are stored with their own status", async () => {
  await using s = await setUp(({ signal, inputJson }) => {
    const failed = (error: RatchetError) => ({
      result: { status: "failed" as const, error },
      version: null,
      usage: null,
    });
    if (inputJson === "1") return Promise.resolve(failed(new RatchetError("TIME_LIMIT", "too long")));
    if (signal.aborted) return Promise.resolve(failed(new RatchetError("CANCELLED", "stopped")));
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(failed(new RatchetError("CANCELLED", "stopped"))));
    });
  });
  const late = await s.direct.run({ taskId: s.taskId, inputJson: "1" });
  expect(await s.store.executions.get(late.executionId)).toMatchObject({
    status: "failed",
    error: { code: "TIME_LIMIT" },
  });
  const started = new Promise<number>((resolve) => {
    s.store.events.subscribe((events) => {
      const event = events.find(({ type }) => type === "execution.started");
      if (event?.executionId) resolve(event.executionId);
    });
  });
  const running = s.direct.run({ taskId: s.taskId, inputJson: "2" });
  const id = await started;
  while (!s.direct.cancel(id)) await new Promise((resolve) => setImmediate(resolve));
  await running;
  expect(await s.store.executions.get(id)).toMatchObject({ status: "cancelled", outputJson: null });
  expect(s.direct.cancel(id)).toBe(false);
  const abort = new AbortController();
  const aborted = s.direct.run({ taskId: s.taskId, inputJson: "3", signal: abort.signal });
  abort.abort();
  expect((await aborted).outcome.result).toMatchObject({ status: "failed", error: { code: "CANCELLED" } });
});

test("an input that is too large is rejected, and a runner that throws is stored as a failure", async () => {
  await using s = await setUp(() => Promise.reject(new Error("bug")));
  const large = `"${"x".repeat(100)}"`;
  await expect(s.direct.run({ taskId: s.taskId, inputJson: large })).rejects.toMatchObject({ code: "INPUT_LIMIT" });
  const { executionId } = await s.direct.run({ taskId: s.taskId, inputJson: "1" });
  expect(await s.store.executions.get(executionId)).toMatchObject({ status: "failed", error: { code: "INTERNAL" } });
});

test("stopping waits for executions within the grace period, cancels the rest, and accepts no new ones", async () => {
  const gate = Promise.withResolvers<void>();
  await using s = await setUp(async ({ signal, inputJson }) => {
    if (inputJson === "1") await gate.promise;
    else await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return inputJson === "1"
      ? { result: { status: "completed", outputJson: "1" }, version: "1.0.0", usage }
      : { result: { status: "failed", error: signal.reason }, version: null, usage: null };
  });
  const [quick, slow] = ["1", "2"].map((inputJson) => s.direct.run({ taskId: s.taskId, inputJson }));
  while (s.direct.running() < 2) await new Promise((resolve) => setImmediate(resolve));
  const stopped = s.direct.stop(50);
  gate.resolve();
  await expect(s.direct.run({ taskId: s.taskId, inputJson: "3" })).rejects.toMatchObject({ code: "ENVIRONMENT" });
  await stopped;
  expect((await quick)?.outcome.result).toMatchObject({ status: "completed" });
  const cancelled = await s.store.executions.get((await slow)?.executionId ?? 0);
  expect(cancelled).toMatchObject({ status: "cancelled", error: { code: "CANCELLED" } });
});

test("direct executions of a lost process end as failed", async () => {
  await using s = await setUp(() => new Promise(() => {}));
  void s.direct.run({ taskId: s.taskId, inputJson: "1" });
  while ((await s.store.executions.count({ status: ["running"] })) === 0) await new Promise((r) => setImmediate(r));
  await s.store.workers.rescue("w1", 0);
  expect((await s.store.executions.list({}, {})).items).toMatchObject([
    { status: "failed", error: { code: "WORKER_LOST" } },
  ]);
  expect(s.problems()).toEqual([]);
});
