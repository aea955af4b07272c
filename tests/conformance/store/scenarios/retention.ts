import { describe, expect } from "bun:test";
import type { RetentionPolicy } from "../../../../src/store/contract/retention.ts";
import { COMPLETED, FAILED, type Fixture, type StoreTest } from "../fixture.ts";

function policy(jobs: RetentionPolicy["jobs"], more: Partial<RetentionPolicy> = {}): RetentionPolicy {
  return { jobs, directExecutions: {}, events: {}, deliveries: {}, firings: {}, ...more };
}

/** Runs jobs to their end, with a console line each; every fifth fails. */
async function finishJobs(s: Fixture, count: number): Promise<void> {
  await s.enqueueMany(count);
  const claimed = await s.claim(count);
  const finished = claimed.map((one, n) =>
    s.attempt(one, n % 5 === 4 ? FAILED : COMPLETED, { logs: [s.line("line")] }),
  );
  await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
}

/** What is deleted when its time is over. */
export function retention(test: StoreTest): void {
  describe("retention", () => {
    test("deletes jobs by age and by number, for each status, a step at a time", async (s) => {
      await finishJobs(s, 50);
      s.clock.advance(60_000);
      await finishJobs(s, 50);
      const rules = policy({ completed: { maxAgeMs: 30_000 }, failed: { maxCount: 5 } });
      expect(await s.store.retention.step(rules, 10)).toMatchObject({ jobs: 20, more: true });
      while ((await s.store.retention.step(rules, 10)).more);
      expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 40, failed: 5 });
      // The latest failed ones are kept.
      const { items } = await s.store.jobs.list({ status: ["failed"] }, {});
      expect(items.every(({ finishedAt }) => finishedAt === s.clock.now())).toBe(true);
      expect(await s.store.executions.count({})).toBe(45);
    });

    test("leaves unfinished jobs, and everything that no rule covers", async (s) => {
      await finishJobs(s, 10);
      await s.enqueue();
      s.clock.advance(1e9);
      await s.store.retention.step(policy({ completed: { maxAgeMs: 0, maxCount: 0 } }), 100);
      expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0, failed: 2, queued: 1 });
    });

    test("deletes direct executions and events by number and age", async (s) => {
      const ids: number[] = [];
      for (let n = 0; n < 6; n++) {
        const direct = { taskId: s.taskId, version: null, inputJson: "1", workerId: "w1" };
        const id = await s.store.executions.startDirect(direct);
        ids.push(id);
        const at = s.clock.now();
        const end = { id, taskId: s.taskId, version: "1.0.0", startedAt: at, finishedAt: at, usage: null, logs: [] };
        const result = { status: "completed", outputJson: "2" } as const;
        if (n > 0) await s.store.executions.finishDirect({ ...end, result });
        s.clock.advance(1_000);
      }
      const rules = policy({}, { directExecutions: { maxCount: 3 }, events: { maxAgeMs: 2_500 } });
      expect(await s.store.retention.step(rules, 100)).toMatchObject({ executions: 3 });
      const { items } = await s.store.executions.list({}, {});
      // The first still runs.
      expect(new Set(items.map(({ id }) => id))).toEqual(new Set([0, 4, 5].map((n) => ids[n] ?? 0)));
      const events = await s.store.events.since(0, 1_000);
      expect(events.length).toBeGreaterThan(0);
      expect(events.every(({ time }) => time >= s.clock.now() - 2_500)).toBe(true);
      expect((await s.store.events.bounds()).first).toBe(events[0]?.id ?? 0);
    });

    test("drops recordings by age and by their total size, and says why", async (s) => {
      const ids: number[] = [];
      for (let n = 0; n < 6; n++) {
        const direct = { taskId: s.taskId, version: null, inputJson: "1", workerId: "w1" };
        const id = await s.store.executions.startDirect(direct);
        ids.push(id);
        const at = s.clock.now();
        const end = { id, taskId: s.taskId, version: "1.0.0", startedAt: at, finishedAt: at, usage: null, logs: [] };
        const recording = n === 5 ? undefined : { content: new Uint8Array(100), reason: null };
        const result = { status: "completed", outputJson: "2" } as const;
        await s.store.executions.finishDirect({ ...end, result, recording });
        s.clock.advance(1_000);
      }
      const kept = async () => {
        const found = await Promise.all(ids.map((id) => s.store.executions.recording(id)));
        return found.map((one) => (one === undefined ? "none" : (one.content?.byteLength ?? "dropped")));
      };
      expect(await kept()).toEqual([100, 100, 100, 100, 100, "none"]);
      await s.store.retention.step(policy({}, { recordings: { maxAgeMs: 4_500 } }), 10);
      expect(await kept()).toEqual(["dropped", "dropped", 100, 100, 100, "none"]);
      await s.store.retention.step(policy({}, { recordings: { maxBytes: 200 } }), 10);
      expect(await kept()).toEqual(["dropped", "dropped", "dropped", 100, 100, "none"]);
      const reasons = await Promise.all(ids.slice(1, 3).map((id) => s.store.executions.recording(id)));
      expect(reasons.map((one) => one?.reason)).toEqual([
        expect.stringContaining("retention time"),
        expect.stringContaining("retention.recordings.max_size"),
      ]);
      await s.store.retention.step(policy({}, { directExecutions: { maxCount: 0 } }), 10);
      expect(await kept()).toEqual(ids.map(() => "none"));
    });

    test("deletes the records of old firings, but not their jobs or what is buffered", async (s) => {
      const timing = { kind: "every", everyMs: 1_000 } as const;
      const schedule = { name: "secondly", taskId: s.taskId, inputJson: "{}", timing };
      const { id } = await s.store.schedules.create(schedule, () => null);
      await s.store.schedules.backfill(id, [1_000, 2_000], "buffer_all");
      s.clock.advance(5_000);
      const rules = policy({}, { firings: { maxAgeMs: 1_000 } });
      expect(await s.store.retention.step(rules, 100)).toMatchObject({ firings: 1 });
      const firings = await s.store.schedules.firings(id, 10);
      expect(firings.map(({ fireAt, status }) => [fireAt, status])).toEqual([[2_000, "buffered"]]);
      expect(await s.store.jobs.count({ scheduleId: id })).toBe(1);
    });

    test("finds old jobs behind those of a time when the clock was wrong", async (s) => {
      const start = s.clock.now();
      s.clock.jumpTo(start + 1e12);
      await finishJobs(s, 10);
      s.clock.jumpTo(start);
      await finishJobs(s, 10);
      s.clock.advance(60_000);
      await s.store.retention.step(policy({ completed: { maxAgeMs: 30_000 } }), 100);
      expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 8 });
      await s.store.retention.step(policy({ completed: { maxCount: 0 } }), 100);
      expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0 });
    });
  });
}
