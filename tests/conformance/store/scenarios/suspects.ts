import { describe, expect } from "bun:test";
import { type Fixture, registerWorker, type StoreTest } from "../fixture.ts";

/** The worker's process dies with everything that it was running, and starts again. */
async function die(s: Fixture): Promise<number[]> {
  const { failed } = await s.store.workers.rescue("w1", 0);
  await registerWorker(s.store);
  return failed;
}

/** Jobs that were running whenever a process died. */
export function suspects(test: StoreTest): void {
  describe("suspects", () => {
    test("run in smaller and smaller groups, until the one to blame is found", async (s) => {
      const ids: number[] = [];
      for (let n = 0; n < 20; n++) {
        ids.push((await s.enqueue()).job.id);
        s.clock.advance(1);
      }
      const [killer = 0] = ids;
      const groups: number[] = [];
      let failed: number[] = [];
      while (failed.length === 0) {
        // None of them runs in the first moments of a process.
        if (groups.length >= 2) expect(await s.claim(100)).toEqual([]);
        s.clock.advance(10_000);
        const claimed = await s.claim(100);
        expect(claimed.map(({ job }) => job.id)).toContain(killer);
        groups.push(claimed.length);
        if (claimed.length === 8) {
          expect(await s.store.jobs.explain(ids[8] ?? 0)).toMatchObject({
            reason: "suspect",
            ahead: 0,
            limit: 8,
            running: 8,
          });
        }
        failed = await die(s);
      }
      expect(failed).toEqual([killer]);
      expect(groups).toEqual([20, 20, 20, 8, 9, 5]);
      s.clock.advance(10_000);
      // A job that was never there is not held up.
      const { job: fresh } = await s.enqueue();
      const finished: number[] = [];
      for (let claimed = await s.claim(9); claimed.length > 0; claimed = await s.claim(9)) {
        expect(claimed.length).toBeLessThanOrEqual(finished.length === 0 ? 2 : 1);
        finished.push(...claimed.map(({ job }) => job.id));
        await s.complete(claimed);
      }
      expect(new Set(finished)).toEqual(new Set([...ids.slice(1), fresh.id]));
    });

    test("that run for long hold up others for ten seconds only", async (s) => {
      await s.enqueueMany(3);
      for (let death = 1; death <= 4; death++) {
        await s.claim(10);
        await die(s);
        s.clock.advance(10_000);
      }
      expect((await s.claim(10)).length).toBe(1);
      const { claimed, nextDueAt } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 9 });
      expect(claimed).toEqual([]);
      expect(nextDueAt).toBe(s.clock.now() + 10_000);
      s.clock.advance(10_001);
      expect((await s.claim(10)).length).toBe(1);
      expect((await s.claim(10)).length).toBe(0);
    });
  });
}
