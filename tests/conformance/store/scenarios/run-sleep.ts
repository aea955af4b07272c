import { describe, expect } from "bun:test";
import { MAX_RESCUES } from "../../../../src/domain/job.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { addTask, COMPLETED, registerWorker, type StoreTest } from "../fixture.ts";
import { asleep, done, jobOf, open, recorded, sleeping, started, statusOf, write } from "../run-steps.ts";

/** Sleep, wake, loss and release of runs. */
export function runSleep(test: StoreTest): void {
  describe("a run that sleeps", () => {
    test("occupies no worker, and wakes at its time in the same execution and attempt", async (s) => {
      const at = s.clock.now() + 60_000;
      const { claimed, result } = await sleeping(s, [
        open(1, "sleep", { dueAt: at + 5_000 }),
        open(2, "wait", { name: "paid", dueAt: at }),
      ]);
      expect(await statusOf(s, claimed)).toBe("sleeping sleeping");
      expect(await jobOf(s, claimed)).toMatchObject({ workerId: null, runAt: at, attempts: 1 });
      expect(result.nextDueAt).toBe(at);
      expect(await s.claim(1)).toEqual([]);
      s.clock.advance(60_000);
      const woken = await s.claimOne();
      expect(woken).toMatchObject({
        executionId: claimed.executionId,
        trace: claimed.trace,
        job: { attempts: 1, runId: claimed.executionId },
      });
      expect(woken.claim).toBeGreaterThan(claimed.claim);
      expect(await statusOf(s, claimed)).toBe("processing running");
      const run = await s.store.runs.load(claimed.executionId);
      expect(run?.image).toEqual(new Uint8Array([9, 8, 7]));
      expect(run?.operations.map(({ number }) => number)).toEqual([1, 2]);
      await s.complete(woken);
      expect(await s.store.jobs.executions(claimed.job.id)).toHaveLength(1);
    });

    test("adds up what it uses, and keeps all lines of its console", async (s) => {
      const { claimed } = await started(s, [open(1, "sleep", { dueAt: s.clock.now() + 10 })]);
      const usage = { durationMs: 4, cpuMs: 3, peakMemoryBytes: 70, fetchCount: 2, fetchBytes: 20 };
      const first = s.attempt(claimed, asleep([1]), { usage, logs: [s.line("one"), s.line("two")], progress: 50 });
      await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [first], capacity: 0 });
      expect(await jobOf(s, claimed)).toMatchObject({ progress: 50 });
      s.clock.advance(1_000);
      const woken = await s.claimOne();
      expect(woken.logsStored).toBe(2);
      const last = s.attempt(woken, COMPLETED, {
        usage: { durationMs: 6, cpuMs: 5, peakMemoryBytes: 60, fetchCount: 1, fetchBytes: 7 },
        logs: [s.line("three")],
        logsStored: 2,
      });
      await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [last], capacity: 0 });
      expect(await s.store.executions.get(claimed.executionId)).toMatchObject({
        status: "completed",
        durationMs: 10,
        cpuMs: 8,
        peakMemoryBytes: 70,
        fetchCount: 3,
        fetchBytes: 27,
        logCount: 3,
        startedAt: first.startedAt,
      });
      expect((await s.store.stats.read()).meanDurationMs).toBe(10);
    });

    test("is slow only if it has been at work for long, however long it has slept", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "sleep", { dueAt: s.clock.now() + 10_000_000 })]);
      expect(await s.store.notifications.running()).toEqual([]);
      s.clock.advance(10_000_000);
      await s.claimOne();
      expect(await s.store.notifications.running()).toMatchObject([
        // It has been at work for one ms.
        { executionId: claimed.executionId, startedAt: s.clock.now() - 1 },
      ]);
    });

    test("loads what is open in the image, and what was recorded since", async (s) => {
      const { claimed } = await started(s, [
        recorded(1),
        open(2, "wait"),
        open(3, "sleep", { dueAt: s.clock.now() + 10 }),
        { type: "readings", message: 1, text: "a" },
      ]);
      await s.complete(claimed, asleep([2, 3], { readingsFrom: 2 }));
      s.clock.advance(10);
      const woken = await s.claimOne();
      await write(s, woken, [
        { type: "settle", number: 3, result: done("null") },
        recorded(4),
        { type: "readings", message: 2, text: "b" },
      ]);
      const run = await s.store.runs.load(claimed.executionId);
      expect(run?.operations.map(({ number, state }) => `${number} ${state}`)).toEqual([
        "2 open",
        "3 completed",
        "4 completed",
      ]);
      expect(run?.readings).toEqual(["b"]);
      await s.store.runs.dropImage(claimed.executionId);
      const whole = await s.store.runs.load(claimed.executionId);
      expect(whole?.operations.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
      expect(whole?.readings).toEqual(["a", "b"]);
    });

    test("loads what is recorded and was not asked for again when repeated code went to sleep", async (s) => {
      const { claimed } = await started(s, [
        recorded(1),
        recorded(2),
        { type: "readings", message: 1, text: "a" },
        { type: "readings", message: 2, text: "b" },
      ]);
      await s.complete(claimed, asleep([], { operations: 1, readingsFrom: 2 }));
      const run = await s.store.runs.load(claimed.executionId);
      expect(run?.operations.map(({ number }) => number)).toEqual([2]);
      expect(run?.readings).toEqual(["b"]);
    });

    test("is ready at once if something that it waits for has a result already", async (s) => {
      const { claimed } = await started(s, [open(1, "wait")]);
      await write(s, claimed, [{ type: "settle", number: 1, result: done("1") }]);
      await s.complete(claimed, asleep([1]));
      expect((await s.claimOne()).executionId).toBe(claimed.executionId);
    });

    test("waits without a time for what only others can settle", async (s) => {
      const { result } = await sleeping(s, [open(1, "wait")]);
      expect(result.nextDueAt).toBeNull();
      s.clock.advance(10 ** 9);
      expect(await s.claim(1)).toEqual([]);
    });

    test("goes through the limits of its task when it wakes", async (s) => {
      await s.store.control.setLimits({ taskId: s.taskId }, { concurrency: 1 });
      const { claimed } = await sleeping(s, [open(1, "sleep", { dueAt: s.clock.now() + 10 })]);
      await s.enqueue();
      const other = await s.claimOne();
      s.clock.advance(20);
      expect(await s.claim(5)).toEqual([]);
      expect(await s.store.jobs.explain(claimed.job.id)).toMatchObject({ reason: "task_concurrency" });
      await s.complete(other);
      expect((await s.claimOne()).executionId).toBe(claimed.executionId);
    });

    test("says that it sleeps, and until when", async (s) => {
      const at = s.clock.now() + 10;
      const { claimed } = await sleeping(s, [open(1, "sleep", { dueAt: at })]);
      expect(await s.store.jobs.explain(claimed.job.id)).toMatchObject({ reason: "sleeping", until: at });
      expect((await s.store.runs.open(claimed.executionId, 10)).map(({ number }) => number)).toEqual([1]);
    });

    test("is found in lists, counts and stats", async (s) => {
      const other = await addTask(s.store, "other");
      const { claimed } = await sleeping(s, [open(1, "wait")]);
      const page = { limit: 10 };
      for (const filter of [{}, { taskId: s.taskId }]) {
        const jobs = await s.store.jobs.list({ ...filter, status: ["sleeping"] }, page);
        expect(jobs.items.map(({ id }) => id)).toEqual([claimed.job.id]);
        const executions = await s.store.executions.list({ ...filter, status: ["sleeping"] }, page);
        expect(executions.items.map(({ id }) => id)).toEqual([claimed.executionId]);
        expect(await s.store.jobs.count({ ...filter, status: ["sleeping"] })).toBe(1);
      }
      expect((await s.store.jobs.list({ taskId: other, status: ["sleeping"] }, page)).items).toEqual([]);
      expect((await s.store.stats.read()).jobs).toMatchObject({ sleeping: 1, processing: 0 });
    });

    test("keeps the unique and correlation keys of its job", async (s) => {
      await sleeping(s, [open(1, "wait")], { uniqueKey: "u", correlationKey: "c" });
      expect((await s.enqueue({ uniqueKey: "u" })).created).toBe(false);
      expect(await failureOf(s.enqueue({ correlationKey: "c" }))).toMatchObject({ code: "CONFLICT" });
      const found = await s.store.jobs.list({ correlationKey: "c" }, { limit: 10 });
      expect(found.items).toHaveLength(1);
    });

    test("goes on with its execution after its worker was lost, and after it was handed back", async (s) => {
      const { claimed } = await started(s, [recorded(1)]);
      await s.store.workers.rescue("w1", 0);
      expect(await statusOf(s, claimed)).toBe("sleeping sleeping");
      await registerWorker(s.store, "w2");
      const second = await s.claimOne("w2");
      expect(second).toMatchObject({ executionId: claimed.executionId, job: { attempts: 1 } });
      expect((await write(s, claimed, [recorded(2)])).runs).toMatchObject([{ owned: false }]);
      const finished = [s.attempt(second, { kind: "released" })];
      await s.store.jobs.completeAndClaim({ workerId: "w2", finished, capacity: 0 });
      expect(await statusOf(s, claimed)).toBe("sleeping sleeping");
      expect((await s.claimOne("w2")).executionId).toBe(claimed.executionId);
    });

    test("survives any number of losses as long as it gets on, and otherwise as many as a job", async (s) => {
      const { claimed } = await started(s);
      let carried = claimed;
      for (let n = 1; n <= 2 * MAX_RESCUES; n++) {
        await write(s, carried, [recorded(n)]);
        await s.store.workers.rescue(carried.job.workerId ?? "", 0);
        await registerWorker(s.store, `w${n + 1}`);
        carried = await s.claimOne(`w${n + 1}`);
      }
      expect((await jobOf(s, claimed)).rescues).toBe(0);
      for (let n = 0; n <= MAX_RESCUES; n++) {
        await s.store.workers.rescue(carried.job.workerId ?? "", 0);
        if ((await jobOf(s, claimed)).status === "failed") break;
        await registerWorker(s.store, `x${n}`);
        // Suspects wait until their worker has been running for a while.
        s.clock.advance(60_000);
        carried = await s.claimOne(`x${n}`);
      }
      expect(await jobOf(s, claimed)).toMatchObject({ status: "failed", rescues: MAX_RESCUES });
    });

    test("stays with its version when that is missing for a while, and goes on when it is back", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "sleep", { dueAt: s.clock.now() + 10 })]);
      await s.store.tasks.sync([]);
      s.clock.advance(20);
      expect(await s.claim(1)).toEqual([]);
      expect(await s.store.jobs.explain(claimed.job.id)).toMatchObject({ reason: "task_missing" });
      await s.store.tasks.sync([
        {
          uuid: "uuid-addition",
          label: "addition",
          description: "",
          version: "1.0.0",
          source: "test",
          validatedAt: null,
          versions: [{ version: "1.0.0", checksum: "sum-1.0.0", source: "test", origin: "addition" }],
        },
      ]);
      expect((await s.claimOne()).executionId).toBe(claimed.executionId);
    });

    test("needs attention if it can go on neither way, and goes on over its journal when it is retried", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "sleep", { dueAt: s.clock.now() + 10 })]);
      s.clock.advance(20);
      const woken = await s.claimOne();
      const error = { code: "JOURNAL_MISMATCH", message: "no" };
      await s.complete(woken, { kind: "attention", error });
      expect(await statusOf(s, claimed)).toBe("needs_attention needs_attention");
      expect((await jobOf(s, claimed)).error).toEqual(error);
      expect(await s.claim(1)).toEqual([]);
      expect((await s.store.jobs.retry(claimed.job.id)).status).toBe("queued");
      const again = await s.claimOne();
      expect(again).toMatchObject({ executionId: claimed.executionId, job: { attempts: 1 } });
      expect(await s.store.runs.load(claimed.executionId)).toMatchObject({ image: null });
      await s.complete(again);
      expect(await statusOf(s, claimed)).toBe("completed completed");
    });
  });
}
