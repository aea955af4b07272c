import { describe, expect } from "bun:test";
import { failureOf } from "../../../support/failure-of.ts";
import { COMPLETED, type StoreTest } from "../fixture.ts";
import { asleep, jobOf, open, recorded, sleeping, started, statusOf } from "../run-steps.ts";

const STOPPED = { kind: "stopped", error: { code: "CANCELLED", message: "It was cancelled." } } as const;

/** Cancel, kill, pause and resume. */
export function runControl(test: StoreTest): void {
  describe("cancelling a run", () => {
    test("asks one that is carried to end, and tells its worker by an event", async (s) => {
      const { claimed } = await started(s, [open(1, "wait")]);
      expect(await s.store.jobs.cancel(claimed.job.id)).toMatchObject({ status: "processing", request: "cancel" });
      await s.store.jobs.cancel(claimed.job.id);
      const events = (await s.store.events.since(0, 100)).filter(({ type }) => type === "job.cancelling");
      expect(events).toMatchObject([{ jobId: claimed.job.id, executionId: claimed.executionId }]);
      expect(await s.store.runs.load(claimed.executionId)).toMatchObject({ isCancelled: true });
      await s.complete(claimed, STOPPED);
      expect(await statusOf(s, claimed)).toBe("cancelled cancelled");
      expect(await jobOf(s, claimed)).toMatchObject({ request: null });
    });

    test("wakes one that sleeps or is paused, which may sleep again to clean up", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "wait")]);
      await s.store.jobs.pause(claimed.job.id);
      expect(await statusOf(s, claimed)).toBe("paused paused");
      await s.store.jobs.cancel(claimed.job.id);
      const woken = await s.claimOne();
      expect(await s.store.runs.load(woken.executionId)).toMatchObject({ isCancelled: true });
      await s.complete(woken, asleep([1], { toldCancelled: true }));
      expect(await s.claim(1)).toEqual([]);
      await s.store.jobs.kill(claimed.job.id);
      expect(await statusOf(s, claimed)).toBe("cancelled cancelled");
    });

    test("wakes one at once that goes to sleep without having been told", async (s) => {
      const { claimed } = await started(s, [open(1, "wait")]);
      await s.store.jobs.cancel(claimed.job.id);
      await s.complete(claimed, asleep([1]));
      expect((await s.claimOne()).executionId).toBe(claimed.executionId);
    });

    test("wakes one before jobs that have waited for longer, because it may have started them", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "wait")]);
      await s.enqueue();
      s.clock.advance(1_000);
      await s.store.jobs.cancel(claimed.job.id);
      expect((await s.claim(1)).map(({ job }) => job.id)).toEqual([claimed.job.id]);
    });

    test("stops one that would begin again", async (s) => {
      const { claimed } = await started(s);
      await s.store.jobs.cancel(claimed.job.id);
      await s.complete(claimed, { kind: "renewed", inputJson: "2" });
      expect(await statusOf(s, claimed)).toBe("cancelled cancelled");
    });

    test("ends a job at once that has no run, or whose run needs attention", async (s) => {
      const { job } = await s.enqueue();
      expect((await s.store.jobs.cancel(job.id)).status).toBe("cancelled");
      const { claimed } = await started(s);
      await s.complete(claimed, { kind: "attention", error: { code: "IMAGE_UNREADABLE", message: "no" } });
      await s.store.jobs.cancel(claimed.job.id);
      expect(await statusOf(s, claimed)).toBe("cancelled cancelled");
    });

    test("is asked of all that match", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "wait")]);
      const { job } = await s.enqueue();
      const result = await s.store.jobs.cancelMany({}, { afterId: 0, upToId: job.id, limit: 10 });
      expect(result.ids).toEqual([claimed.job.id, job.id]);
      expect((await s.store.jobs.getMany([claimed.job.id, job.id])).map(({ status }) => status)).toEqual([
        "sleeping",
        "cancelled",
      ]);
      await s.complete(await s.claimOne(), STOPPED);
    });

    test("kill ends it at once, whatever it does, with what it has open", async (s) => {
      const { claimed } = await started(s, [open(1, "wait"), recorded(2)]);
      expect((await s.store.jobs.kill(claimed.job.id)).status).toBe("cancelled");
      expect(await statusOf(s, claimed)).toBe("cancelled cancelled");
      expect((await s.store.runs.operations(claimed.executionId, 10)).map(({ state }) => state)).toEqual([
        "cancelled",
        "completed",
      ]);
      expect((await s.complete(claimed)).lost).toEqual([claimed.job.id]);
      expect(await failureOf(s.store.jobs.kill(claimed.job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      expect(await failureOf(s.store.jobs.kill(999_999))).toMatchObject({ code: "JOB_NOT_FOUND" });
    });
  });

  describe("pausing", () => {
    test("holds a waiting job until it is resumed", async (s) => {
      const { job } = await s.enqueue();
      expect((await s.store.jobs.pause(job.id)).status).toBe("paused");
      expect(await s.claim(1)).toEqual([]);
      expect(await s.store.jobs.explain(job.id)).toMatchObject({ reason: "paused" });
      expect(await failureOf(s.store.jobs.pause(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      expect((await s.store.jobs.resume(job.id)).status).toBe("queued");
      const claimed = await s.claimOne();
      await s.complete(claimed, { kind: "retry", error: { code: "X", message: "no" }, runAt: s.clock.now() + 50 });
      expect((await s.store.jobs.pause(job.id)).status).toBe("paused");
      expect((await s.store.jobs.resume(job.id)).status).toBe("queued");
      expect(await s.claim(1)).toEqual([]);
      s.clock.advance(50);
      await s.complete(await s.claimOne());
    });

    test("holds a sleeping run whatever happens, which finds out when it is resumed", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "sleep", { dueAt: s.clock.now() + 10 })]);
      await s.store.jobs.pause(claimed.job.id);
      expect(await statusOf(s, claimed)).toBe("paused paused");
      s.clock.advance(1_000);
      expect(await s.claim(1)).toEqual([]);
      await s.store.jobs.resume(claimed.job.id);
      expect(await statusOf(s, claimed)).toBe("sleeping sleeping");
      const woken = await s.claimOne();
      expect(woken).toMatchObject({ executionId: claimed.executionId, job: { attempts: 1 } });
    });

    test("lets a run that is carried go to sleep first", async (s) => {
      const { claimed } = await started(s, [open(1, "wait")]);
      expect(await s.store.jobs.pause(claimed.job.id)).toMatchObject({ status: "processing", request: "pause" });
      const events = (await s.store.events.since(0, 100)).filter(({ type }) => type === "job.pausing");
      expect(events).toMatchObject([{ executionId: claimed.executionId }]);
      await s.complete(claimed, asleep([1], { paused: true }));
      expect(await statusOf(s, claimed)).toBe("paused paused");
      expect(await jobOf(s, claimed)).toMatchObject({ request: null });
    });

    test("can be taken back before the run sleeps", async (s) => {
      const { claimed } = await started(s, [open(1, "wait")]);
      await s.store.jobs.pause(claimed.job.id);
      expect(await s.store.jobs.resume(claimed.job.id)).toMatchObject({ status: "processing", request: null });
      await s.complete(claimed, asleep([1], { paused: true }));
      expect((await s.claimOne()).executionId).toBe(claimed.executionId);
    });

    test("is refused for a job that runs without a run, and for one that has ended", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      expect(await failureOf(s.store.jobs.pause(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      expect(await failureOf(s.store.jobs.resume(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      await s.complete(claimed, COMPLETED);
      expect(await failureOf(s.store.jobs.pause(job.id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
    });
  });
}
