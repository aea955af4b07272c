import { describe, expect } from "bun:test";
import type { History, HistoryCounts, HistoryPeriod } from "../../../../src/store/contract/history.ts";
import { addTask, COMPLETED, FAILED, type Fixture, type StoreTest } from "../fixture.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOTHING_KEPT = { jobs: {}, directExecutions: {}, events: {}, deliveries: {}, firings: {} };

const PERIODS: [HistoryPeriod, stepMs: number, steps: number][] = [
  ["hour", MINUTE, 60],
  ["day", 15 * MINUTE, 96],
  ["week", 2 * HOUR, 84],
];

const total = ({ steps }: History, name: "completed" | "failed" | "enqueued" | "cancelled") =>
  [...steps.values()].reduce((sum, counts) => sum + counts[name], 0);

const read = (s: Fixture, period: HistoryPeriod, more: { taskId?: number; labels?: string[] } = {}) =>
  s.store.stats.history({ period, maxTasks: 10, ...more });

/** Runs jobs to their end, which takes one step of retention as well. */
async function finish(s: Fixture, count: number, taskId = s.taskId, result = COMPLETED): Promise<void> {
  await s.enqueueMany(count, { taskId });
  await s.complete(await s.claim(count), result);
  await s.store.retention.step(NOTHING_KEPT, 10);
}

/** Stats over time. */
export function history(test: StoreTest): void {
  describe("history", () => {
    test("counts what was created and what ended, how long it waited and how long it ran", async (s) => {
      await s.enqueueMany(4);
      s.clock.advance(500);
      const claimed = await s.claim(4);
      const durations = [3, 3, 80, 7_000];
      const finished = claimed.map((one, n) =>
        s.attempt(one, n === 3 ? FAILED : COMPLETED, {
          usage: { durationMs: durations[n] ?? 0, cpuMs: 1, peakMemoryBytes: 1, fetchCount: 0, fetchBytes: 0 },
        }),
      );
      await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      for (const [period, stepMs, steps] of PERIODS) {
        const found = await read(s, period);
        expect([found.stepMs, found.to - found.from]).toEqual([stepMs, steps * stepMs]);
        expect([found.to > s.clock.now(), found.to - stepMs <= s.clock.now()]).toEqual([true, true]);
        expect([...found.steps.keys()]).toEqual([found.to - stepMs]);
        const counts = [...found.steps.values()][0] as HistoryCounts;
        expect(counts).toMatchObject({ enqueued: 4, completed: 3, failed: 1, cancelled: 0, waits: 4, waitMs: 2_000 });
        expect(counts.runMs).toBe(7_086);
        expect(counts.runTimes.filter((count) => count > 0)).toEqual([2, 1, 1]);
        expect(found.tasks).toEqual([{ taskId: s.taskId, counts }]);
      }
    });

    test("has direct executions, and jobs that are cancelled while they run", async (s) => {
      const direct = { taskId: s.taskId, version: null, inputJson: "1", workerId: "w1" };
      const id = await s.store.executions.startDirect(direct);
      const at = s.clock.now();
      const end = { id, taskId: s.taskId, version: "1.0.0", startedAt: at, finishedAt: at, usage: null, logs: [] };
      await s.store.executions.finishDirect({ ...end, result: { status: "completed", outputJson: "2" } });
      const { job } = await s.enqueue();
      await s.claimOne();
      await s.store.jobs.cancel(job.id);
      const found = await read(s, "hour");
      expect([total(found, "enqueued"), total(found, "completed"), total(found, "cancelled")]).toEqual([1, 1, 1]);
    });

    test("is read for one task, or for tasks whose labels match", async (s) => {
      const other = await addTask(s.store, "other");
      await finish(s, 3);
      await finish(s, 5, other, FAILED);
      expect((await read(s, "hour")).tasks.map(({ taskId }) => taskId)).toEqual([other, s.taskId]);
      expect(total(await read(s, "hour", { taskId: s.taskId }), "completed")).toBe(3);
      expect(total(await read(s, "hour", { labels: ["oth*"] }), "failed")).toBe(5);
      expect(total(await read(s, "hour", { labels: ["none"] }), "failed")).toBe(0);
      const [first, ...rest] = (await s.store.stats.history({ period: "day", maxTasks: 1 })).tasks;
      expect([first?.taskId, rest.length]).toEqual([other, 0]);
    });

    test("counts everything once while it is condensed, however long ago it was", async (s) => {
      const ended: number[] = [];
      for (const pause of [0, 20 * MINUTE, 40 * MINUTE, 3 * HOUR, 7 * HOUR, 15 * HOUR, 30 * HOUR, 60 * HOUR, MINUTE]) {
        s.clock.advance(pause);
        await finish(s, 2);
        ended.push(s.clock.now(), s.clock.now());
        for (const [period] of PERIODS) {
          const found = await read(s, period);
          expect([period, total(found, "completed")]).toEqual([period, ended.filter((at) => at >= found.from).length]);
          for (const [at, counts] of found.steps) {
            const inStep = ended.filter((time) => time >= at && time < at + found.stepMs);
            expect([period, at, counts.completed]).toEqual([period, at, inStep.length]);
          }
        }
      }
      s.clock.advance(16 * DAY);
      await s.store.retention.step(NOTHING_KEPT, 10);
      for (const [period] of PERIODS) expect(total(await read(s, period), "completed")).toBe(0);
    });

    test("keeps what was counted when jobs are deleted", async (s) => {
      await finish(s, 4);
      s.clock.advance(MINUTE);
      await s.store.retention.step({ ...NOTHING_KEPT, jobs: { completed: { maxAgeMs: 1 } } }, 10);
      expect((await s.store.stats.read()).jobs.completed).toBe(0);
      expect(total(await read(s, "hour"), "completed")).toBe(4);
    });
  });
}
