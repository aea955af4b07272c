import { describe, expect } from "bun:test";
import { readText } from "../../../../src/domain/shared-text.ts";
import type { ClaimedJob } from "../../../../src/store/contract/jobs.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { COMPLETED, FAILED, type Fixture, registerWorker, type StoreTest } from "../fixture.ts";
import { asleep, done, jobOf, open, sleeping, started, statusOf, write } from "../run-steps.ts";

const child = (s: Fixture, inputJson = "1") => ({ taskId: s.taskId, inputJson });
const items = (s: Fixture, count: number) => Array.from({ length: count }, (_, n) => child(s, String(n)));

/** Ends children, and claims nothing. */
const complete = (s: Fixture, claimed: readonly ClaimedJob[], json: (n: number) => string = () => "1") =>
  s.store.jobs.completeAndClaim({
    workerId: "w1",
    finished: claimed.map((one, n) => s.attempt(one, { kind: "completed", outputJson: json(n) })),
    capacity: 0,
  });

/** Calls and maps. */
export function runChildren(test: StoreTest): void {
  describe("a call", () => {
    test("starts a job that can be claimed in the same transaction, and has its output", async (s) => {
      await s.enqueue();
      const claimed = await s.claimOne();
      await write(s, claimed, [{ type: "begin", runKey: "k", seed: new Uint8Array(1), version: "1.0.0" }]);
      const opened = await write(s, claimed, [open(1, "call", { children: [child(s)] })], 5);
      const [one] = opened.claimed;
      expect(opened.runs[0]?.children).toEqual({ 1: [one?.job.id ?? 0] });
      expect(one?.job.parent).toEqual({ executionId: claimed.executionId, number: 1, item: null });
      for (const filter of [{}, { status: ["processing" as const], taskId: s.taskId }, { createdFrom: 0 }]) {
        const children = { ...filter, parentExecutionId: claimed.executionId };
        expect((await s.store.jobs.list(children, {})).items.map(({ id }) => id)).toEqual([one?.job.id ?? 0]);
        expect(await s.store.jobs.count(children)).toBe(1);
      }
      const { settled } = await complete(s, opened.claimed, () => "15");
      expect(settled).toMatchObject([
        {
          executionId: claimed.executionId,
          number: 1,
          order: 1,
          result: { ok: true, text: "" },
          child: { jobId: one?.job.id, executionId: one?.executionId, status: "completed", outputJson: "15" },
        },
      ]);
      expect(await s.store.runs.load(claimed.executionId)).toMatchObject({ settlements: settled });
      expect(await s.store.runs.settlements(claimed.executionId, [1, 2])).toEqual(settled);
    });

    test("wakes the run that sleeps for it, also with an output that is long", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "call", { children: [child(s)] })]);
      expect(await statusOf(s, claimed)).toBe("sleeping sleeping");
      const long = JSON.stringify("x".repeat(100_000));
      await complete(s, [await s.claimOne()], () => long);
      const woken = await s.claimOne();
      expect(woken.executionId).toBe(claimed.executionId);
      const run = await s.store.runs.load(claimed.executionId);
      expect(readText(run?.settlements[0]?.child?.outputJson ?? "")).toBe(long);
    });

    test("fails when the child has failed for good, not when it is retried", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "call", { children: [child(s)] })]);
      const error = { code: "TASK_FAILED", message: "no" };
      await s.complete(await s.claimOne(), { kind: "retry", error, runAt: s.clock.now() });
      const again = await s.claimOne();
      expect(again.job.id).not.toBe(claimed.job.id);
      await s.complete(again, FAILED);
      await s.claimOne();
      const [settlement] = (await s.store.runs.load(claimed.executionId))?.settlements ?? [];
      expect(settlement).toMatchObject({ result: { ok: false }, child: { status: "failed", error } });
    });

    test("fails when the child is cancelled, or loses its worker too often", async (s) => {
      const { claimed, written } = await sleeping(s, [
        open(1, "call", { children: [child(s)] }),
        open(2, "call", { children: [child(s)] }),
      ]);
      const [first = 0] = written.runs[0]?.children[1] ?? [];
      await s.store.jobs.cancel(first);
      const woken = (await s.claim(5)).find(({ executionId }) => executionId === claimed.executionId);
      expect(woken).toBeDefined();
      expect(await s.store.runs.settlements(claimed.executionId, [1, 2])).toMatchObject([
        { number: 1, result: { ok: false }, child: { status: "cancelled" } },
      ]);
    });

    test("tells a run that another worker carries by an event", async (s) => {
      const { claimed } = await started(s, [open(1, "call", { children: [child(s)] })]);
      await registerWorker(s.store, "w2");
      const one = await s.claimOne("w2");
      const finished = [s.attempt(one, COMPLETED)];
      const { settled } = await s.store.jobs.completeAndClaim({ workerId: "w2", finished, capacity: 0 });
      expect(settled).toEqual([]);
      const events = (await s.store.events.since(0, 100)).filter(({ type }) => type === "execution.settled");
      expect(events).toMatchObject([{ executionId: claimed.executionId, data: { number: 1 } }]);
      expect(await s.store.runs.settlements(claimed.executionId, [1])).toHaveLength(1);
    });

    test("with the same key means the same child", async (s) => {
      const { claimed, written } = await started(s, [
        open(1, "call", { key: "k", children: [child(s)] }),
        open(2, "call", { key: "k", children: [child(s)] }),
      ]);
      expect(written.runs[0]?.children[2]).toEqual(written.runs[0]?.children[1] ?? []);
      const { settled } = await complete(s, [await s.claimOne()]);
      expect(settled.map(({ number }) => number)).toEqual([1, 2]);
      const late = await write(s, claimed, [open(3, "call", { key: "k", children: [child(s)] })]);
      expect(late.settled).toMatchObject([{ number: 3, child: { status: "completed" } }]);
      expect(await s.claim(1)).toEqual([]);
    });

    test("ends with its run, unless it is detached; so do the calls of the child", async (s) => {
      const { claimed, written } = await started(s, [
        open(1, "call", { children: [child(s)] }),
        open(2, "call", { detached: true, children: [child(s)], result: done("null") }),
      ]);
      const children = written.runs[0]?.children ?? {};
      const [inner, free] = await s.claim(2);
      if (inner === undefined || free === undefined) throw new Error("too few children");
      await write(s, inner, [
        { type: "begin", runKey: "k", seed: new Uint8Array(1), version: "1.0.0" },
        open(1, "call", { children: [child(s)] }),
      ]);
      await s.complete(inner, asleep([1]));
      await s.complete(claimed);
      expect((await s.store.jobs.get(free.job.id))?.status).toBe("processing");
      // The child has a run, which is asked to end. Its own child ends with it.
      const job = await s.store.jobs.get(children[1]?.[0] ?? 0);
      expect(job).toMatchObject({ status: "sleeping", request: "cancel" });
      const claimedAgain = await s.claim(5);
      const woken = claimedAgain.find(({ job: { id } }) => id === inner.job.id);
      if (woken === undefined) throw new Error("the child does not wake");
      expect(await s.store.runs.load(inner.executionId)).toMatchObject({ isCancelled: true });
      await s.complete(woken, { kind: "stopped", error: { code: "CANCELLED", message: "no" } });
      expect(await statusOf(s, inner)).toBe("cancelled cancelled");
      const grandchild = claimedAgain.find(({ job: { parent } }) => parent?.executionId === inner.executionId);
      if (grandchild !== undefined) expect((await jobOf(s, grandchild)).status).toBe("cancelled");
    });

    test("ends its child when it has timed out, and the late end of that changes nothing", async (s) => {
      const { claimed, written } = await started(s, [open(1, "call", { dueAt: 5, children: [child(s)] })]);
      const one = await s.claimOne();
      const { settled } = await write(s, claimed, [{ type: "settle", number: 1, result: done("9") }]);
      expect(settled).toMatchObject([{ number: 1, result: done("9") }]);
      expect((await s.store.jobs.get(written.runs[0]?.children[1]?.[0] ?? 0))?.status).toBe("cancelled");
      expect((await s.complete(one)).settled).toEqual([]);
    });

    test("keeps its child and the child's output as long as its run", async (s) => {
      const { claimed, written } = await started(s, [open(1, "call", { children: [child(s)] })]);
      const id = written.runs[0]?.children[1]?.[0] ?? 0;
      await complete(s, [await s.claimOne()]);
      expect(await failureOf(s.store.jobs.delete(id))).toMatchObject({ code: "ILLEGAL_TRANSITION" });
      s.clock.advance(10 ** 9);
      const rule = { maxAgeMs: 1 };
      const policy = {
        jobs: { completed: rule, failed: rule, cancelled: rule },
        directExecutions: {},
        events: {},
        firings: {},
        deliveries: {},
      } as unknown as Parameters<Fixture["store"]["retention"]["step"]>[0];
      await s.store.retention.step(policy, 10);
      expect(await s.store.jobs.get(id)).toBeDefined();
      await s.complete(claimed);
      s.clock.advance(10 ** 6);
      await s.store.retention.step(policy, 10);
      await s.store.retention.step(policy, 10);
      expect(await s.store.jobs.get(id)).toBeUndefined();
    });
  });

  describe("a map", () => {
    test("starts as many children at a time as it may, and has their outputs in order", async (s) => {
      const { claimed } = await sleeping(s, [open(1, "map", { children: items(s, 5), concurrency: 2 })]);
      const first = await s.claim(5);
      expect(first.map(({ job }) => job.inputJson)).toEqual(["0", "1"]);
      const waiting = await s.store.jobs.list({ status: ["queued"] }, { limit: 10 });
      expect(await s.store.jobs.explain(waiting.items[0]?.id ?? 0)).toMatchObject({ reason: "map_concurrency" });
      await complete(s, first.slice(1), () => '"b"');
      const second = await s.claim(5);
      expect(second.map(({ job }) => job.inputJson)).toEqual(["2"]);
      await complete(s, [...first.slice(0, 1), ...second], (n) => `"${n === 0 ? "a" : "c"}"`);
      const last = await s.claim(5);
      expect(last.map(({ job }) => job.inputJson)).toEqual(["3", "4"]);
      expect((await s.store.runs.operations(claimed.executionId, 1))[0]?.childrenLeft).toBe(2);
      await complete(s, last, (n) => `"${n === 0 ? "d" : "e"}"`);
      expect((await s.claimOne()).executionId).toBe(claimed.executionId);
      const [settlement] = (await s.store.runs.load(claimed.executionId))?.settlements ?? [];
      expect(settlement?.result).toEqual({ ok: true, text: "" });
      expect(settlement?.children?.map(({ outputJson }) => outputJson)).toEqual(['"a"', '"b"', '"c"', '"d"', '"e"']);
    });

    test("lets children go on that another part of the run has slept for", async (s) => {
      const { written } = await started(s, [open(1, "map", { children: items(s, 3), concurrency: 1 })]);
      const ids = written.runs[0]?.children[1] ?? [];
      // A child that is cancelled while it has not been let start makes no room.
      await s.store.jobs.cancel(ids[2] ?? 0);
      const one = await s.claimOne();
      expect(one.job.id).toBe(ids[0] ?? 0);
      await complete(s, [one]);
      const two = await s.claimOne();
      const { settled } = await complete(s, [two]);
      expect(settled[0]?.children?.map(({ status }) => status)).toEqual(["completed", "completed", "cancelled"]);
    });

    test("ends with the first failure if it is to, and cancels the rest", async (s) => {
      const { written } = await started(s, [open(1, "map", { children: items(s, 6), concurrency: 3, failFast: true })]);
      const [one, two] = await s.claim(2);
      if (one === undefined || two === undefined) throw new Error("too few children");
      await s.complete(two);
      const { settled } = await s.complete(one, FAILED);
      expect(settled).toMatchObject([{ number: 1, result: { ok: false } }]);
      const jobs = await s.store.jobs.getMany(written.runs[0]?.children[1] ?? []);
      expect(jobs.map(({ status }) => status)).toEqual([
        "failed",
        "completed",
        ...Array.from({ length: 4 }, () => "cancelled" as const),
      ]);
      expect(await s.claim(5)).toEqual([]);
    });

    test("goes on after failures otherwise", async (s) => {
      await started(s, [open(1, "map", { children: items(s, 2) })]);
      const both = await s.claim(2);
      await s.complete(both.slice(0, 1), FAILED);
      const { settled } = await s.complete(both.slice(1));
      expect(settled[0]?.result.ok).toBe(true);
      expect(settled[0]?.children?.map(({ status }) => status)).toEqual(["failed", "completed"]);
    });

    test("counts a child again that is requeued by hand, paused or moved to a time", async (s) => {
      const { written } = await started(s, [open(1, "map", { children: items(s, 4), concurrency: 1 })]);
      const ids = written.runs[0]?.children[1] ?? [];
      const one = await s.claimOne();
      await s.complete(one, FAILED);
      await s.store.jobs.retry(one.job.id);
      await s.store.jobs.pause(ids[2] ?? 0);
      await s.store.jobs.change(ids[3] ?? 0, { runAt: s.clock.now() + 10 });
      await s.store.jobs.resume(ids[2] ?? 0);
      s.clock.advance(1_000);
      for (let left = 4; left > 0; ) {
        const claimed = await s.claim(5);
        expect(claimed.length).toBeGreaterThan(0);
        left -= claimed.length;
        const { settled } = await complete(s, claimed);
        if (left === 0) expect(settled[0]?.children?.every(({ status }) => status === "completed")).toBe(true);
      }
    });

    test("of the journal of a failed run still has the outputs of its children", async (s) => {
      const { claimed } = await started(s, [open(1, "map", { children: items(s, 2) })]);
      await complete(s, await s.claim(2), (n) => String(n + 7));
      await s.complete(claimed, FAILED);
      await s.store.jobs.retry(claimed.job.id);
      const again = await s.claimOne();
      const run = await s.store.runs.load(again.executionId);
      expect(run?.settlements[0]?.children?.map(({ outputJson }) => outputJson)).toEqual(["7", "8"]);
    });
  });
}
