import { describe, expect } from "bun:test";
import { MAX_KEPT_SIGNALS, MAX_KEPT_SIGNALS_OF_JOB } from "../../../../src/store/contract/signals.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { addTask, type StoreTest } from "../fixture.ts";
import { asleep, done, open, recorded, sleeping, started, statusOf, write } from "../run-steps.ts";

/** Signals and approvals. */
export function runSignals(test: StoreTest): void {
  describe("a signal", () => {
    test("settles the wait that it is for, wakes the run and is delivered once", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "wait", { name: "paid" })]);
      const { executionId } = claimed;
      const take = { executionId, number: 1, result: done("7") };
      const signal = { executionId, name: "paid", text: "7", idempotencyKey: "once", take };
      const sent = await s.store.runs.signal(signal);
      expect(sent).toMatchObject({ executionId, status: "delivered", repeated: false });
      expect(await s.store.runs.signal(signal)).toMatchObject({ id: sent.id, status: "delivered", repeated: true });
      expect((await s.claimOne()).executionId).toBe(executionId);
      expect((await s.store.runs.load(executionId))?.operations).toMatchObject([
        { number: 1, state: "completed", result: done("7").text },
      ]);
      expect(await s.store.runs.kept(claimed.job.id, "paid", 10)).toEqual([]);
    });

    test("that comes before its wait is kept, in order, even before the job has started", async (s) => {
      const { job } = await s.enqueue({ correlationKey: "order-7" });
      const first = await s.store.runs.signal({ jobId: job.id, name: "paid", text: "1" });
      expect(first).toMatchObject({ jobId: job.id, executionId: null, status: "kept" });
      const second = await s.store.runs.signal({ correlationKey: "order-7", name: "paid", text: "2" });
      await s.store.runs.signal({ jobId: job.id, name: "other", text: "3" });
      const claimed = await s.claimOne();
      const { runs } = await write(s, claimed, [
        { type: "begin", runKey: "k", seed: new Uint8Array(1), version: "1.0.0" },
        open(1, "wait", { name: "paid" }),
      ]);
      const kept = [first, second].map(({ id }, n) => ({ id, text: String(n + 1) }));
      expect(runs[0]?.kept).toEqual({ 1: kept });
      const { settled, runs: written } = await write(s, claimed, [
        { type: "pass", signalId: first.id, reason: "does not fit" },
        { type: "take", number: 1, signalId: second.id, result: done("2") },
        { type: "take", number: 1, signalId: second.id, result: done("2") },
      ]);
      expect(settled).toMatchObject([{ number: 1 }]);
      expect(written[0]?.late).toEqual([1]);
      expect(await s.store.runs.kept(job.id, "paid", 10)).toEqual([]);
    });

    test("that fits no open wait by now is kept, and its run finds out", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "wait", { name: "paid" })]);
      const { executionId, job } = claimed;
      const { id } = await s.store.runs.signal({ executionId, name: "paid", text: "1" });
      const woken = await s.claimOne();
      expect((await s.store.runs.load(executionId))?.kept).toEqual({ 1: [{ id, text: "1" }] });
      // It was not seen: the run does not sleep over it.
      await s.complete(woken, asleep([1]));
      const again = await s.claimOne();
      await write(s, again, [{ type: "take", number: 1, signalId: id, result: done("1") }]);
      const late = { executionId, number: 1, result: done("2") };
      expect(await s.store.runs.signal({ jobId: job.id, name: "paid", text: "2", take: late })).toMatchObject({
        status: "kept",
      });
      const events = (await s.store.events.since(0, 100)).filter(({ type }) => type === "execution.settled");
      expect(events).toMatchObject([{ executionId, data: { number: 1, kept: true } }]);
    });

    test("is not lost when the run goes another way, or is repeated over its journal", async (s) => {
      const { claimed } = await started(s, [open(1, "wait", { name: "paid" })]);
      const { executionId, job } = claimed;
      const take = { executionId, number: 1, result: done("1") };
      const { id } = await s.store.runs.signal({ executionId, name: "paid", text: "1", take });
      await write(s, claimed, [{ type: "diverge", from: 1, message: 1 }]);
      expect(await s.store.runs.kept(job.id, "paid", 10)).toEqual([{ id, text: "1" }]);
      const { runs } = await write(s, claimed, [recorded(1), open(2, "wait", { name: "paid" })]);
      expect(runs[0]?.kept).toEqual({ 2: [{ id, text: "1" }] });
    });

    test("is refused when too many of its name are kept, unless it is taken", async (s) => {
      const { claimed } = await started(s, [open(1, "wait", { name: "other" })]);
      const jobId = claimed.job.id;
      const send = (name: string) => s.store.runs.signal({ jobId, name, text: "1" });
      await Promise.all(Array.from({ length: MAX_KEPT_SIGNALS }, () => send("paid")));
      expect(await failureOf(send("paid"))).toMatchObject({ code: "SIGNAL_LIMIT" });
      expect(await s.store.runs.kept(jobId, "paid", 2 * MAX_KEPT_SIGNALS)).toHaveLength(MAX_KEPT_SIGNALS);
      const take = { executionId: claimed.executionId, number: 1, result: done("1") };
      expect(await s.store.runs.signal({ jobId, name: "other", text: "1", take })).toMatchObject({
        status: "delivered",
      });
    });

    test("is refused when too many of any names are kept", async (s) => {
      const { claimed } = await started(s);
      const jobId = claimed.job.id;
      const send = (name: string) => s.store.runs.signal({ jobId, name, text: "1" });
      await Promise.all(Array.from({ length: MAX_KEPT_SIGNALS_OF_JOB }, (_, index) => send(`name ${index}`)));
      expect(await failureOf(send("another"))).toMatchObject({ code: "SIGNAL_LIMIT" });
    });

    test("that has the idempotency key of another one is refused", async (s) => {
      const { job } = await s.enqueue();
      const signal = { jobId: job.id, text: "1", idempotencyKey: "once" };
      await s.store.runs.signal({ ...signal, name: "paid" });
      expect(await failureOf(s.store.runs.signal({ ...signal, name: "sent" }))).toMatchObject({ code: "CONFLICT" });
      expect(await s.store.runs.sent(job.id, "once", "paid")).toMatchObject({ hasName: true, text: "1" });
      expect(await s.store.runs.sent(job.id, "once", "sent")).toMatchObject({ hasName: false });
    });

    test("for what has ended or is not there gets a clear answer", async (s) => {
      const { claimed } = await started(s, [], { correlationKey: "k" });
      const { executionId, job } = claimed;
      await s.complete(claimed);
      const name = "paid";
      const ended = { code: "EXECUTION_ENDED" };
      expect(await failureOf(s.store.runs.signal({ executionId, name, text: "1" }))).toMatchObject(ended);
      expect(await failureOf(s.store.runs.signal({ jobId: job.id, name, text: "1" }))).toMatchObject(ended);
      expect(await failureOf(s.store.runs.signal({ correlationKey: "k", name, text: "1" }))).toMatchObject(ended);
      expect(await failureOf(s.store.runs.signal({ executionId: 999_999, name, text: "1" }))).toMatchObject({
        code: "EXECUTION_NOT_FOUND",
      });
      expect(await failureOf(s.store.runs.signal({ jobId: 999_999, name, text: "1" }))).toMatchObject({
        code: "JOB_NOT_FOUND",
      });
      expect(await failureOf(s.store.runs.signal({ correlationKey: "none", name, text: "1" }))).toMatchObject({
        code: "JOB_NOT_FOUND",
      });
      const other = await addTask(s.store, "other");
      await s.enqueue({ correlationKey: "both" });
      await s.enqueue({ correlationKey: "both", taskId: other });
      expect(await failureOf(s.store.runs.signal({ correlationKey: "both", name, text: "1" }))).toMatchObject({
        code: "CONFLICT",
      });
    });
  });

  describe("an approval", () => {
    test("waits for a decision, which is taken once and wakes the run", async (s) => {
      const { claimed } = await sleeping(s, [
        open(1, "approve", { name: "Buy?", who: '["operator"]', dueAt: s.clock.now() + 60_000 }),
      ]);
      const { items } = await s.store.runs.approvals({ status: "pending" }, { limit: 10 });
      expect(items).toMatchObject([
        {
          executionId: claimed.executionId,
          jobId: claimed.job.id,
          taskId: s.taskId,
          title: "Buy?",
          who: '["operator"]',
        },
      ]);
      const [{ id } = { id: 0 }] = items;
      const decision = { id, approved: true, by: "ada", comment: "fine", result: done("true") };
      expect(await s.store.runs.decide(decision)).toMatchObject({
        status: "approved",
        decidedBy: "ada",
        comment: "fine",
      });
      expect(await failureOf(s.store.runs.decide(decision))).toMatchObject({ code: "CONFLICT" });
      expect(await failureOf(s.store.runs.decide({ ...decision, id: 999_999 }))).toMatchObject({
        code: "APPROVAL_NOT_FOUND",
      });
      expect((await s.claimOne()).executionId).toBe(claimed.executionId);
      expect(await s.store.runs.approval(id)).toMatchObject({ status: "approved" });
      expect((await s.store.runs.approvals({ status: "pending" }, { limit: 10 })).items).toEqual([]);
      expect((await s.store.runs.approvals({ labels: ["addition"] }, { limit: 10 })).items).toHaveLength(1);
      expect((await s.store.runs.approvals({ labels: ["other"] }, { limit: 10 })).items).toEqual([]);
    });

    test("expires with its time, and is cancelled with its run", async (s) => {
      const { claimed } = await started(s, [open(1, "approve"), open(2, "approve")]);
      await write(s, claimed, [{ type: "settle", number: 1, result: done("false") }]);
      await s.complete(claimed);
      expect(await statusOf(s, claimed)).toBe("completed completed");
      const { items } = await s.store.runs.approvals({ executionId: claimed.executionId }, { limit: 10, order: "asc" });
      expect(items.map(({ status }) => status)).toEqual(["expired", "cancelled"]);
      const decision = { id: items[1]?.id ?? 0, approved: true, by: "ada", comment: null, result: done("true") };
      expect(await failureOf(s.store.runs.decide(decision))).toMatchObject({ code: "CONFLICT" });
    });
  });
}
