import { expect, test } from "bun:test";
import { createIdleWatch } from "../../src/lib/idle-watch.ts";
import { virtualClock } from "../support/virtual-clock.ts";

test("it calls back once after nothing has happened for a while, and again after the next time", async () => {
  const clock = virtualClock();
  let idle = 0;
  const watch = createIdleWatch(clock, 100, () => {
    idle += 1;
  });
  const first = watch.begin();
  await clock.pass(500);
  expect(idle).toBe(0);
  first();
  await clock.pass(60);
  watch.begin()();
  await clock.pass(99);
  expect(idle).toBe(0);
  await clock.pass(1);
  expect(idle).toBe(1);
  await clock.pass(1_000);
  expect(idle).toBe(1);
  const [one, other] = [watch.begin(), watch.begin()];
  one();
  await clock.pass(1_000);
  expect(idle).toBe(1);
  other();
  await clock.pass(100);
  expect(idle).toBe(2);
});

test("it stops", async () => {
  const clock = virtualClock();
  let idle = 0;
  const watch = createIdleWatch(clock, 100, () => {
    idle += 1;
  });
  watch.begin()();
  watch.stop();
  await clock.pass(1_000);
  expect(idle).toBe(0);
});
