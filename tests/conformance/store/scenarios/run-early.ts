import { describe, expect } from "bun:test";
import type { NewJob } from "../../../../src/domain/job.ts";
import type { ClaimedJob, FinishedAttempt } from "../../../../src/store/contract/jobs.ts";
import type { RunChange } from "../../../../src/store/contract/runs.ts";
import { COMPLETED, type Fixture, type StoreTest } from "../fixture.ts";
import { asleep, BEGIN, jobOf, open, operation, recorded, started, statusOf, write } from "../run-steps.ts";

/** A run whose first call has completed. That it calls tasks makes the store ready for children that start early. */
async function calling(s: Fixture): Promise<ClaimedJob> {
  const { claimed } = await started(s);
  const first: RunChange = { ...openCall(s, 1), early: true };
  const { claimed: children } = await write(s, claimed, [first], 5);
  await s.complete(children);
  return claimed;
}

const openCall = (s: Fixture, number: number) => ({
  type: "open" as const,
  operation: operation(number, "call", { children: [{ taskId: s.taskId, inputJson: String(number) }] }),
});

/** Starts the child of a call before that is stored. @returns undefined if the store does not let it start */
function startEarly(s: Fixture, parent: ClaimedJob, number: number, more: Partial<NewJob> = {}) {
  const { executionId } = parent;
  const job = { taskId: s.taskId, inputJson: String(number), ...more };
  return s.store.jobs.startEarly({ workerId: "w1", job, parent: { executionId, number, item: null } });
}

/** A call whose child runs already. */
function begun(s: Fixture, parent: ClaimedJob, number: number): { child: ClaimedJob; change: RunChange } {
  const child = startEarly(s, parent, number);
  if (child === undefined) throw new Error(`the child of operation ${number} may not start`);
  const { job, executionId, trace } = child;
  const call = openCall(s, number).operation;
  return { child, change: { type: "open", operation: { ...call, started: { job, executionId, trace } }, early: true } };
}

/** Stores changes of a run one by one, and the ends of attempts after so many of them. */
function store(
  s: Fixture,
  run: ClaimedJob,
  changes: readonly RunChange[],
  finished: readonly FinishedAttempt[],
  capacity = 0,
) {
  const { executionId, job, claim } = run;
  const runs = changes.map((change) => ({ executionId, jobId: job.id, claim, changes: [change] }));
  return s.store.jobs.completeAndClaim({ workerId: "w1", finished, runs, capacity });
}

