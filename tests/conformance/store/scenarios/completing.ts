import { describe, expect } from "bun:test";
import type { AttemptResult } from "../../../../src/store/contract/jobs.ts";
import { COMPLETED, FAILED, type StoreTest } from "../fixture.ts";

const ERROR = { code: "TASK_FAILED", message: "no" };

/** What each attempt result does to its job and its execution. */
export function completing(test: StoreTest): void {
  describe("an attempt result", () => {
    test("completes the job, and keeps what the attempt used", async (s) => {
      await s.enqueue({ inputJson: '{"num1":5}' });
      const claimed = await s.claimOne();
      s.clock.advance(7);
      const usage = { durationMs: 1.5, peakMemoryBytes: 2_000_000, fetchCount: 2, fetchBytes: 512, cpuMs: 0.7 };
      const finished = [s.attempt(claimed, COMPLETED, { usage })];
      const result = await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      expect(result.lost).toEqual([]);
      expect(await s.store.jobs.get(claimed.job.id)).toMatchObject({
        status: "completed",
        finishedAt: s.clock.now(),
        error: null,
        workerId: null,
      });
      expect(await s.store.executions.get(claimed.executionId)).toMatchObject({
        status: "completed",
        version: "1.0.0",
        inputJson: '{"num1":5}',
        outputJson: '{"sum":15}',
        ...usage,
        error: null,
      });
    });

    test("fails the job with its error", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      await s.complete(claimed, FAILED);
      const failed = { status: "failed", finishedAt: s.clock.now(), error: ERROR };
      expect(await s.store.jobs.get(job.id)).toMatchObject({ ...failed, retries: 0 });
      expect(await s.store.executions.get(claimed.executionId)).toMatchObject({ ...failed, outputJson: null });
    });

    test("asks for a retry, which waits for its time and uses one up", async (s) => {
      const { job } = await s.enqueue();
      const runAt = s.clock.now() + 3_000;
      await s.complete(await s.claimOne(), { kind: "retry", error: ERROR, runAt });
      expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "retrying", retries: 1, runAt, error: ERROR });
      expect(await s.store.jobs.explain(job.id)).toMatchObject({ reason: "not_due", until: runAt });
      expect(await s.claim(1)).toEqual([]);
      s.clock.advance(3_000);
      const second = await s.claimOne();
      expect(second).toMatchObject({ claim: 2, job: { status: "processing", attempts: 2, retries: 1 } });
      await s.complete(second);
      expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "completed", retries: 1, error: null });
      const executions = await s.store.jobs.executions(job.id);
      expect(executions.map(({ attempt, status }) => [attempt, status])).toEqual([
        [1, "failed"],
        [2, "completed"],
      ]);
    });

    test("has its backoff counted from now when the clock is set back", async (s) => {
      const { job } = await s.enqueue();
      const { job: planned } = await s.enqueue({ runAt: s.clock.now() + 7_200_000 });
      const claimed = await s.claimOne();
      const start = s.clock.now();
      s.clock.jumpTo(start + 3_600_000);
      await s.complete(claimed, { kind: "retry", error: ERROR, runAt: s.clock.now() + 3_000 });
      s.clock.jumpTo(start);
      await s.store.workers.beat("w1");
      expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "retrying", runAt: start + 3_000 });
      // A time that a user chose stays.
      expect(await s.store.jobs.get(planned.id)).toMatchObject({ runAt: start + 7_200_000 });
      s.clock.advance(3_000);
      expect((await s.claimOne()).job.id).toBe(job.id);
    });

    test("hands the job back, which keeps its place and its retries", async (s) => {
      const { job } = await s.enqueue();
      s.clock.advance(10);
      await s.enqueue();
      const [claimed] = await s.claim(1);
      if (claimed === undefined) throw new Error("nothing was claimed");
      await s.complete(claimed, { kind: "released" });
      expect(await s.store.executions.get(claimed.executionId)).toMatchObject({ status: "cancelled" });
      const [again] = await s.claim(1);
      expect(again?.job).toMatchObject({ id: job.id, attempts: 2, retries: 0, rescues: 0 });
    });

    test("of a cancelled job adds to its execution, and changes nothing else", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      await s.store.jobs.cancel(job.id);
      const logs = [s.line("last words")];
      const finished = [s.attempt(claimed, { kind: "cancelled" }, { logs })];
      const { lost } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      expect(lost).toEqual([]);
      expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "cancelled" });
      const execution = await s.store.executions.get(claimed.executionId);
      expect(execution).toMatchObject({ status: "cancelled", cpuMs: 1, logCount: 1 });
      expect(await s.store.executions.logs(claimed.executionId, 10)).toMatchObject([{ message: "last words" }]);
    });

    test("stores the last progress value", async (s) => {
      const { job } = await s.enqueue();
      const finished = [s.attempt(await s.claimOne(), COMPLETED, { progress: { done: 3 } })];
      await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      expect((await s.store.jobs.get(job.id))?.progress).toEqual({ done: 3 });
    });
  });

  describe("attempt results", () => {
    test("are stored together with the next claims", async (s) => {
      const ids = await s.enqueueMany(4);
      const first = await s.claim(2);
      const finished = first.map((claimed) => s.attempt(claimed, COMPLETED));
      const { claimed } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 2 });
      expect(new Set([...first, ...claimed].map(({ job }) => job.id))).toEqual(new Set(ids));
      expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 2, processing: 2, queued: 0 });
    });

    test("of every kind are stored together as they are alone", async (s) => {
      const runAt = s.clock.now() + 1_000;
      const results: AttemptResult[] = [
        COMPLETED,
        FAILED,
        { kind: "retry", error: ERROR, runAt },
        { kind: "released" },
      ];
      await s.enqueueMany(100);
      const claimed = await s.claim(100);
      const finished = claimed.map((one, index) => s.attempt(one, results[index % results.length] ?? COMPLETED));
      const { lost } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      expect(lost).toEqual([]);
      for (const [index, { job, executionId }] of claimed.entries()) {
        const expected = [
          ["completed", "completed"],
          ["failed", "failed"],
          ["retrying", "failed"],
          ["queued", "cancelled"],
        ][index % results.length];
        const stored = [(await s.store.jobs.get(job.id))?.status, (await s.store.executions.get(executionId))?.status];
        expect<unknown>(stored).toEqual(expected);
      }
    });

    test("leave out the jobs that the worker has lost", async (s) => {
      await s.enqueueMany(64);
      const claimed = await s.claim(64);
      const isStale = (index: number) => index % 20 === 7;
      const finished = claimed.map((one, index) => {
        const attempt = s.attempt(one, { kind: "completed", outputJson: String(index) });
        return isStale(index) ? { ...attempt, claimed: { ...one, claim: one.claim - 1 } } : attempt;
      });
      const stale = claimed.filter((_, index) => isStale(index));
      const { lost } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      expect(new Set(lost)).toEqual(new Set(stale.map(({ job }) => job.id)));
      for (const [index, { job, executionId }] of claimed.entries()) {
        const [status, outputJson] = isStale(index) ? ["processing", null] : ["completed", String(index)];
        expect((await s.store.jobs.get(job.id))?.status as string | undefined).toBe(status ?? "");
        expect((await s.store.executions.get(executionId))?.outputJson).toBe(outputJson ?? null);
      }
      expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 61, processing: 3 });
    });
  });
}
