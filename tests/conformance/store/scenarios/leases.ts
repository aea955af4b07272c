import { describe, expect } from "bun:test";
import { MAX_RESCUES } from "../../../../src/domain/job.ts";
import { COMPLETED, registerWorker, type StoreTest } from "../fixture.ts";

/** Workers, their leases, and what becomes of the jobs of a lost one. */
export function leases(test: StoreTest): void {
  describe("a worker", () => {
    test("is listed with its beat, which rises", async (s) => {
      const [registered] = await s.store.workers.list();
      expect(registered).toMatchObject({ id: "w1", host: "test", pid: 1, processStart: "1", leaseMs: 15_000, beat: 0 });
      s.clock.advance(1_000);
      expect(await s.store.workers.beat("w1")).toEqual({ alive: true, jobIds: [], others: [] });
      const [beaten] = await s.store.workers.list();
      expect(beaten?.beat).toBeGreaterThan(registered?.beat ?? 0);
      expect(beaten?.beatAt).toBe(s.clock.now());
    });

    test("learns from its beat which jobs it holds, and who else there is", async (s) => {
      await registerWorker(s.store, "w2");
      const [id] = await s.enqueueMany(1);
      await s.claimOne();
      const beat = await s.store.workers.beat("w1");
      expect(beat).toMatchObject({ alive: true, jobIds: [id ?? 0] });
      expect(beat.others.map((other) => other.id)).toEqual(["w2"]);
      expect(await s.store.workers.beat("w2")).toMatchObject({ alive: true, jobIds: [] });
      expect(await s.store.workers.beat("stranger")).toMatchObject({ alive: false, jobIds: [] });
    });

    test("is forgotten when it stops, unless it holds jobs", async (s) => {
      await s.enqueue();
      const claimed = await s.claimOne();
      await s.store.workers.remove("w1");
      expect((await s.store.workers.list()).map(({ id }) => id)).toEqual(["w1"]);
      await s.complete(claimed);
      await s.store.workers.remove("w1");
      expect(await s.store.workers.list()).toEqual([]);
    });
  });

  describe("a rescue", () => {
    test("does nothing to a worker that has beaten since", async (s) => {
      const { job } = await s.enqueue();
      await s.claimOne();
      await s.store.workers.beat("w1");
      expect(await s.store.workers.rescue("w1", 0)).toEqual({ rescued: [], failed: [] });
      expect(await s.store.workers.beat("w1")).toMatchObject({ alive: true, jobIds: [job.id] });
    });

    test("requeues jobs without using up a retry, until they were lost too often", async (s) => {
      const { job } = await s.enqueue();
      for (let loss = 0; loss <= MAX_RESCUES; loss++) {
        const claimed = await s.claimOne();
        expect(claimed.claim).toBe(loss + 1);
        const result = await s.store.workers.rescue("w1", 0);
        const isLast = loss === MAX_RESCUES;
        expect(result).toEqual({ rescued: isLast ? [] : [job.id], failed: isLast ? [job.id] : [] });
        await registerWorker(s.store);
        s.clock.advance(10_000);
        // The fence: what the lost worker still writes changes nothing.
        expect((await s.complete(claimed)).lost).toEqual([job.id]);
      }
      expect(await s.store.jobs.get(job.id)).toMatchObject({
        status: "failed",
        attempts: MAX_RESCUES + 1,
        retries: 0,
        rescues: MAX_RESCUES,
        error: { code: "WORKER_LOST" },
      });
      const executions = await s.store.jobs.executions(job.id);
      expect(executions.map(({ status, error }) => [status, error?.code])).toEqual(
        Array.from({ length: MAX_RESCUES + 1 }, () => ["failed", "WORKER_LOST"]),
      );
    });

    test("fences the reports of the lost worker, also after another has claimed the job", async (s) => {
      const { job } = await s.enqueue();
      const old = await s.claimOne();
      await s.store.workers.rescue("w1", 0);
      await registerWorker(s.store, "w2");
      const current = await s.claimOne("w2");
      await s.store.jobs.report([{ claimed: old, progress: "old", logs: [s.line("old")], firstLog: 0 }]);
      expect((await s.store.jobs.get(job.id))?.progress).toBeNull();
      expect(await s.store.executions.logs(old.executionId, 10)).toEqual([]);
      expect((await s.complete(old)).lost).toEqual([job.id]);
      expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "processing", workerId: "w2" });
      const finished = [s.attempt(current, COMPLETED)];
      expect((await s.store.jobs.completeAndClaim({ workerId: "w2", finished, capacity: 0 })).lost).toEqual([]);
    });

    test("makes the lost worker register again before it gets jobs", async (s) => {
      await s.enqueue();
      await s.store.workers.rescue("w1", 0);
      expect(await s.store.workers.beat("w1")).toMatchObject({ alive: false, jobIds: [] });
      const request = { workerId: "w1", finished: [], capacity: 1 };
      expect(await s.store.jobs.completeAndClaim(request)).toMatchObject({ known: false, claimed: [] });
      await registerWorker(s.store);
      expect((await s.claimOne()).claim).toBe(1);
    });

    test("fails the direct executions of the worker", async (s) => {
      const direct = { taskId: s.taskId, version: null, inputJson: "1", workerId: "w1" };
      const id = await s.store.executions.startDirect(direct);
      await s.store.workers.rescue("w1", 0);
      expect(await s.store.executions.get(id)).toMatchObject({ status: "failed", error: { code: "WORKER_LOST" } });
    });
  });
}
