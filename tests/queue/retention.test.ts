import { expect, test } from "bun:test";
import { createRetention } from "../../src/queue/retention.ts";
import type { RetentionStep } from "../../src/store/contract/retention.ts";
import { createManualClock } from "../store/manual-clock.ts";
import { openTestStore } from "../store/open-for-test.ts";

const POLICY = { jobs: {}, directExecutions: {}, events: {}, deliveries: {}, firings: {} };
const NOTHING: RetentionStep = {
  jobs: 0,
  executions: 0,
  events: 0,
  firings: 0,
  deliveries: 0,
  notifications: 0,
  bodies: 0,
  lines: 0,
  pages: 0,
  more: false,
};

/** Runs retention for some time over a store in which each step takes `stepMs`. @returns when steps began, ms, their own time left out */
async function steps(forMs: number, stepMs: number, more: (step: number) => boolean | Error): Promise<number[]> {
  const clock = createManualClock();
  const began: number[] = [];
  let extra = 0;
  const retention = createRetention({
    retention: {
      async step() {
        began.push(clock.monotonic());
        const answer = more(began.length);
        extra += stepMs;
        if (answer instanceof Error) throw answer;
        return { ...NOTHING, more: answer };
      },
    },
    clock: { ...clock, monotonic: () => clock.monotonic() + extra },
    policy: POLICY,
    onError: () => {},
  });
  await retention.start();
  while (clock.monotonic() < forMs) {
    clock.advance(1);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
  await retention.stop(0);
  return began;
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

test("runs once a minute while there is nothing to delete, even after a failure", async () => {
  const times = await steps(300_500, 0, (step) => (step === 2 ? new Error("no") : false));
  expect(gaps(times)).toEqual([60_000, 60_000, 60_000, 60_000]);
});

test("starts slowly and speeds up while there is more to delete", async () => {
  const times = await steps(60_300, 0, () => true);
  const first = gaps(times).slice(0, 5);
  expect(first[0]).toBe(50);
  for (const [index, gap] of first.slice(1).entries()) expect(gap).toBeLessThan((first[index] ?? 0) * 0.6);
});

test("uses at most a third of the time, however far behind it is", async () => {
  const times = await steps(61_000, 5, () => true);
  const [first, ...later] = gaps(times);
  expect(first).toBe(50);
  expect(Math.min(...later)).toBeGreaterThanOrEqual(10);
  expect(later.at(-1)).toBeLessThan(12);
});

test("starts slowly again in the next round", async () => {
  const times = await steps(121_000, 0, (step) => step % 4 !== 0);
  const [first, second, , round, again] = gaps(times);
  expect([first, second, again]).toEqual([50, 25, 50]);
  expect(round).toBeGreaterThanOrEqual(60_000);
});

test("jobs that retention deletes emit no events, while a job that someone deletes emits one", async () => {
  await using opened = await openTestStore();
  const { store, taskId } = opened;
  const jobs = await store.jobs.enqueue([
    { taskId, inputJson: "1" },
    { taskId, inputJson: "2" },
  ]);
  const [first = 0, second = 0] = jobs.map(({ job }) => job.id);
  for (const id of [first, second]) await store.jobs.cancel(id);
  const seen: string[] = [];
  store.events.subscribe((events) => seen.push(...events.map(({ type, jobId }) => `${type} ${jobId}`)));
  const policy = { ...POLICY, jobs: { cancelled: { maxCount: 1 } } };
  expect(await store.retention.step(policy, 10)).toMatchObject({ jobs: 1 });
  await store.jobs.delete(second);
  expect(seen).toEqual([`job.deleted ${second}`]);
  expect([await store.jobs.get(first), await store.jobs.get(second)]).toEqual([undefined, undefined]);
});
