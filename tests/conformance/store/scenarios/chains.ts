import { describe, expect } from "bun:test";
import type { ChainCondition, NewChain } from "../../../../src/domain/job.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { COMPLETED, FAILED, type Fixture, type StoreTest } from "../fixture.ts";
import { recorded, started } from "../run-steps.ts";

const after = (jobs: NewChain["jobs"], when: ChainCondition = "completed", givesInput = true): { after: NewChain } => ({
  after: { jobs, when, givesInput },
});

const statusOf = async ({ store }: Fixture, id: number) => (await store.jobs.get(id))?.status;

/** Jobs that start after others. */
export function chains(test: StoreTest): void {
  describe("a job after others", () => {
    test("can be claimed when they have ended, in the same transaction, and not before", async (s) => {
      const [first = 0, second = 0] = await s.enqueueMany(2);
      const { job } = await s.enqueue(after([second, first]));
      expect((await s.store.jobs.explain(job.id)).reason).toBe("waiting_for_jobs");
      const [one, two] = await s.claim(3);
      if (one === undefined || two === undefined) throw new Error("two jobs are ready");
      await s.complete(one);
      expect(await s.claim(1)).toEqual([]);
      const finished = [s.attempt(two, COMPLETED)];
      const { claimed } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 1 });
      expect(claimed.map((one) => one.job.id)).toEqual([job.id]);
      expect(JSON.parse(String(claimed[0]?.job.inputJson))).toEqual({
        jobs: [second, first].map((id) => ({ id, status: "completed", output: { sum: 15 }, error: null })),
      });
    });

    test("is cancelled if they have ended otherwise, as are those after it", async (s) => {
      const { job: first } = await s.enqueue();
      const { job: second } = await s.enqueue(after([first.id]));
      const { job: third } = await s.enqueue(after([second.id]));
      const { job: other } = await s.enqueue(after([second.id], "any"));
      await s.complete(await s.claimOne(), FAILED);
      expect((await s.claim(5)).map(({ job }) => job.id)).toEqual([other.id]);
      expect(await statusOf(s, second.id)).toBe("cancelled");
      expect(await statusOf(s, third.id)).toBe("cancelled");
      expect((await s.store.jobs.get(second.id))?.error).toMatchObject({ code: "CANCELLED" });
    });

    test("starts when one of them failed, if it asks for that", async (s) => {
      const { job: first } = await s.enqueue();
      const { job: onFailure } = await s.enqueue(after([first.id], "failed", false));
      await s.complete(await s.claimOne(), FAILED);
      const { job } = await s.claimOne();
      expect([job.id, job.inputJson]).toEqual([onFailure.id, onFailure.inputJson]);
    });

    test("waits for all that were enqueued before it with the same request", async (s) => {
      const plain = { taskId: s.taskId, inputJson: "{}" };
      const created = await s.store.jobs.enqueue([plain, plain, { ...plain, ...after("batch", "any") }]);
      const [one, two, last] = created.map(({ job }) => job.id);
      expect(created[2]?.job.after).toEqual({ jobs: [one ?? 0, two ?? 0], count: 2, when: "any" });
      for (const claimed of await s.claim(3)) await s.complete(claimed, FAILED);
      expect((await s.claimOne()).job.id).toBe(last ?? 0);
    });

    test("finds out about a job that had ended before, and not about one that does not exist", async (s) => {
      const { job: first } = await s.enqueue();
      await s.complete(await s.claimOne());
      const { job } = await s.enqueue(after([first.id]));
      expect((await s.claimOne()).job.id).toBe(job.id);
      expect(await failureOf(s.enqueue(after([999_999])))).toMatchObject({ code: "JOB_NOT_FOUND" });
    });
  });

  describe("a forked run", () => {
    test("begins with what it keeps, and with keys and a seed of its own", async (s) => {
      const { claimed } = await started(s, [recorded(1), recorded(2), recorded(3)]);
      await s.complete(claimed, COMPLETED);
      const { executionId } = claimed;
      const seed = new Uint8Array([7, 7]);
      const journal = { executionId, keep: { below: 3 }, runKey: "another", seed };
      await s.enqueue({ forkedFrom: { executionId, step: "step-3" }, journal });
      const fork = await s.claimOne();
      expect(fork.job).toMatchObject({ runId: fork.executionId, forkedFrom: { executionId, step: "step-3" } });
      const run = await s.store.runs.load(fork.executionId);
      expect(run).toMatchObject({ runKey: "another", seed });
      expect(run?.operations.map(({ number, name }) => [number, name])).toEqual([
        [1_000_001, "step-1"],
        [1_000_002, "step-2"],
      ]);
    });

    test("keeps the steps of a workflow by their labels", async (s) => {
      const labelled = ["a", "b", "c"].map((label, index) => recorded(index + 1, "1", { label }));
      const { claimed } = await started(s, labelled);
      await s.complete(claimed, COMPLETED);
      const { executionId } = claimed;
      const journal = { executionId, keep: { withoutLabels: ["b"] }, runKey: "k", seed: new Uint8Array([1]) };
      await s.enqueue({ forkedFrom: { executionId, step: "b" }, journal });
      const run = await s.store.runs.load((await s.claimOne()).executionId);
      expect(run?.operations.map(({ label }) => label)).toEqual(["a", "c"]);
    });
  });
}
