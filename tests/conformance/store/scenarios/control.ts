import { describe, expect } from "bun:test";
import { addTask, type StoreTest } from "../fixture.ts";

/** Pauses and limits as they are set and read, and disabled tasks. */
export function control(test: StoreTest): void {
  describe("a pause", () => {
    test("is listed with its note until it is lifted, and pausing again replaces the note", async (s) => {
      const pausedAt = s.clock.now();
      await s.store.control.pause("all", "maintenance");
      await s.store.control.pause({ taskId: s.taskId }, null);
      s.clock.advance(5);
      await s.store.control.pause({ taskId: s.taskId }, "later");
      const pauses = await s.store.control.pauses();
      expect(pauses).toHaveLength(2);
      expect(pauses).toContainEqual({ scope: "all", note: "maintenance", pausedAt });
      expect(pauses).toContainEqual({ scope: { taskId: s.taskId }, note: "later", pausedAt });
      expect(await s.store.control.resume("all")).toBe(true);
      expect(await s.store.control.resume("all")).toBe(false);
      expect(await s.store.control.pauses()).toHaveLength(1);
    });

    test("of the whole queue holds everything back", async (s) => {
      await s.store.control.pause("all", null);
      await s.enqueueMany(2);
      expect(await s.claim(5)).toEqual([]);
      await s.store.control.resume("all");
      expect((await s.claim(5)).length).toBe(2);
    });

    test("of a task holds back its jobs, however many, and lets all of them go", async (s) => {
      const other = await addTask(s.store, "other");
      await s.store.control.pause({ taskId: s.taskId }, "maintenance");
      await s.enqueueMany(1_500);
      const [free = 0] = await s.enqueueMany(1, { taskId: other });
      expect((await s.claimOne()).job.id).toBe(free);
      expect(await s.store.control.resume({ taskId: s.taskId })).toBe(true);
      expect(await s.store.control.resume({ taskId: s.taskId })).toBe(false);
      let total = 0;
      for (let claimed = await s.claim(1_000); claimed.length > 0; claimed = await s.claim(1_000)) {
        total += claimed.length;
      }
      expect(total).toBe(1_500);
    });

    test("does not stop jobs that run", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      await s.store.control.pause({ taskId: s.taskId }, null);
      expect((await s.complete(claimed)).lost).toEqual([]);
      expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "completed" });
    });
  });

  describe("limits", () => {
    test("are listed as they were set, and removed by null", async (s) => {
      const { control: controls } = s.store;
      await controls.setLimits("any key", { concurrency: 2 });
      await controls.setLimits({ key: "wide" }, { concurrency: 4, rate: { count: 10, periodMs: 60_000 } });
      await controls.setLimits({ taskId: s.taskId }, { concurrency: 9 });
      await controls.setLimits({ taskId: s.taskId }, { rate: { count: 1, periodMs: 1_000 } });
      const limits = await controls.limits();
      expect(limits).toHaveLength(3);
      expect(limits).toContainEqual({ scope: "any key", limits: { concurrency: 2 } });
      expect(limits).toContainEqual({
        scope: { key: "wide" },
        limits: { concurrency: 4, rate: { count: 10, periodMs: 60_000 } },
      });
      expect(limits).toContainEqual({ scope: { taskId: s.taskId }, limits: { rate: { count: 1, periodMs: 1_000 } } });
      await controls.setLimits("any key", null);
      await controls.setLimits({ key: "wide" }, null);
      await controls.setLimits({ taskId: s.taskId }, null);
      expect(await controls.limits()).toEqual([]);
    });

    test("are kept for keys that look like something else", async (s) => {
      const keys = ["all", "any key", "any-key", "task:1", "key:x", "a:b:c", " ", "%", "\u{1f511}"];
      for (const [index, key] of keys.entries()) await s.store.control.setLimits({ key }, { concurrency: index + 1 });
      const limits = await s.store.control.limits();
      expect(limits).toHaveLength(keys.length);
      for (const [index, key] of keys.entries()) {
        expect(limits).toContainEqual({ scope: { key }, limits: { concurrency: index + 1 } });
      }
      await s.enqueueMany(5, { concurrencyKey: "task:1" });
      expect((await s.claim(10)).length).toBe(4);
    });
  });

  describe("a disabled task", () => {
    test("keeps its jobs until it is enabled", async (s) => {
      expect(await s.store.tasks.setEnabled(s.taskId, false)).toMatchObject({ enabled: false });
      const { job } = await s.enqueue();
      expect(await s.claim(5)).toEqual([]);
      expect(await s.store.jobs.explain(job.id)).toMatchObject({ reason: "task_disabled" });
      await s.store.tasks.setEnabled(s.taskId, true);
      expect((await s.claimOne()).job.id).toBe(job.id);
    });
  });
}
