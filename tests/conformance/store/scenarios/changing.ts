import { describe, expect } from "bun:test";
import type { BulkResult, BulkStep } from "../../../../src/store/contract/jobs.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { COMPLETED, FAILED, type Fixture, type StoreTest } from "../fixture.ts";

const UNKNOWN = 999_999;

/** What people do to jobs: cancel, retry, change and delete them, one at a time or in bulk. */
export function changing(test: StoreTest): void {
  describe("cancelling", () => {
    test("ends a waiting job", async (s) => {
      const { job } = await s.enqueue();
      expect(await s.store.jobs.cancel(job.id)).toMatchObject({ status: "cancelled", finishedAt: s.clock.now() });
      expect(await s.claim(5)).toEqual([]);
    });

    test("ends a running job and its execution, and fences its worker", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      expect(await s.store.jobs.cancel(job.id)).toMatchObject({ status: "cancelled", workerId: null });
      expect(await s.store.executions.get(claimed.executionId)).toMatchObject({
        status: "cancelled",
        error: { code: "CANCELLED" },
      });
      expect((await s.complete(claimed)).lost).toEqual([job.id]);
      expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "cancelled" });
    });

    test("makes room in the lanes of the job", async (s) => {
      const [first = 0] = await s.enqueueMany(1, { concurrencyKey: "k" });
      await s.claimOne();
      const [second = 0] = await s.enqueueMany(1, { concurrencyKey: "k" });
      expect(await s.claim(5)).toEqual([]);
      await s.store.jobs.cancel(first);
      expect((await s.claimOne()).job.id).toBe(second);
    });

    test("rejects finished and unknown jobs", async (s) => {
      const { job } = await s.enqueue();
      await s.complete(await s.claimOne());
      expect(await failureOf(s.store.jobs.cancel(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      expect(await failureOf(s.store.jobs.cancel(UNKNOWN))).toMatchObject({ code: "JOB_NOT_FOUND" });
    });
  });

  describe("retrying by hand", () => {
    test("requeues a failed job with all its retries", async (s) => {
      const { job } = await s.enqueue();
      const error = { code: "TASK_FAILED", message: "no" };
      await s.complete(await s.claimOne(), { kind: "retry", error, runAt: s.clock.now() });
      await s.complete(await s.claimOne(), FAILED);
      s.clock.advance(1_000);
      expect(await s.store.jobs.retry(job.id)).toMatchObject({
        status: "queued",
        retries: 0,
        attempts: 2,
        runAt: s.clock.now(),
        error: null,
        finishedAt: null,
      });
      expect((await s.claimOne()).claim).toBe(3);
    });

    test("rejects jobs that neither failed nor were cancelled", async (s) => {
      const { job } = await s.enqueue();
      expect(await failureOf(s.store.jobs.retry(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      const claimed = await s.claimOne();
      expect(await failureOf(s.store.jobs.retry(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      await s.complete(claimed);
      expect(await failureOf(s.store.jobs.retry(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      expect(await failureOf(s.store.jobs.retry(UNKNOWN))).toMatchObject({ code: "JOB_NOT_FOUND" });
    });
  });

  describe("changing a waiting job", () => {
    test("gives it another priority, and it keeps what it has waited", async (s) => {
      const { job: first } = await s.enqueue({ priority: "low" });
      s.clock.advance(1);
      const { job: second } = await s.enqueue({ priority: "high" });
      expect(await s.store.jobs.change(first.id, { priority: "high" })).toMatchObject({ priority: "high" });
      expect((await s.claim(2)).map(({ job }) => job.id)).toEqual([first.id, second.id]);
    });

    test("gives it another time, later or sooner", async (s) => {
      const { job } = await s.enqueue();
      const runAt = s.clock.now() + 60_000;
      expect(await s.store.jobs.change(job.id, { runAt })).toMatchObject({ runAt });
      expect(await s.claim(1)).toEqual([]);
      await s.store.jobs.change(job.id, { runAt: s.clock.now() });
      expect((await s.claimOne()).job.id).toBe(job.id);
    });

    test("is refused once it runs or has ended", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      const change = () => s.store.jobs.change(job.id, { priority: "low" });
      expect(await failureOf(change())).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      await s.complete(claimed);
      expect(await failureOf(change())).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      expect(await failureOf(s.store.jobs.change(UNKNOWN, {}))).toMatchObject({ code: "JOB_NOT_FOUND" });
    });
  });

  describe("deleting", () => {
    test("removes a finished job with its executions and their logs", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      const finished = [s.attempt(claimed, COMPLETED, { logs: [s.line("a")] })];
      await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      await s.store.jobs.delete(job.id);
      expect(await s.store.jobs.get(job.id)).toBeUndefined();
      const events = await s.store.events.since(0, 1_000);
      expect(events.at(-1)).toMatchObject({ type: "job.deleted", jobId: job.id, taskId: s.taskId });
      expect(await s.store.executions.get(claimed.executionId)).toBeUndefined();
      expect(await s.store.executions.logs(claimed.executionId, 10)).toEqual([]);
      expect(await failureOf(s.store.jobs.delete(job.id))).toMatchObject({ code: "JOB_NOT_FOUND" });
    });

    test("rejects an unfinished job", async (s) => {
      const { job } = await s.enqueue();
      expect(await failureOf(s.store.jobs.delete(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
    });
  });

  bulk(test);
}

/** All steps of a bulk operation. @returns the jobs that were changed */
async function inSteps(s: Fixture, run: (step: BulkStep) => Promise<BulkResult>): Promise<number[]> {
  const { items } = await s.store.jobs.list({}, { limit: 1_000 });
  const upToId = Math.max(...items.map(({ id }) => id));
  const ids: number[] = [];
  for (let afterId: number | null = 0; afterId !== null; ) {
    const result: BulkResult = await run({ afterId, upToId, limit: 3 });
    ids.push(...result.ids);
    afterId = result.next;
  }
  return ids;
}

function bulk(test: StoreTest): void {
  describe("in bulk", () => {
    test("cancels the unfinished jobs that match, each once", async (s) => {
      const tagged = await s.enqueueMany(8, { tags: ["x"] });
      const others = await s.enqueueMany(2);
      const claimed = await s.claim(10);
      const done = claimed.filter(({ job }) => tagged.slice(0, 2).includes(job.id));
      await s.complete(done);
      const ids = await inSteps(s, (step) => s.store.jobs.cancelMany({ tag: "x" }, step));
      expect(ids.toSorted()).toEqual(tagged.slice(2).toSorted());
      expect((await s.store.stats.read()).jobs).toMatchObject({ cancelled: 6, completed: 2, processing: 2 });
      for (const id of others) expect(await s.store.jobs.get(id)).toMatchObject({ status: "processing" });
    });

    test("leaves out jobs with a higher id than the last one asked for", async (s) => {
      const ids = (await s.enqueueMany(5)).toSorted((a, b) => a - b);
      const result = await s.store.jobs.cancelMany({}, { afterId: ids[0] ?? 0, upToId: ids[3] ?? 0, limit: 10 });
      expect(result).toEqual({ ids: ids.slice(1, 4), next: null });
    });

    test("retries the jobs that match, but for those whose unique key is taken", async (s) => {
      const [taken = 0] = await s.enqueueMany(1, { uniqueKey: "u" });
      const failed = [taken, ...(await s.enqueueMany(5))];
      await s.complete(await s.claim(10), FAILED);
      await s.enqueueMany(1, { uniqueKey: "u" });
      const ids = await inSteps(s, (step) => s.store.jobs.retryMany({ status: ["failed"] }, step));
      expect(ids.toSorted()).toEqual(failed.filter((id) => id !== taken).toSorted());
      expect(await s.store.jobs.get(taken)).toMatchObject({ status: "failed" });
    });
  });
}
