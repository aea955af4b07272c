import { describe, expect } from "bun:test";
import { failureOf } from "../../../support/failure-of.ts";
import { addTask, COMPLETED, type StoreTest } from "../fixture.ts";

/** Creating jobs: batches, idempotency keys, unique keys. */
export function enqueueing(test: StoreTest): void {
  describe("enqueueing", () => {
    test("stores everything that was requested, and defaults for the rest", async (s) => {
      const { job, created } = await s.enqueue({
        inputJson: '{"num1":5}',
        version: "1.0.0",
        priority: "high",
        runAt: s.clock.now() + 1_000,
        maxRetries: 7,
        idempotencyKey: "i",
        uniqueKey: "u",
        concurrencyKey: "c",
        tags: ["a", "b"],
      });
      expect(created).toBe(true);
      expect(job).toMatchObject({
        taskId: s.taskId,
        status: "queued",
        inputJson: '{"num1":5}',
        version: "1.0.0",
        priority: "high",
        runAt: s.clock.now() + 1_000,
        maxRetries: 7,
        idempotencyKey: "i",
        uniqueKey: "u",
        concurrencyKey: "c",
        tags: ["a", "b"],
        createdAt: s.clock.now(),
        attempts: 0,
        retries: 0,
        rescues: 0,
      });
      expect(await s.store.jobs.get(job.id)).toEqual(job);
      expect(await s.store.jobs.byIdempotencyKey("i")).toEqual(job);
      const { job: plain } = await s.enqueue();
      expect(plain).toMatchObject({
        version: null,
        priority: "normal",
        runAt: s.clock.now(),
        maxRetries: null,
        tags: [],
      });
      expect(await s.store.jobs.get(plain.id)).toEqual(plain);
    });

    test("returns the jobs of a batch in the order of the request", async (s) => {
      const inputs = Array.from({ length: 100 }, (_, n) => String(n));
      const enqueued = await s.store.jobs.enqueue(inputs.map((inputJson) => ({ taskId: s.taskId, inputJson })));
      expect(enqueued.map(({ job }) => job.inputJson)).toEqual(inputs);
      expect(new Set(enqueued.map(({ job }) => job.id)).size).toBe(100);
    });

    test("is all or nothing", async (s) => {
      await s.enqueue({ idempotencyKey: "taken", inputJson: "1" });
      const batch = [...Array.from({ length: 50 }, () => ({})), { idempotencyKey: "taken", inputJson: "2" }];
      const jobs = batch.map((more) => ({ taskId: s.taskId, inputJson: "{}", ...more }));
      expect(await failureOf(s.store.jobs.enqueue(jobs))).toMatchObject({ code: "CONFLICT" });
      expect((await s.store.stats.read()).jobs.queued).toBe(1);
      expect(await s.store.jobs.count({})).toBe(1);
    });

    test("rejects a task that the store does not know", async (s) => {
      expect(await failureOf(s.enqueue({ taskId: 999_999 }))).toBeInstanceOf(Error);
    });

    test("never gives an id a second time", async (s) => {
      const { job } = await s.enqueue();
      await s.store.jobs.cancel(job.id);
      await s.store.jobs.delete(job.id);
      expect(await s.store.jobs.get(job.id)).toBeUndefined();
      expect(await s.enqueueMany(5)).not.toContain(job.id);
    });
  });

  idempotencyKeys(test);
  uniqueKeys(test);
}

function idempotencyKeys(test: StoreTest): void {
  describe("an idempotency key", () => {
    test("returns the same job, finished or not, and rejects a different request", async (s) => {
      const first = await s.enqueue({ idempotencyKey: "k" });
      expect(await s.enqueue({ idempotencyKey: "k" })).toEqual({ ...first, created: false });
      await s.complete(await s.claimOne(), COMPLETED);
      expect(await s.enqueue({ idempotencyKey: "k" })).toMatchObject({
        created: false,
        job: { id: first.job.id, status: "completed" },
      });
      for (const more of [{ inputJson: "[]" }, { version: "2.0.0" }, { taskId: await addTask(s.store, "other") }]) {
        expect(await failureOf(s.enqueue({ idempotencyKey: "k", ...more }))).toMatchObject({
          code: "CONFLICT",
          data: { idempotencyKey: "k", jobId: first.job.id },
        });
      }
    });

    test("ignores the order of members in an input", async (s) => {
      const first = await s.enqueue({ idempotencyKey: "k", inputJson: '{"a":1,"b":{"c":[1,2],"d":null}}' });
      const again = await s.enqueue({ idempotencyKey: "k", inputJson: '{"b":{"d":null,"c":[1,2]},"a":1.0}' });
      expect(again).toMatchObject({ created: false, job: { id: first.job.id } });
      for (const inputJson of ['{"a":1,"b":{"c":[2,1],"d":null}}', '{"a":1,"b":{"c":[1,2]}}']) {
        expect(await failureOf(s.enqueue({ idempotencyKey: "k", inputJson }))).toMatchObject({ code: "CONFLICT" });
      }
    });

    test("creates one job for callers that race, also within a batch", async (s) => {
      const enqueued = await Promise.all(Array.from({ length: 20 }, () => s.enqueue({ idempotencyKey: "race" })));
      expect(new Set(enqueued.map(({ job }) => job.id)).size).toBe(1);
      expect(enqueued.filter(({ created }) => created).length).toBe(1);
      const batch = await s.enqueueMany(3, { idempotencyKey: "batch" });
      expect(new Set(batch).size).toBe(1);
    });
  });
}

function uniqueKeys(test: StoreTest): void {
  describe("a unique key", () => {
    test("belongs to one unfinished job of a task", async (s) => {
      const first = await s.enqueue({ uniqueKey: "u" });
      expect(await s.enqueue({ uniqueKey: "u" })).toMatchObject({ created: false, job: { id: first.job.id } });
      const claimed = await s.claimOne();
      expect(await s.enqueue({ uniqueKey: "u" })).toMatchObject({ created: false, job: { id: first.job.id } });
      await s.complete(claimed);
      expect(await s.enqueue({ uniqueKey: "u" })).toMatchObject({ created: true });
      const other = await addTask(s.store, "other");
      expect(await s.enqueue({ taskId: other, uniqueKey: "u" })).toMatchObject({ created: true });
    });

    test("keeps a finished job from being retried while another has it", async (s) => {
      const first = await s.enqueue({ uniqueKey: "u" });
      await s.store.jobs.cancel(first.job.id);
      const second = await s.enqueue({ uniqueKey: "u" });
      expect(second.job.id).not.toBe(first.job.id);
      expect(await failureOf(s.store.jobs.retry(first.job.id))).toMatchObject({
        code: "CONFLICT",
        data: { jobId: first.job.id, uniqueKey: "u" },
      });
      await s.store.jobs.cancel(second.job.id);
      expect(await s.store.jobs.retry(first.job.id)).toMatchObject({ status: "queued" });
    });
  });
}
