import { expect, test } from "bun:test";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { MINUTE, START, setUp } from "./scheduler-for-test.ts";

test("the loop sleeps until the next schedule is due, and wakes for an earlier one", async () => {
  await using s = await setUp();
  const fired = () =>
    new Promise<number | null>((resolve) => {
      const stop = s.store.events.subscribe((events) => {
        const event = events.find(({ type }) => type === "schedule.fired");
        if (event === undefined) return;
        stop();
        resolve(event.scheduleId);
      });
    });
  const later = await s.create();
  await s.scheduler.start();
  const sooner = await s.create({ name: "sooner", timing: { kind: "at", at: START + 1_500 } });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  // Timers are set in turns of the event loop; the clock advances only between turns.
  const first = fired();
  for (let ms = 0; ms < 2_000; ms += 100) {
    await turn();
    s.clock.advance(100);
  }
  expect(await first).toBe(sooner.id);
  const second = fired();
  for (let ms = 0; ms < MINUTE; ms += 1_000) {
    await turn();
    s.clock.advance(1_000);
  }
  expect(await second).toBe(later.id);
  await s.scheduler.stop(0);
});

/** Runs the loop for some time while every timer is late. */
async function runLate(s: Awaited<ReturnType<typeof setUp>>, lateMs: number, forMs: number): Promise<void> {
  const { clock } = s;
  const late = { ...clock, after: (ms: number, run: () => void) => clock.after(ms + lateMs, run) };
  const scheduler = createScheduler({ store: s.store, clock: late, onError: (error) => expect(error).toBeUndefined() });
  await scheduler.start();
  const stepMs = Math.max(1, Math.floor(lateMs / 2));
  for (let passed = 0; passed < forMs; passed += stepMs) {
    clock.advance(stepMs);
    // The store commits in turns of the event loop.
    await s.store.schedules.nextDueAt();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await scheduler.stop(0);
}

test.each([2, 700, 20_000])(
  "timers that are %p ms late miss nothing, however small the catch-up window is",
  async (lateMs) => {
    await using s = await setUp();
    const everySecond = { kind: "every", everyMs: 1_000 } as const;
    const schedule = await s.create({ timing: everySecond, catchUpWindowMs: 0, overlap: "allow_all" });
    await runLate(s, lateMs, lateMs * 10);
    const firings = await s.store.schedules.firings(schedule.id, 1_000);
    expect(firings.map(({ status }) => status)).toEqual(firings.map(() => "enqueued"));
    const { lastAt } = (await s.store.schedules.get(schedule.id)) ?? {};
    expect(firings.length).toBe(lastAt == null ? 0 : (lastAt - START) / 1_000);
  },
);

test("a process or a machine that was suspended was down", async () => {
  await using s = await setUp();
  const schedule = await s.create({ catchUpWindowMs: 0, overlap: "allow_all" });
  await s.scheduler.start();
  s.clock.jumpTo(START + 10 * MINUTE);
  s.clock.advance(5_000);
  await s.scheduler.stop(0);
  expect(await s.firings(schedule.id)).toEqual(["10 missed"]);
});
