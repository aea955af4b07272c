import { expect, test } from "bun:test";
import type { NewJob } from "../../src/domain/job.ts";
import { createManualClock } from "./manual-clock.ts";
import { addTask, COMPLETED, finishedAttempt, openTestStore, registerWorker } from "./open-for-test.ts";

async function setUp() {
  const clock = createManualClock();
  const opened = await openTestStore(clock);
  const { store, taskId } = opened;
  await registerWorker(store);
  const enqueue = async (count: number, more: Partial<NewJob> = {}) =>
    (await store.jobs.enqueue(Array.from({ length: count }, () => ({ taskId, inputJson: "{}", ...more })))).map(
      ({ job }) => job.id,
    );
  const completeAndClaim = (
    capacity: number,
    finished: Parameters<typeof store.jobs.completeAndClaim>[0]["finished"] = [],
  ) => store.jobs.completeAndClaim({ workerId: "w1", finished, capacity });
  const done = (claimed: Awaited<ReturnType<typeof completeAndClaim>>["claimed"]) =>
    claimed.map((job) => finishedAttempt(job, COMPLETED, clock.now()));
  return { ...opened, clock, enqueue, completeAndClaim, done, [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
}

test("jobs of one concurrency key run one at a time, in order, without holding up others", async () => {
  await using s = await setUp();
  const keyed = await s.enqueue(50, { concurrencyKey: "customer-1" });
  const free = await s.enqueue(3);
  let { claimed } = await s.completeAndClaim(10);
  expect(claimed.map(({ job }) => job.id)).toEqual([keyed[0] ?? 0, ...free]);
  const order: number[] = [];
  while (claimed.length > 0) {
    order.push(...claimed.map(({ job }) => job.id).filter((id) => keyed.includes(id)));
    claimed = (await s.completeAndClaim(10, s.done(claimed))).claimed;
    expect(claimed.length).toBeLessThanOrEqual(1);
  }
  expect(order).toEqual(keyed);
  expect(s.problems()).toEqual([]);
});

test("a task's concurrency limit holds, and what is finished lets in as many", async () => {
  await using s = await setUp();
  await s.store.control.setLimits({ taskId: s.taskId }, { concurrency: 3 });
  await s.enqueue(10);
  const first = await s.completeAndClaim(10);
  expect(first.claimed.length).toBe(3);
  expect((await s.completeAndClaim(10)).claimed.length).toBe(0);
  expect((await s.completeAndClaim(10, s.done(first.claimed.slice(0, 2)))).claimed.length).toBe(2);
  await s.store.control.setLimits({ taskId: s.taskId }, null);
  expect((await s.completeAndClaim(10)).claimed.length).toBe(5);
});

test("limits of a key, of any key, and of the task hold together", async () => {
  await using s = await setUp();
  await s.store.control.setLimits("any key", { concurrency: 2 });
  await s.store.control.setLimits({ key: "wide" }, { concurrency: 4 });
  await s.enqueue(5, { concurrencyKey: "wide" });
  await s.enqueue(5, { concurrencyKey: "narrow" });
  await s.enqueue(5, { concurrencyKey: "*" });
  const { claimed } = await s.completeAndClaim(20);
  const count = (key: string) => claimed.filter(({ job }) => job.concurrencyKey === key).length;
  expect([count("wide"), count("narrow"), count("*")]).toEqual([4, 2, 2]);
  expect(await s.store.control.limits()).toEqual([
    { scope: "any key", limits: { concurrency: 2 } },
    { scope: { key: "wide" }, limits: { concurrency: 4 } },
  ]);
});

test("a job let out of one lane and held up in the next leaves its place to those behind it", async () => {
  await using s = await setUp();
  const other = await addTask(s.store, "other");
  const [running] = await s.enqueue(1, { concurrencyKey: "k" });
  const first = await s.completeAndClaim(10);
  await s.enqueue(3, { concurrencyKey: "k" });
  const [behind] = await s.enqueue(1, { concurrencyKey: "k", taskId: other });
  expect((await s.completeAndClaim(10)).claimed).toEqual([]);
  await s.store.control.pause({ taskId: s.taskId }, null);
  expect(first.claimed.map(({ job }) => job.id)).toEqual([running ?? 0]);
  let claimed = (await s.completeAndClaim(10, s.done(first.claimed))).claimed;
  for (let round = 0; claimed.length === 0 && round < 5; round++) {
    const next = await s.completeAndClaim(10);
    claimed = next.claimed;
    expect(claimed.length > 0 || next.more).toBe(true);
  }
  expect(claimed.map(({ job }) => job.id)).toEqual([behind ?? 0]);
});

test("a rate limit lets a burst through, then one for each part of the period, and says when", async () => {
  await using s = await setUp();
  await s.store.control.setLimits({ taskId: s.taskId }, { rate: { count: 5, periodMs: 1_000 } });
  await s.enqueue(12);
  const burst = await s.completeAndClaim(20);
  expect(burst.claimed.length).toBe(5);
  expect(burst.nextDueAt).toBe(s.clock.now() + 200);
  s.clock.advance(199);
  expect((await s.completeAndClaim(20)).claimed.length).toBe(0);
  s.clock.advance(1);
  expect((await s.completeAndClaim(20)).claimed.length).toBe(1);
  let left = 6;
  for (let ms = 0; ms < 1_200; ms += 100) {
    s.clock.advance(100);
    left -= (await s.completeAndClaim(20)).claimed.length;
  }
  expect(left).toBe(0);
});

test("a rate limit outlives a clock that jumps forward and back", async () => {
  await using s = await setUp();
  await s.store.control.setLimits({ taskId: s.taskId }, { rate: { count: 1, periodMs: 1_000 } });
  const start = s.clock.now();
  await s.enqueue(3);
  expect((await s.completeAndClaim(5)).claimed.length).toBe(1);
  s.clock.jumpTo(start + 365 * 86_400_000);
  expect((await s.completeAndClaim(5)).claimed.length).toBe(1);
  s.clock.jumpTo(start);
  expect((await s.completeAndClaim(5)).claimed.length).toBe(0);
  // The beat looks at lanes again whose time was set by a clock that was ahead.
  await s.store.workers.beat("w1");
  s.clock.advance(1_001);
  await s.store.workers.beat("w1");
  expect((await s.completeAndClaim(5)).claimed.length).toBe(1);
});

test("a paused or disabled task is passed over and goes on when let go", async () => {
  await using s = await setUp();
  const other = await addTask(s.store, "other");
  await s.store.control.pause({ taskId: s.taskId }, "maintenance");
  await s.enqueue(1_500);
  const [free] = await s.enqueue(1, { taskId: other });
  expect((await s.completeAndClaim(5)).claimed.map(({ job }) => job.id)).toEqual([free ?? 0]);
  expect(await s.store.control.resume({ taskId: s.taskId })).toBe(true);
  expect(await s.store.control.resume({ taskId: s.taskId })).toBe(false);
  // More than one batch was parked: what is left follows by itself.
  let total = 0;
  for (let n = 0; n < 5; n++) total += (await s.completeAndClaim(1_000)).claimed.length;
  expect(total).toBe(1_500);
  await s.store.tasks.setEnabled(other, false);
  const [held] = await s.enqueue(1, { taskId: other });
  expect((await s.completeAndClaim(5)).claimed).toEqual([]);
  expect(await s.store.jobs.explain(held ?? 0)).toMatchObject({ reason: "task_disabled" });
  await s.store.tasks.setEnabled(other, true);
  expect((await s.completeAndClaim(5)).claimed.length).toBe(1);
});

test("explain names what is in the way", async () => {
  await using s = await setUp();
  const { store, taskId } = s;
  const why = async (id: number | undefined) => (await store.jobs.explain(id ?? 0)).reason;
  const [later] = await s.enqueue(1, { runAt: s.clock.now() + 5_000 });
  expect(await store.jobs.explain(later ?? 0)).toMatchObject({ reason: "not_due", until: s.clock.now() + 5_000 });
  const [a, b] = await s.enqueue(2, { concurrencyKey: "k" });
  expect(await store.jobs.explain(b ?? 0)).toMatchObject({ reason: "waiting_for_worker", ahead: 1 });
  await s.completeAndClaim(1);
  expect(await why(a)).toBe("running");
  expect(await store.jobs.explain(b ?? 0)).toMatchObject({ reason: "key_concurrency", limit: 1, running: 1 });
  await store.control.setLimits({ taskId }, { concurrency: 1 });
  expect(await why(b)).toBe("task_concurrency");
  await store.control.setLimits({ taskId }, { rate: { count: 1, periodMs: 60_000 } });
  const [c, d] = await s.enqueue(2);
  await s.completeAndClaim(1);
  expect(await why(c)).toBe("running");
  expect(await store.jobs.explain(d ?? 0)).toMatchObject({ reason: "task_rate", until: s.clock.now() + 60_000 });
  await store.control.pause({ taskId }, "why not");
  expect((await store.jobs.explain(d ?? 0)).message).toContain("why not");
  expect(await why(d)).toBe("task_paused");
  await store.control.pause("all", null);
  expect(await why(d)).toBe("queue_paused");
  await store.jobs.cancel(d ?? 0);
  expect(await why(d)).toBe("finished");
  await expect(store.jobs.explain(999)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
});

test("explain counts who waits for the same limit, and for how long that is", async () => {
  await using s = await setUp();
  await s.store.control.setLimits({ taskId: s.taskId }, { rate: { count: 1, periodMs: 10_000 } });
  const ids = await s.enqueue(5);
  expect((await s.completeAndClaim(10)).claimed.length).toBe(1);
  const start = s.clock.now();
  for (const [index, id] of ids.slice(1).entries()) {
    expect(await s.store.jobs.explain(id)).toMatchObject({
      reason: "task_rate",
      ahead: index,
      until: start + (index + 1) * 10_000,
    });
  }
  // A more urgent one goes before them.
  const [urgent = 0] = await s.enqueue(1, { priority: "critical" });
  expect(await s.store.jobs.explain(urgent)).toMatchObject({ ahead: 0 });
  expect(await s.store.jobs.explain(ids[1] ?? 0)).toMatchObject({ ahead: 1 });
});

test("a job without any worker says so", async () => {
  await using opened = await openTestStore();
  const [made] = await opened.store.jobs.enqueue([{ taskId: opened.taskId, inputJson: "{}" }]);
  expect(await opened.store.jobs.explain(made?.job.id ?? 0)).toMatchObject({ reason: "no_worker" });
});

test("jobs that were running whenever their process died run in smaller groups, until the one to blame is found", async () => {
  await using s = await setUp();
  const ids = await s.enqueue(20);
  const [killer = 0] = ids;
  const die = async () => {
    const { failed } = await s.store.workers.rescue("w1", 0);
    await registerWorker(s.store);
    return failed;
  };
  const groups: number[] = [];
  let failed: number[] = [];
  while (failed.length === 0) {
    // None of them runs in the first moments of a process.
    if (groups.length >= 2) expect((await s.completeAndClaim(100)).claimed).toEqual([]);
    s.clock.advance(10_000);
    const { claimed } = await s.completeAndClaim(100);
    expect(claimed.map(({ job }) => job.id)).toContain(killer);
    groups.push(claimed.length);
    if (claimed.length === 8) {
      expect(await s.store.jobs.explain(ids[8] ?? 0)).toMatchObject({
        reason: "suspect",
        ahead: 0,
        limit: 8,
        running: 8,
      });
    }
    failed = await die();
  }
  expect(failed).toEqual([killer]);
  expect(groups).toEqual([20, 20, 20, 8, 9, 5]);
  s.clock.advance(10_000);
  // Jobs that were not there are not held up.
  const [fresh = 0] = await s.enqueue(1);
  const order: number[] = [];
  for (
    let { claimed } = await s.completeAndClaim(9);
    claimed.length > 0;
    { claimed } = await s.completeAndClaim(9, s.done(claimed))
  ) {
    expect(claimed.length).toBeLessThanOrEqual(order.length === 0 ? 2 : 1);
    order.push(...claimed.map(({ job }) => job.id));
  }
  expect(order.toSorted((a, b) => a - b)).toEqual([...ids.slice(1), fresh]);
  expect(s.problems()).toEqual([]);
});

test("one of them that runs for long holds up others for ten seconds only", async () => {
  await using s = await setUp();
  await s.enqueue(3);
  for (let death = 1; death <= 4; death++) {
    await s.completeAndClaim(10);
    await s.store.workers.rescue("w1", 0);
    await registerWorker(s.store);
    s.clock.advance(10_000);
  }
  expect((await s.completeAndClaim(10)).claimed.length).toBe(1);
  const { claimed, nextDueAt } = await s.completeAndClaim(10);
  expect(claimed).toEqual([]);
  expect(nextDueAt).toBe(s.clock.now() + 10_000);
  s.clock.advance(10_001);
  expect((await s.completeAndClaim(10)).claimed.length).toBe(1);
  expect((await s.completeAndClaim(10)).claimed.length).toBe(0);
  expect(s.problems()).toEqual([]);
});
