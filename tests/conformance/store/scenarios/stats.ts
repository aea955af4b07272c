import { describe, expect } from "bun:test";
import { addTask, COMPLETED, FAILED, type StoreTest } from "../fixture.ts";

/** Counts and durations. */
export function stats(test: StoreTest): void {
  describe("stats", () => {
    test("count jobs and executions by status, over all tasks and for each", async (s) => {
      const other = await addTask(s.store, "other");
      await s.enqueueMany(4);
      const claimed = await s.claim(3);
      await s.complete(claimed.slice(0, 1), COMPLETED);
      await s.complete(claimed.slice(1, 2), FAILED);
      await s.enqueueMany(2, { taskId: other });
      const rest = { sleeping: 0, paused: 0, needs_attention: 0 };
      const none = { pending: 0, running: 0, ...rest, completed: 0, failed: 0, cancelled: 0 };
      const own = {
        jobs: { queued: 1, processing: 1, retrying: 0, ...rest, completed: 1, failed: 1, cancelled: 0 },
        executions: { ...none, running: 1, completed: 1, failed: 1 },
        meanDurationMs: 1,
      };
      expect(await s.store.stats.read({ taskId: s.taskId })).toEqual(own);
      expect(await s.store.stats.read()).toEqual({ ...own, jobs: { ...own.jobs, queued: 3 } });
      const many = await s.store.stats.readMany([s.taskId, other, 999_999]);
      expect(many.get(s.taskId)).toEqual(own);
      expect(many.get(other)).toMatchObject({ jobs: { queued: 2 }, executions: none, meanDurationMs: null });
      expect(many.get(999_999)).toMatchObject({ jobs: { queued: 0 } });
    });

    test("give the mean duration of completed executions only", async (s) => {
      await s.enqueueMany(3);
      const claimed = await s.claim(3);
      const usage = (durationMs: number) => ({
        durationMs,
        cpuMs: 1,
        peakMemoryBytes: 1,
        fetchCount: 0,
        fetchBytes: 0,
      });
      const finished = claimed.map((one, n) =>
        s.attempt(one, n === 2 ? FAILED : COMPLETED, { usage: usage([1, 4, 100][n] ?? 0) }),
      );
      await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      expect((await s.store.stats.read()).meanDurationMs).toBe(2.5);
    });

    test("say how long the oldest ready job has waited", async (s) => {
      expect(await s.store.stats.oldestReadyMs()).toBeNull();
      await s.enqueue({ runAt: s.clock.now() + 60_000 });
      expect(await s.store.stats.oldestReadyMs()).toBeNull();
      await s.enqueue();
      s.clock.advance(300);
      expect(await s.store.stats.oldestReadyMs()).toBe(300);
    });
  });
}
