import { describe, expect } from "bun:test";
import { registerWorker, type StoreTest } from "../fixture.ts";

/** The order of claims, and what a claim says. */
export function claiming(test: StoreTest): void {
  describe("claiming", () => {
    test("takes critical jobs first, and within a priority the oldest", async (s) => {
      const ids: Record<string, number> = {};
      for (const name of ["low", "normal", "high", "critical", "critical 2"] as const) {
        const priority = name === "critical 2" ? "critical" : name;
        ids[name] = (await s.enqueue({ priority })).job.id;
        s.clock.advance(1);
      }
      const expected = ["critical", "critical 2", "high", "normal", "low"].map((name) => ids[name]);
      expect((await s.claim(10)).map(({ job }): number | undefined => job.id)).toEqual(expected);
    });

    test("ranks a job one priority higher for each minute of waiting, so that low ones are not starved", async (s) => {
      const low = await s.enqueue({ priority: "low" });
      s.clock.advance(179_999);
      const critical = await s.enqueue({ priority: "critical" });
      s.clock.advance(2);
      const later = await s.enqueue({ priority: "critical" });
      expect((await s.claim(3)).map(({ job }) => job.id)).toEqual([critical.job.id, low.job.id, later.job.id]);
    });

    test("does not let a time in the past jump the line", async (s) => {
      const first = await s.enqueue();
      s.clock.advance(1);
      const pushy = await s.enqueue({ runAt: 0 });
      expect((await s.claim(2)).map(({ job }) => job.id)).toEqual([first.job.id, pushy.job.id]);
    });

    test("leaves a delayed job until its time, and says when that is", async (s) => {
      const due = s.clock.now() + 5_000;
      const { job } = await s.enqueue({ runAt: due, priority: "critical" });
      const request = { workerId: "w1", finished: [], capacity: 1 };
      expect(await s.store.jobs.completeAndClaim(request)).toMatchObject({ claimed: [], nextDueAt: due });
      s.clock.advance(4_999);
      expect(await s.claim(1)).toEqual([]);
      s.clock.advance(1);
      expect((await s.claimOne()).job.id).toBe(job.id);
      expect((await s.store.jobs.completeAndClaim(request)).nextDueAt).toBeNull();
    });

    test("makes the job processing, counts the attempt and starts its execution", async (s) => {
      const { job } = await s.enqueue({ inputJson: "[1]" });
      s.clock.advance(40);
      const claimed = await s.claimOne();
      expect(claimed.job).toMatchObject({
        id: job.id,
        status: "processing",
        inputJson: "[1]",
        attempts: 1,
        workerId: "w1",
        startedAt: s.clock.now(),
        executionId: claimed.executionId,
      });
      expect(claimed.claim).toBe(1);
      expect(await s.store.jobs.get(job.id)).toEqual(claimed.job);
      expect(await s.store.executions.get(claimed.executionId)).toMatchObject({
        jobId: job.id,
        taskId: s.taskId,
        status: "running",
        attempt: 1,
        workerId: "w1",
        queueWaitMs: 40,
        startedAt: s.clock.now(),
        inputJson: "[1]",
        outputJson: null,
      });
    });

    test("takes as many as the worker has room for, and each once", async (s) => {
      const ids = await s.enqueueMany(70);
      const first = await s.claim(50);
      const second = await s.claim(50);
      expect([first.length, second.length]).toEqual([50, 20]);
      expect(new Set([...first, ...second].map(({ job }) => job.id))).toEqual(new Set(ids));
    });

    test("gives nothing to a worker that is not registered", async (s) => {
      await s.enqueue();
      const request = { workerId: "stranger", finished: [], capacity: 1 };
      expect(await s.store.jobs.completeAndClaim(request)).toMatchObject({ known: false, claimed: [] });
      await registerWorker(s.store, "stranger");
      expect(await s.store.jobs.completeAndClaim(request)).toMatchObject({ known: true, claimed: [{ claim: 1 }] });
    });

    test("gives nothing to a worker without room", async (s) => {
      await s.enqueue();
      const result = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 0 });
      expect(result).toMatchObject({ known: true, claimed: [], lost: [] });
    });
  });
}
