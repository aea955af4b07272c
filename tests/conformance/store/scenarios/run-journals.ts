import { describe, expect } from "bun:test";
import { DURABLE_LIMITS } from "../../../../src/domain/durable.ts";
import { readText } from "../../../../src/domain/shared-text.ts";
import { COMPLETED, FAILED, type Fixture, type StoreTest } from "../fixture.ts";
import { asleep, BEGIN, done, failedWith, jobOf, open, operation, recorded, started, write } from "../run-steps.ts";

const numbersOf = async (s: Fixture, executionId: number) =>
  (await s.store.runs.operations(executionId, 1_000)).map(({ number, state, order }) => [number, state, order]);

const inputOf = async (s: Fixture, executionId: number) =>
  readText((await s.store.executions.get(executionId))?.inputJson ?? "");

/** What runs record, and over what they go on. */
export function runJournals(test: StoreTest): void {
  describe("the journal of a run", () => {
    test("is there once the run has begun, with the version that runs", async (s) => {
      await s.enqueue();
      const claimed = await s.claimOne();
      expect(await s.store.runs.load(claimed.executionId)).toBeUndefined();
      await write(s, claimed, [BEGIN]);
      expect(await s.store.runs.load(claimed.executionId)).toMatchObject({
        executionId: claimed.executionId,
        version: "1.0.0",
        runKey: "key",
        seed: new Uint8Array([1, 2, 3]),
        image: null,
        engine: null,
        items: 0,
        isCancelled: false,
        operations: [],
      });
      expect(await jobOf(s, claimed)).toMatchObject({ runId: claimed.executionId, version: "1.0.0" });
      expect(await s.store.executions.get(claimed.executionId)).toMatchObject({ version: "1.0.0" });
    });

    test("has operations with their results, in the order of the results", async (s) => {
      const { claimed } = await started(s, [open(1, "sleep", { dueAt: 500 }), open(2, "wait", { name: "paid" })]);
      const { settled, runs } = await write(s, claimed, [
        recorded(3, "15"),
        { type: "settle", number: 1, result: done("null") },
        { type: "settle", number: 1, result: done("null") },
      ]);
      expect(settled.map(({ number, order, result }) => [number, order, result.ok])).toEqual([
        [3, 1, true],
        [1, 2, true],
      ]);
      expect(runs).toMatchObject([{ owned: true, late: [1], limit: null }]);
      const operations = await s.store.runs.operations(claimed.executionId, 10);
      expect(operations).toMatchObject([
        { number: 1, kind: "sleep", state: "completed", order: 2, dueAt: 500 },
        { number: 2, kind: "wait", name: "paid", state: "open", order: null, result: null, settledAt: null },
        { number: 3, kind: "step", state: "completed", order: 1, attempts: 1, result: done("15").text },
      ]);
      expect((await s.store.runs.operations(claimed.executionId, 10, 2)).map(({ number }) => number)).toEqual([3]);
      expect((await s.store.runs.waits(claimed.executionId, "paid")).map(({ number }) => number)).toEqual([2]);
      expect(await s.store.runs.waits(claimed.executionId, "other")).toEqual([]);
    });

    test("has a step that runs again, and its result once there is one", async (s) => {
      const { claimed } = await started(s);
      const step = operation(1, "step", { dueAt: s.clock.now() + 1_000 });
      await write(s, claimed, [{ type: "postpone", operation: step, attempts: 1 }]);
      expect(await s.store.runs.operations(claimed.executionId, 1)).toMatchObject([
        { state: "open", attempts: 1, dueAt: step.dueAt },
      ]);
      await write(s, claimed, [
        { type: "record", operation: { ...step, dueAt: null }, attempts: 2, result: failedWith("no") },
      ]);
      expect(await s.store.runs.operations(claimed.executionId, 1)).toMatchObject([
        { state: "failed", attempts: 2, result: failedWith("no").text },
      ]);
    });

    test("keeps readings by their message, and items once", async (s) => {
      const { claimed } = await started(s);
      await write(s, claimed, [
        { type: "readings", message: 1, text: "a" },
        { type: "readings", message: 2, text: "b" },
        { type: "readings", message: 1, text: "c" },
        { type: "item", item: 0, text: "0" },
        { type: "item", item: 1, text: "1" },
        { type: "item", item: 1, text: "again" },
      ]);
      expect(await s.store.runs.load(claimed.executionId)).toMatchObject({ readings: ["c", "b"], items: 2 });
      expect(await s.store.runs.items(claimed.executionId, -1, 10)).toEqual([
        { item: 0, text: "0" },
        { item: 1, text: "1" },
      ]);
      expect(await s.store.runs.items(claimed.executionId, 0, 10)).toEqual([{ item: 1, text: "1" }]);
    });

    test("loses what another way does not hold, and cancels what that had started", async (s) => {
      const { claimed, written } = await started(s, [
        recorded(1),
        open(2, "call", { children: [{ taskId: s.taskId, inputJson: "1" }] }),
        { type: "readings", message: 1, text: "a" },
        { type: "readings", message: 2, text: "b" },
      ]);
      const [child = 0] = written.runs[0]?.children[2] ?? [];
      await write(s, claimed, [{ type: "diverge", from: 2, message: 2 }, open(2, "sleep", { dueAt: 9 })]);
      expect((await s.store.jobs.get(child))?.status).toBe("cancelled");
      expect(await s.store.runs.load(claimed.executionId)).toMatchObject({
        readings: ["a"],
        operations: [{ number: 1 }, { number: 2, kind: "sleep" }],
      });
    });

    test("has long results whole, however many there are", async (s) => {
      const texts = [1, 2, 3].map((n) =>
        JSON.stringify({ ok: true, json: JSON.stringify(String(n).repeat(3_000_000)) }),
      );
      const long = texts.map((text, index) => ({ ...recorded(index + 1), result: { ok: true, text } }));
      const { claimed } = await started(s, [...long, recorded(4), open(5, "sleep", { dueAt: 9 })]);
      const run = await s.store.runs.load(claimed.executionId);
      expect(run?.operations.slice(0, 3).map(({ result }) => result === texts.shift())).toEqual([true, true, true]);
      expect(run?.operations.map(({ state }) => state)).toEqual([...Array(4).fill("completed"), "open"]);
    });

    test("changes nothing for a worker that no longer owns the job", async (s) => {
      const { claimed } = await started(s, [recorded(1)]);
      const stale = { ...claimed, claim: claimed.claim - 1 };
      expect((await write(s, stale, [recorded(2)])).runs).toMatchObject([{ owned: false }]);
      await s.store.jobs.kill(claimed.job.id);
      expect((await write(s, claimed, [recorded(2)])).runs).toMatchObject([{ owned: false }]);
      expect(await numbersOf(s, claimed.executionId)).toEqual([[1, "completed", 1]]);
    });

    test("says once when it is halfway to a limit", async (s) => {
      const { claimed } = await started(s);
      const half = DURABLE_LIMITS.warnOperations;
      expect((await write(s, claimed, [recorded(half - 1)])).runs).toMatchObject([{ near: null }]);
      expect((await write(s, claimed, [recorded(half), recorded(half + 1)])).runs).toMatchObject([
        { near: "operations" },
      ]);
      expect((await write(s, claimed, [recorded(half + 2)])).runs).toMatchObject([{ near: null }]);
    });

    test("ends at its limits", async (s) => {
      const { claimed } = await started(s);
      const last = DURABLE_LIMITS.operations;
      expect((await write(s, claimed, [recorded(last)])).runs).toMatchObject([{ limit: null }]);
      const { runs } = await write(s, claimed, [recorded(last + 1), recorded(last + 2)]);
      expect(runs).toMatchObject([{ limit: "operations" }]);
      expect((await s.store.runs.operations(claimed.executionId, 10, last + 1)).length).toBe(0);
    });

    test("is written before the attempt of the run ends", async (s) => {
      const { claimed } = await started(s);
      const { executionId, job, claim } = claimed;
      await s.store.jobs.completeAndClaim({
        workerId: "w1",
        finished: [s.attempt(claimed, COMPLETED)],
        runs: [{ executionId, jobId: job.id, claim, changes: [recorded(1)] }],
        capacity: 0,
      });
      expect(await numbersOf(s, executionId)).toEqual([[1, "completed", 1]]);
      expect((await jobOf(s, claimed)).status).toBe("completed");
    });

    test("is what a retry goes on over: what was completed and not undone, in another execution", async (s) => {
      const { claimed } = await started(s, [
        recorded(1, "1"),
        recorded(2, "2"),
        { type: "record", operation: operation(3, "step"), attempts: 1, result: failedWith("no") },
        recorded(4, "4", { undoes: 2 }),
        open(5, "wait", { name: "late" }),
        { type: "readings", message: 1, text: "a" },
      ]);
      await s.complete(claimed, { kind: "retry", error: { code: "TASK_FAILED", message: "no" }, runAt: s.clock.now() });
      expect(await numbersOf(s, claimed.executionId)).toContainEqual([5, "cancelled", null]);
      const again = await s.claimOne();
      expect(again.executionId).not.toBe(claimed.executionId);
      expect(again.job).toMatchObject({ attempts: 2, runId: again.executionId });
      expect(await s.store.runs.load(again.executionId)).toMatchObject({
        runKey: "key",
        seed: new Uint8Array([1, 2, 3]),
        image: null,
        operations: [{ number: 1, state: "completed", order: 1 }],
        readings: ["a"],
      });
      // Results go on after those that are there.
      const { settled } = await write(s, again, [recorded(2, "2")]);
      expect(settled).toMatchObject([{ number: 2, order: 5 }]);
      expect((await s.store.jobs.executions(claimed.job.id)).map(({ attempt, status }) => [attempt, status])).toEqual([
        [1, "failed"],
        [2, "running"],
      ]);
    });

    test("is what a failed job goes on over when it is resumed, with another version", async (s) => {
      const { claimed } = await started(s, [recorded(1)]);
      await s.complete(claimed, FAILED);
      const job = await s.store.jobs.resume(claimed.job.id, "2.0.0");
      expect(job).toMatchObject({ status: "queued", version: "2.0.0" });
      const again = await s.claimOne();
      expect(again.job.version).toBe("2.0.0");
      expect(await numbersOf(s, again.executionId)).toEqual([[1, "completed", 1]]);
    });

    test("ends with continueAsNew: the job is queued with the new input, and its execution keeps the old one", async (s) => {
      const long = JSON.stringify("x".repeat(20_000));
      const { claimed } = await started(s, [recorded(1), open(2, "sleep", { dueAt: 9 })], { inputJson: long });
      await s.complete(claimed, { kind: "renewed", inputJson: '{"round":2}' });
      expect(await jobOf(s, claimed)).toMatchObject({
        status: "queued",
        runId: null,
        version: null,
        inputJson: '{"round":2}',
      });
      expect(await s.store.executions.get(claimed.executionId)).toMatchObject({
        status: "completed",
        outputJson: "null",
      });
      expect(await inputOf(s, claimed.executionId)).toBe(long);
      expect(await numbersOf(s, claimed.executionId)).toContainEqual([2, "cancelled", null]);
      const again = await s.claimOne();
      expect(again.job).toMatchObject({ inputJson: '{"round":2}', attempts: 2, runId: null });
      await s.complete(again);
      expect(await s.store.executions.get(again.executionId)).toMatchObject({ inputJson: '{"round":2}' });
    });

    test("is deleted with its job", async (s) => {
      const { claimed } = await started(s, [recorded(1), { type: "item", item: 0, text: "0" }]);
      await s.complete(claimed);
      await s.store.jobs.delete(claimed.job.id);
      expect(await s.store.runs.load(claimed.executionId)).toBeUndefined();
      expect(await s.store.runs.items(claimed.executionId, -1, 1)).toEqual([]);
    });

    test("emits an event exactly once for each value", async (s) => {
      const { claimed } = await started(s, [
        open(1, "emit", { emits: '{"name":"n","value":7}', result: done("null") }),
      ]);
      await write(s, claimed, [open(1, "emit", { emits: '{"name":"n","value":8}', result: done("null") })]);
      const events = (await s.store.events.since(0, 100)).filter(({ type }) => type === "execution.emitted");
      expect(events).toMatchObject([{ executionId: claimed.executionId, data: { name: "n", value: 7 } }]);
    });

    test("waits for a claim with an image and an engine that are kept", async (s) => {
      const { claimed } = await started(s, [open(1, "wait")]);
      await s.store.runs.keepEngine({ engine: "engine-1", content: new Uint8Array([1]) });
      await s.store.runs.keepEngine({ engine: "engine-1", content: new Uint8Array([2]) });
      await s.complete(claimed, asleep([1]));
      expect(await s.store.runs.load(claimed.executionId)).toMatchObject({ engine: "engine-1", workedMs: 5 });
      expect((await s.store.runs.engine("engine-1"))?.content).toEqual(new Uint8Array([1]));
      expect(await s.store.runs.engine("engine-2")).toBeUndefined();
      await s.store.runs.dropImage(claimed.executionId);
      expect(await s.store.runs.load(claimed.executionId)).toMatchObject({ image: null, engine: null });
    });
  });
}
