import { expect, test } from "bun:test";
import { createLogBuffer } from "../../src/queue/log-buffer.ts";

const line = (n: number, length = 1) => ({ level: "info" as const, message: "x".repeat(length), time: n });
const timesOf = (entries: readonly { time: number }[]) => entries.map(({ time }) => time);

test("a task waits while too many lines are not stored, and continues once they are", async () => {
  const buffer = createLogBuffer();
  expect(buffer.add(line(0))).toBeUndefined();
  const room = buffer.add(line(1, 300_000));
  expect(buffer.isFull()).toBe(true);
  const batch = buffer.take();
  expect(timesOf(batch?.logs ?? [])).toEqual([0, 1]);
  const late = buffer.add(line(2));
  expect(buffer.take()).toBeUndefined(); // one batch at a time: a second would store the same lines again
  batch?.stored();
  await Promise.all([room, late]);
  expect([buffer.stored(), timesOf(buffer.pending()), buffer.isFull()]).toEqual([2, [2], false]);
  expect(buffer.take()).toMatchObject({ first: 2 });
});

test("a batch that can't be stored remains in the buffer, and the task continues", async () => {
  const buffer = createLogBuffer();
  const room = buffer.add(line(0, 300_000));
  buffer.take()?.failed();
  await room;
  expect([buffer.stored(), timesOf(buffer.pending())]).toEqual([0, [0]]);
  expect(buffer.take()).toMatchObject({ first: 0 });
});
