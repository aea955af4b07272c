import { expect, test } from "bun:test";
import { RatchetError } from "../../src/domain/errors.ts";
import type { RunAttempt } from "../../src/execution/attempt.ts";
import { createWorker } from "../../src/queue/worker.ts";
import { createManualClock } from "../store/manual-clock.ts";
import { openTestStore } from "../store/open-for-test.ts";

const HOUR_MS = 3_600_000;
/** Beats come that often. */
const BEAT_MS = 5_000;

async function setUp(run: RunAttempt) {
  const clock = createManualClock();
  const opened = await openTestStore(clock);
  const { store, taskId } = opened;
  const worker = createWorker({ store, clock, run, concurrency: 1, random: () => 0.5, onError: () => {} });
  await worker.start();
  const enqueue = async (runAt?: number) => {
    const job = { taskId, inputJson: "{}", ...(runAt === undefined ? {} : { runAt }) };
    return (await store.jobs.enqueue([job]))[0]?.job.id ?? 0;
  };
  const until = async (id: number, status: string) => {
    while ((await store.jobs.get(id))?.status !== status) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...opened,
    clock,
    enqueue,
    until,
    async [Symbol.asyncDispose]() {
      await worker.stop(0);
      await opened[Symbol.asyncDispose]();
    },
  };
}

const done: RunAttempt = async () => ({
  result: { status: "completed", outputJson: "1" },
  version: "1.0.0",
  usage: null,
});

test("a job runs when the clock is set forward to its time, although no timer fires", async () => {
  await using s = await setUp(done);
  const id = await s.enqueue(s.clock.now() + HOUR_MS);
  s.clock.jumpTo(s.clock.now() + HOUR_MS);
  s.clock.advance(BEAT_MS);
  await s.until(id, "completed");
});

test("setting the clock back delays neither ready jobs nor new ones", async () => {
  await using s = await setUp(done);
  s.clock.jumpTo(s.clock.now() - HOUR_MS);
  await s.until(await s.enqueue(), "completed");
  const { items } = await s.store.executions.list({}, {});
  expect(items).toMatchObject([{ status: "completed", queueWaitMs: 0, durationMs: 0 }]);
  expect(s.problems()).toEqual([]);
});

test("setting the clock back during an attempt does not change its result", async () => {
  let end = () => {};
  await using s = await setUp(
    () =>
      new Promise((resolve) => {
        end = () => {
          const error = new RatchetError("TIME_LIMIT", "too long");
          resolve({ result: { status: "failed", error }, version: "1.0.0", usage: null });
        };
      }),
  );
  const id = await s.enqueue();
  await s.until(id, "processing");
  s.clock.jumpTo(s.clock.now() - HOUR_MS);
  end();
  await s.until(id, "retrying");
  expect((await s.store.jobs.get(id))?.runAt).toBe(s.clock.now() + 1_000);
  s.clock.advance(1_000);
  await s.until(id, "processing");
  end();
  await s.until(id, "retrying");
  expect(s.problems()).toEqual([]);
});

test("setting the clock back does not lengthen the delay before a retry", async () => {
  let fail = true;
  await using s = await setUp(async () => {
    if (!fail) return { result: { status: "completed", outputJson: "1" }, version: "1.0.0", usage: null };
    const error = new RatchetError("TIME_LIMIT", "too long");
    return { result: { status: "failed", error }, version: "1.0.0", usage: null };
  });
  const retried = await s.enqueue();
  await s.until(retried, "retrying");
  fail = false;
  const later = s.clock.now() + HOUR_MS;
  const delayed = await s.enqueue(later);
  s.clock.jumpTo(s.clock.now() - HOUR_MS);
  s.clock.advance(BEAT_MS);
  while ((await s.store.jobs.get(retried))?.runAt !== s.clock.now() + 1_000) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  s.clock.advance(BEAT_MS);
  await s.until(retried, "completed");
  // A time that somebody asked for stays what it is.
  expect(await s.store.jobs.get(delayed)).toMatchObject({ status: "queued", runAt: later });
  expect(s.problems()).toEqual([]);
});
