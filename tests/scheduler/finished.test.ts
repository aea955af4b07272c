import { expect, test } from "bun:test";
import { FINISHED_REASON } from "../../src/domain/schedule.ts";
import { COMPLETED } from "../store/open-for-test.ts";
import { MINUTE, START, setUp } from "./scheduler-for-test.ts";

const FINISHED = { enabled: false, pausedReason: FINISHED_REASON, nextAt: null };
const once = (at: number) => ({ timing: { kind: "at", at } as const });

test("a schedule finishes with its last firing before its end", async () => {
  await using s = await setUp();
  const { id } = await s.create({ endAt: START + 2.5 * MINUTE, overlap: "allow_all" });
  s.clock.advance(MINUTE);
  await s.fire();
  expect(await s.store.schedules.get(id)).toMatchObject({ enabled: true, pausedReason: null });
  s.clock.advance(MINUTE);
  await s.fire();
  expect(await s.store.schedules.get(id)).toMatchObject(FINISHED);
  expect(await s.store.schedules.count({ enabled: true })).toBe(0);
});

test("a schedule that ended while paused finishes when it is resumed", async () => {
  await using s = await setUp();
  const { id } = await s.create({ endAt: START + 2 * MINUTE });
  await s.scheduler.pause(id, "later");
  s.clock.advance(5 * MINUTE);
  expect(await s.scheduler.resume(id)).toMatchObject(FINISHED);
});

test("the last firing still runs if it had to wait", async () => {
  await using s = await setUp();
  const { id } = await s.create({ ...once(START + MINUTE), overlap: "buffer_one" });
  await s.scheduler.trigger(id);
  const [first] = await s.claim();
  s.clock.advance(MINUTE);
  await s.fire();
  expect(await s.store.schedules.get(id)).toMatchObject(FINISHED);
  if (first !== undefined) await s.end(first, COMPLETED);
  const [last] = await s.claim();
  expect(last?.job).toMatchObject({ scheduleId: id, scheduledAt: START + MINUTE });
});

test("a future time enables it again, another name does not", async () => {
  await using s = await setUp();
  const { id } = await s.create(once(START + MINUTE));
  s.clock.advance(MINUTE);
  await s.fire();
  expect(await s.scheduler.update(id, { name: "other", ...once(START + MINUTE) })).toMatchObject(FINISHED);
  const again = await s.scheduler.update(id, once(START + 5 * MINUTE));
  expect(again).toMatchObject({ enabled: true, pausedReason: null, nextAt: START + 5 * MINUTE });
});

test("a schedule that a wrong clock finished fires when its time comes", async () => {
  await using s = await setUp();
  const { id } = await s.create(once(START + 1_000 * MINUTE));
  s.clock.jumpTo(START + 2_000 * MINUTE);
  await s.scheduler.start();
  await s.scheduler.stop(0);
  expect(await s.store.schedules.get(id)).toMatchObject(FINISHED);
  s.clock.jumpTo(START);
  await s.scheduler.start();
  await s.scheduler.stop(0);
  expect(await s.store.schedules.get(id)).toMatchObject({ enabled: true, nextAt: START + 1_000 * MINUTE });
});