/** Children of calls that run before they are stored. */
export function runEarly(test: StoreTest): void {
  describe("a child that starts early", () => {
    test("is stored as it ended, with the operations, counts and events of one that was queued", async (s) => {
      const run = await calling(s);
      const [second, third] = [begun(s, run, 2), begun(s, run, 3)];
      const outputs = [second, third].map(({ child }, i) =>
        s.attempt(child, { kind: "completed", outputJson: `"early ${i}"` }, { toldEarly: true, after: i + 1 }),
      );
      const before = (await s.store.events.bounds()).last;
      const result = await store(s, run, [second.change, third.change], outputs);
      expect(result).toMatchObject({ lost: [], settled: [], misled: [], runs: [{ owned: true }, { owned: true }] });
      expect(result.runs.map(({ children }) => children)).toEqual([
        { 2: [second.child.job.id] },
        { 3: [third.child.job.id] },
      ]);
      for (const [i, { child }] of [second, third].entries()) {
        expect(await jobOf(s, child)).toMatchObject({
          status: "completed",
          attempts: 1,
          executionId: child.executionId,
          inputJson: String(i + 2),
          parent: { executionId: run.executionId, number: i + 2, item: null },
          workerId: null,
        });
        const execution = await s.store.executions.get(child.executionId);
        expect(execution).toMatchObject({ status: "completed", attempt: 1, version: "1.0.0", durationMs: 1 });
        expect(execution?.outputJson).toBe(`"early ${i}"`);
      }
      const operations = await s.store.runs.operations(run.executionId, 10);
      expect(operations.map(({ number, state, order }) => [number, state, order])).toEqual([
        [1, "completed", 1],
        [2, "completed", 2],
        [3, "completed", 3],
      ]);
      expect((await s.store.runs.load(run.executionId))?.settlements.at(-1)?.child).toMatchObject({
        jobId: third.child.job.id,
        status: "completed",
        outputJson: '"early 1"',
      });
      const events = await s.store.events.since(before, 100);
      const ofSecond = events.filter(({ jobId }) => jobId === second.child.job.id).map(({ type }) => type);
      expect(ofSecond).toEqual([
        "job.queued",
        "job.started",
        "execution.started",
        "execution.completed",
        "job.completed",
      ]);
    });

    test("is stored while it runs, and ends as any other", async (s) => {
      const run = await calling(s);
      const { child, change } = begun(s, run, 2);
      await store(s, run, [change], []);
      expect(await statusOf(s, child)).toBe("processing running");
      expect((await s.store.workers.beat("w1")).jobIds).toContain(child.job.id);
      const { settled } = await s.complete(child);
      expect(settled).toMatchObject([{ number: 2, order: 2, child: { jobId: child.job.id, status: "completed" } }]);
    });

    test("is given back by the rescue of its worker once it is stored", async (s) => {
      const run = await calling(s);
      const { child, change } = begun(s, run, 2);
      await store(s, run, [change], []);
      const [row] = await s.store.workers.list();
      await s.store.workers.rescue("w1", row?.beat ?? 0);
      expect(await jobOf(s, child)).toMatchObject({ status: "queued", rescues: 1 });
    });

    test("may have a run of its own, which sleeps in the transaction that stores all of it", async (s) => {
      const run = await calling(s);
      const { child, change } = begun(s, run, 2);
      const { executionId, job, claim } = child;
      const parent = { executionId: run.executionId, jobId: run.job.id, claim: run.claim };
      const result = await s.store.jobs.completeAndClaim({
        workerId: "w1",
        finished: [s.attempt(child, asleep([1]), { after: 2 })],
        runs: [
          { ...parent, changes: [change] },
          { executionId, jobId: job.id, claim, changes: [BEGIN, open(1, "wait")] },
        ],
        capacity: 5,
      });
      expect(result).toMatchObject({ claimed: [], lost: [], runs: [{ owned: true }, { owned: true }] });
      expect(await statusOf(s, child)).toBe("sleeping sleeping");
      expect((await s.store.runs.operations(executionId, 10)).map(({ kind }) => kind)).toEqual(["wait"]);
    });

    test("that ends after it was stored settles its call before what its parent does then", async (s) => {
      const run = await calling(s);
      const second = begun(s, run, 2);
      await store(s, run, [second.change], []);
      const third = begun(s, run, 3);
      const result = await store(
        s,
        run,
        [third.change, recorded(4)],
        [
          s.attempt(second.child, COMPLETED, { toldEarly: true, after: 0 }),
          s.attempt(third.child, COMPLETED, { toldEarly: true, after: 1 }),
        ],
      );
      expect(result).toMatchObject({ lost: [], misled: [] });
      const operations = await s.store.runs.operations(run.executionId, 10);
      expect(operations.map(({ number, order }) => [number, order])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ]);
    });

    test("does not change what a run has recorded if it was cancelled before its result was stored", async (s) => {
      const run = await calling(s);
      const second = begun(s, run, 2);
      await store(s, run, [second.change], []);
      await s.store.jobs.kill(second.child.job.id);
      const third = begun(s, run, 3);
      const result = await store(
        s,
        run,
        [third.change, recorded(4)],
        [
          s.attempt(second.child, COMPLETED, { toldEarly: true, after: 0 }),
          s.attempt(third.child, COMPLETED, { toldEarly: true, after: 1 }),
          s.attempt(run, COMPLETED, { after: 2 }),
        ],
        1,
      );
      expect(result.misled).toEqual([run.executionId]);
      expect(result.runs.map(({ owned }) => owned)).toEqual([false, false]);
      expect(await s.store.jobs.get(third.child.job.id)).toBeUndefined();
      const operations = await s.store.runs.operations(run.executionId, 10);
      expect(operations.map(({ number, state }) => [number, state])).toEqual([
        [1, "completed"],
        [2, "failed"],
      ]);
      // Its run goes on from there.
      expect(result.claimed).toMatchObject([{ job: { id: run.job.id }, executionId: run.executionId }]);
    });

    test("is not stored if its parent is gone", async (s) => {
      const run = await calling(s);
      const { child, change } = begun(s, run, 2);
      await s.store.jobs.kill(run.job.id);
      const end = s.attempt(child, COMPLETED, { toldEarly: true, after: 1 });
      const result = await store(s, run, [change], [end]);
      expect(result).toMatchObject({ runs: [{ owned: false }], lost: [child.job.id] });
      expect(await s.store.jobs.get(child.job.id)).toBeUndefined();
    });
  });

  describe("a child may not start early", () => {
    test("before a run has called a task, since its ids are reserved then", async (s) => {
      const { claimed } = await started(s);
      expect(startEarly(s, claimed, 1)).toBeUndefined();
    });

    test("if its job says when it may start, or shares a key", async (s) => {
      const run = await calling(s);
      for (const more of [{ runAt: 5 }, { concurrencyKey: "k" }, { correlationKey: "k" }] as const)
        expect(startEarly(s, run, 2, more)).toBeUndefined();
      expect(startEarly(s, run, 2)).toBeDefined();
    });

    for (const [what, forbid] of Object.entries(FORBIDDING)) {
      test(what, async (s) => {
        const run = await calling(s);
        await forbid(s);
        expect(startEarly(s, run, 2)).toBeUndefined();
      });
    }
  });
}

/** What keeps the jobs of a task from starting at any time. */
const FORBIDDING: Readonly<Record<string, (s: Fixture) => Promise<unknown>>> = {
  "while the queue is paused": ({ store }) => store.control.pause("all", null),
  "while its task is paused": ({ store, taskId }) => store.control.pause({ taskId }, null),
  "while its task has a limit": ({ store, taskId }) => store.control.setLimits({ taskId }, { concurrency: 9 }),
  "while its task is disabled": ({ store, taskId }) => store.tasks.setEnabled(taskId, false),
};
