import { describe, expect } from "bun:test";
import { addTask, type StoreTest } from "../fixture.ts";

/** Concurrency, rates, and the keys and tasks that they apply to. */
export function lanes(test: StoreTest): void {
  describe("a concurrency key", () => {
    test("lets one job through at a time, in order, without holding up others", async (s) => {
      const keyed: number[] = [];
      for (let n = 0; n < 50; n++) {
        keyed.push((await s.enqueue({ concurrencyKey: "customer-1" })).job.id);
        s.clock.advance(1);
      }
      const free = await s.enqueueMany(3);
      let claimed = await s.claim(10);
      expect(new Set(claimed.map(({ job }) => job.id))).toEqual(new Set([keyed[0] ?? 0, ...free]));
      const order: number[] = [];
      while (claimed.length > 0) {
        order.push(...claimed.map(({ job }) => job.id).filter((id) => keyed.includes(id)));
        await s.complete(claimed);
        claimed = await s.claim(10);
        expect(claimed.length).toBeLessThanOrEqual(1);
      }
      expect(order).toEqual(keyed);
    });

    test("keeps its place for jobs of any task, and gives it up when the next job is held back elsewhere", async (s) => {
      const other = await addTask(s.store, "other");
      await s.enqueue({ concurrencyKey: "k" });
      const first = await s.claimOne();
      await s.enqueueMany(3, { concurrencyKey: "k" });
      s.clock.advance(1);
      const { job: behind } = await s.enqueue({ concurrencyKey: "k", taskId: other });
      expect(await s.claim(10)).toEqual([]);
      await s.store.control.pause({ taskId: s.taskId }, null);
      await s.complete(first);
      expect((await s.claimOne()).job.id).toBe(behind.id);
    });
  });

  describe("limits", () => {
    test("on the concurrency of a task hold, and let in as many as have finished", async (s) => {
      await s.store.control.setLimits({ taskId: s.taskId }, { concurrency: 3 });
      await s.enqueueMany(10);
      const first = await s.claim(10);
      expect(first.length).toBe(3);
      expect((await s.claim(10)).length).toBe(0);
      await s.complete(first.slice(0, 2));
      expect((await s.claim(10)).length).toBe(2);
      await s.store.control.setLimits({ taskId: s.taskId }, null);
      expect((await s.claim(10)).length).toBe(5);
    });

    test("of a key, of any key and of the task hold together", async (s) => {
      await s.store.control.setLimits("any key", { concurrency: 2 });
      await s.store.control.setLimits({ key: "wide" }, { concurrency: 4 });
      for (const concurrencyKey of ["wide", "narrow", "*"]) await s.enqueueMany(5, { concurrencyKey });
      const claimed = await s.claim(20);
      const count = (key: string) => claimed.filter(({ job }) => job.concurrencyKey === key).length;
      expect([count("wide"), count("narrow"), count("*")]).toEqual([4, 2, 2]);
      await s.complete(claimed);
      await s.store.control.setLimits({ taskId: s.taskId }, { concurrency: 1 });
      expect((await s.claim(20)).length).toBe(1);
    });

    test("on a rate let a burst through, then one job for each part of the period, and say when", async (s) => {
      await s.store.control.setLimits({ taskId: s.taskId }, { rate: { count: 5, periodMs: 1_000 } });
      await s.enqueueMany(12);
      const burst = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 20 });
      expect(burst.claimed.length).toBe(5);
      expect(burst.nextDueAt).toBe(s.clock.now() + 200);
      s.clock.advance(199);
      expect((await s.claim(20)).length).toBe(0);
      s.clock.advance(1);
      expect((await s.claim(20)).length).toBe(1);
      let left = 6;
      for (let ms = 0; ms < 1_200; ms += 100) {
        s.clock.advance(100);
        left -= (await s.claim(20)).length;
      }
      expect(left).toBe(0);
    });

    test("on a rate survive a clock that jumps forward and back", async (s) => {
      await s.store.control.setLimits({ taskId: s.taskId }, { rate: { count: 1, periodMs: 1_000 } });
      const start = s.clock.now();
      await s.enqueueMany(3);
      expect((await s.claim(5)).length).toBe(1);
      s.clock.jumpTo(start + 365 * 86_400_000);
      expect((await s.claim(5)).length).toBe(1);
      s.clock.jumpTo(start);
      expect((await s.claim(5)).length).toBe(0);
      // A beat looks again at lanes whose time was set by a clock that was ahead.
      await s.store.workers.beat("w1");
      s.clock.advance(1_001);
      await s.store.workers.beat("w1");
      expect((await s.claim(5)).length).toBe(1);
    });
  });
}
