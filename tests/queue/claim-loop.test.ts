import { expect, test } from "bun:test";
import { type ClaimLoop, createClaimLoop } from "../../src/queue/claim-loop.ts";
import type { CompleteRequest, CompleteResult } from "../../src/store/contract/jobs.ts";
import type { RunWrite, RunWritten } from "../../src/store/contract/runs.ts";
import { createManualClock } from "../store/manual-clock.ts";

const CHANGE: RunWrite = { executionId: 1, jobId: 1, claim: 1, changes: [] };
const WRITTEN: RunWritten = {
  executionId: 1,
  owned: true,
  limit: null,
  near: null,
  children: {},
  kept: {},
  late: [],
};

/**
 * A loop over a store that answers when the test says so, in a time that stands still.
 * @param misled executions that were told what does not hold, according to the store
 */
function setUp(misled: readonly number[] = []) {
  const answers: (() => void)[] = [];
  let onRequest = () => {};
  const requests: CompleteRequest[] = [];
  const completeAndClaim = (request: CompleteRequest) =>
    new Promise<CompleteResult>((resolve) => {
      const runs = (request.runs ?? []).map(() => WRITTEN);
      const result = { known: true, claimed: [], lost: [], settled: [], nextDueAt: null, more: false, runs };
      requests.push(request);
      answers.push(() => resolve({ ...result, misled: runs.length === 0 ? [] : [...misled] }));
      onRequest();
    });
  const loop: ClaimLoop = createClaimLoop({
    storage: { jobs: { completeAndClaim }, onError: () => {} },
    clock: createManualClock(),
    concurrency: 4,
    maxClaimed: 4,
    share: () => 1,
    running: new Map(),
    workerId: () => "w1",
    onClaimed: () => {},
    onSettled: () => {},
    onMisled: () => {},
    onUnknown: async () => {},
  });
  /** Resolves when the store has its next request, which is not answered yet. */
  const requested = (count: number) =>
    new Promise<void>((resolve) => {
      onRequest = () => (requests.length >= count ? resolve() : undefined);
      onRequest();
    });
  return { loop, requests, requested, answer: () => answers.shift()?.() };
}

test("changes that can wait are stored with the next one that can't", async () => {
  const { loop, requests, requested, answer } = setUp();
  loop.start();
  await requested(1);
  answer();
  const soon = loop.writeSoon(CHANGE);
  const now = loop.write(CHANGE);
  await requested(2);
  expect(requests[1]?.runs).toHaveLength(2);
  answer();
  expect(await Promise.all([soon, now])).toEqual([WRITTEN, WRITTEN]);
  expect(loop.isStored(loop.latest())).toBe(true);
});

test("what is being stored is not waited for again, and what comes after it is stored", async () => {
  const { loop, requested, answer } = setUp();
  loop.start();
  await requested(1);
  answer();
  void loop.writeSoon(CHANGE);
  const first = loop.stored(loop.latest());
  await requested(2);
  const second = loop.stored(loop.latest());
  answer();
  await Promise.all([first, second]);
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  const written = loop.write(CHANGE);
  await requested(3);
  answer();
  expect(await written).toEqual(WRITTEN);
});

test("what a run records that was told what does not hold is refused, and nobody waits for it", async () => {
  const { loop, requested, answer } = setUp([1]);
  loop.start();
  await requested(1);
  answer();
  const first = loop.write(CHANGE);
  await requested(2);
  const refused = loop.writeSoon(CHANGE);
  const stored = loop.stored(loop.latest());
  answer();
  expect(await first).toEqual(WRITTEN);
  expect(await refused).toEqual({ ...WRITTEN, owned: false });
  await stored;
});
