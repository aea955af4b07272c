import { describe, expect } from "bun:test";
import type { JobExplanation } from "../../../../src/store/contract/job-explanation.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { registered, type StoreTest } from "../fixture.ts";

const WAIT_MS = 60_000;

/** Why a job does not run, and jobs whose task is missing. */
export function explaining(test: StoreTest): void {
  describe("an explanation", () => {
    test("says what is in the way", async (s) => {
      const { jobs, control } = s.store;
      const reason = async (id: number): Promise<JobExplanation["reason"]> => (await jobs.explain(id)).reason;
      const dueAt = s.clock.now() + 5_000;
      const { job: later } = await s.enqueue({ runAt: dueAt });
      expect(await jobs.explain(later.id)).toMatchObject({ reason: "not_due", until: dueAt });
      const { job: a } = await s.enqueue({ concurrencyKey: "k" });
      s.clock.advance(1);
      const { job: b } = await s.enqueue({ concurrencyKey: "k" });
      expect(await jobs.explain(b.id)).toMatchObject({ reason: "waiting_for_worker", ahead: 1 });
      await s.claim(1);
      expect(await reason(a.id)).toBe("running");
      expect(await jobs.explain(b.id)).toMatchObject({ reason: "key_concurrency", limit: 1, running: 1 });
      await control.setLimits({ taskId: s.taskId }, { concurrency: 1 });
      expect(await reason(b.id)).toBe("task_concurrency");
      await control.setLimits({ taskId: s.taskId }, { rate: { count: 1, periodMs: 60_000 } });
      const { job: c } = await s.enqueue({ priority: "critical" });
      s.clock.advance(1);
      const { job: d } = await s.enqueue();
      await s.claim(1);
      expect(await reason(c.id)).toBe("running");
      expect(await jobs.explain(d.id)).toMatchObject({ reason: "task_rate", until: s.clock.now() + 60_000 });
      await control.pause({ taskId: s.taskId }, "why not");
      expect((await jobs.explain(d.id)).message).toContain("why not");
      expect(await reason(d.id)).toBe("task_paused");
      await control.pause("all", null);
      expect(await reason(d.id)).toBe("queue_paused");
      await jobs.cancel(d.id);
      expect(await reason(d.id)).toBe("finished");
      expect(await failureOf(jobs.explain(999_999))).toMatchObject({ code: "JOB_NOT_FOUND" });
    });

    test("counts who waits for the same limit, and says for how long that is", async (s) => {
      await s.store.control.setLimits({ taskId: s.taskId }, { rate: { count: 1, periodMs: 10_000 } });
      const ids: number[] = [];
      for (let n = 0; n < 5; n++) {
        ids.push((await s.enqueue()).job.id);
        s.clock.advance(1);
      }
      expect((await s.claim(10)).length).toBe(1);
      const start = s.clock.now();
      for (const [index, id] of ids.slice(1).entries()) {
        expect(await s.store.jobs.explain(id)).toMatchObject({
          reason: "task_rate",
          ahead: index,
          until: start + (index + 1) * 10_000,
        });
      }
      // A more urgent job goes before them.
      const { job: urgent } = await s.enqueue({ priority: "critical" });
      expect(await s.store.jobs.explain(urgent.id)).toMatchObject({ ahead: 0 });
      expect(await s.store.jobs.explain(ids[1] ?? 0)).toMatchObject({ ahead: 1 });
    });

    test("says when there is no worker", async (s) => {
      await s.store.workers.remove("w1");
      const { job } = await s.enqueue();
      expect(await s.store.jobs.explain(job.id)).toMatchObject({ reason: "no_worker" });
    });
  });

  describe("a job whose task no source has", () => {
    test(
      "waits until the task comes back",
      async (s) => {
        const { job } = await s.enqueue();
        await s.store.tasks.sync([]);
        expect(await s.claim(1)).toEqual([]);
        const until = s.clock.now() + WAIT_MS;
        expect(await s.store.jobs.explain(job.id)).toMatchObject({ reason: "task_missing", until });
        s.clock.advance(1_000);
        await s.store.tasks.sync([registered("addition")]);
        expect((await s.claimOne()).job.id).toBe(job.id);
      },
      { missingTaskWaitMs: WAIT_MS },
    );

    test(
      "is claimed when the wait is over, and then fails",
      async (s) => {
        const { job } = await s.enqueue();
        await s.store.tasks.sync([]);
        expect(await s.claim(1)).toEqual([]);
        s.clock.advance(WAIT_MS);
        const error = { code: "TASK_NOT_FOUND", message: "gone" };
        const otherwise = { kind: "retry", error, runAt: s.clock.now() } as const;
        await s.complete(await s.claimOne(), { kind: "missing", error, otherwise });
        expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "failed", error });
      },
      { missingTaskWaitMs: WAIT_MS },
    );

    test(
      "waits again, at no cost, when its attempt did not find the task",
      async (s) => {
        const { job } = await s.enqueue({ version: "1.0.0" });
        const claimed = await s.claimOne();
        await s.store.tasks.sync([registered("addition", ["2.0.0"])]);
        const error = { code: "TASK_NOT_FOUND", message: "gone" };
        await s.complete(claimed, { kind: "missing", error, otherwise: { kind: "failed", error } });
        expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "queued", retries: 0 });
        expect(await s.claim(1)).toEqual([]);
        expect(await s.store.jobs.explain(job.id)).toMatchObject({ reason: "task_missing" });
        // A job without a version runs on the version that there is.
        const { job: any } = await s.enqueue();
        expect((await s.claimOne()).job.id).toBe(any.id);
      },
      { missingTaskWaitMs: WAIT_MS },
    );
  });
}
