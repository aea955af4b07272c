import { expect, test } from "bun:test";
import { FINISHED_REASON, type NewSchedule, type OverlapPolicy } from "../../src/domain/schedule.ts";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { COMPLETED, FAILED } from "../store/open-for-test.ts";
import { MINUTE, START, setUp } from "./scheduler-for-test.ts";

test("a firing and its job are created together, once", async () => {
  await using s = await setUp();
  const schedule = await s.create();
  expect(schedule.nextAt).toBe(START + MINUTE);
  expect(await s.fire()).toEqual({ schedules: 0, enqueued: 0 });
  s.clock.advance(MINUTE);
  expect(await s.fire()).toEqual({ schedules: 1, enqueued: 1 });
  expect(await s.fire()).toEqual({ schedules: 0, enqueued: 0 });
  const [firing] = await s.store.schedules.firings(schedule.id, 10);
  expect(firing).toMatchObject({ fireAt: START + MINUTE, status: "enqueued", kind: "planned" });
  expect(await s.store.jobs.get(firing?.jobId ?? 0)).toMatchObject({ scheduleId: schedule.id, status: "queued" });
  expect(await s.store.schedules.get(schedule.id)).toMatchObject({
    lastAt: START + MINUTE,
    nextAt: START + 2 * MINUTE,
  });
  expect(s.problems()).toEqual([]);
});

test("two processes that fire at the same time create one job", async () => {
  await using s = await setUp();
  const schedule = await s.create();
  s.clock.advance(MINUTE);
  const results = await Promise.all([s.fire(), s.fire(), s.fire()]);
  expect(results.map(({ enqueued }) => enqueued).sort()).toEqual([0, 0, 1]);
  expect(await s.firings(schedule.id)).toEqual(["1 enqueued"]);
});

test.each<[OverlapPolicy, string[], string[]]>([
  ["skip", ["1 enqueued", "2 skipped", "3 skipped"], ["1 enqueued", "2 skipped", "3 skipped"]],
  ["buffer_one", ["1 enqueued", "2 buffered", "3 skipped"], ["1 enqueued", "2 enqueued", "3 skipped"]],
  ["buffer_all", ["1 enqueued", "2 buffered", "3 buffered"], ["1 enqueued", "2 enqueued", "3 buffered"]],
  ["allow_all", ["1 enqueued", "2 enqueued", "3 enqueued"], ["1 enqueued", "2 enqueued", "3 enqueued"]],
  ["cancel_other", ["1 enqueued", "2 enqueued", "3 enqueued"], ["1 enqueued", "2 enqueued", "3 enqueued"]],
])("overlap %s", async (overlap, during, after) => {
  await using s = await setUp();
  const schedule = await s.create({ overlap });
  s.clock.advance(MINUTE);
  await s.fire();
  const [first] = await s.claim();
  if (first === undefined) throw new Error("nothing was claimed");
  for (let n = 0; n < 2; n++) {
    s.clock.advance(MINUTE);
    await s.fire();
  }
  expect(await s.firings(schedule.id)).toEqual(during);
  const { lost } = await s.end(first, COMPLETED);
  expect(lost.length).toBe(overlap === "cancel_other" ? 1 : 0);
  expect(await s.firings(schedule.id)).toEqual(after);
  expect(s.problems()).toEqual([]);
});

test("buffered firings run one after the other, even if one is cancelled", async () => {
  await using s = await setUp();
  const schedule = await s.create({ overlap: "buffer_all" });
  for (let n = 0; n < 4; n++) {
    s.clock.advance(MINUTE);
    await s.fire();
  }
  for (let n = 0; n < 4; n++) {
    const claimed = await s.claim();
    expect(claimed.length).toBe(1);
    const [job] = claimed;
    if (job === undefined) break;
    if (n === 1) await s.store.jobs.cancel(job.job.id);
    else await s.end(job, n === 2 ? FAILED : COMPLETED);
  }
  expect(await s.claim()).toEqual([]);
  expect(await s.firings(schedule.id)).toEqual(["1 enqueued", "2 enqueued", "3 enqueued", "4 enqueued"]);
});

test("pauseOnFailure pauses on a failure, keeps buffered firings, and continues when resumed", async () => {
  await using s = await setUp();
  const schedule = await s.create({ pauseOnFailure: true, overlap: "buffer_one" });
  s.clock.advance(MINUTE);
  await s.fire();
  const [job] = await s.claim();
  if (job === undefined) throw new Error("nothing was claimed");
  s.clock.advance(MINUTE);
  await s.fire();
  await s.end(job, FAILED);
  expect(await s.store.schedules.get(schedule.id)).toMatchObject({
    enabled: false,
    pausedReason: `job ${job.job.id} failed`,
  });
  expect(await s.firings(schedule.id)).toEqual(["1 enqueued", "2 buffered"]);
  s.clock.advance(10 * MINUTE);
  expect(await s.fire()).toEqual({ schedules: 0, enqueued: 0 });
  const resumed = await s.scheduler.resume(schedule.id);
  expect(resumed).toMatchObject({ enabled: true, pausedReason: null, nextAt: START + 13 * MINUTE });
  expect(await s.firings(schedule.id)).toEqual(["1 enqueued", "2 enqueued"]);
});

test("after downtime it catches up within the window and reports what it missed", async () => {
  await using s = await setUp();
  const schedule = await s.create({ overlap: "allow_all", catchUpWindowMs: 2 * MINUTE });
  s.clock.advance(10 * MINUTE);
  await s.fire();
  expect(await s.firings(schedule.id)).toEqual(["7 missed", "8 enqueued", "9 enqueued", "10 enqueued"]);
  const events = await s.store.events.since(0, 100);
  expect(events.find(({ type }) => type === "schedule.missed")).toMatchObject({
    scheduleId: schedule.id,
    data: { count: 7 },
  });
});

test("a clock that is set back repeats no firing, and one that is set forward counts as downtime", async () => {
  await using s = await setUp();
  const schedule = await s.create({ overlap: "allow_all" });
  s.clock.advance(3 * MINUTE);
  await s.fire();
  s.clock.jumpTo(START);
  await s.fire();
  s.clock.jumpTo(START + 3 * MINUTE);
  await s.fire();
  expect(await s.firings(schedule.id)).toEqual(["1 enqueued", "2 enqueued", "3 enqueued"]);
  s.clock.jumpTo(START);
  // Even planned again, it does not go back before its last firing.
  await s.scheduler.pause(schedule.id, null);
  expect(await s.scheduler.resume(schedule.id)).toMatchObject({ nextAt: START + 4 * MINUTE });
  s.clock.jumpTo(START + 5 * MINUTE);
  await s.fire();
  expect((await s.firings(schedule.id)).slice(3)).toEqual(["4 enqueued", "5 enqueued"]);
});

test("correcting a clock that was far ahead silences no schedule, and repeats no firing", async () => {
  await using s = await setUp();
  const minutely = await s.create({ overlap: "allow_all", catchUpWindowMs: 2 * MINUTE });
  s.clock.jumpTo(START + 100 * MINUTE);
  const late = await s.create({ name: "late", timing: { kind: "every", everyMs: 10 * MINUTE }, overlap: "allow_all" });
  await s.scheduler.start();
  expect(await s.firings(minutely.id)).toEqual(["97 missed", "98 enqueued", "99 enqueued", "100 enqueued"]);
  s.clock.jumpTo(START + 90_000);
  // The loop notices after its longest sleep.
  s.clock.advance(5_000);
  await s.scheduler.stop(0);
  expect(await s.store.schedules.get(minutely.id)).toMatchObject({ nextAt: START + 2 * MINUTE, lastAt: null });
  expect(await s.store.schedules.get(late.id)).toMatchObject({ nextAt: START + 10 * MINUTE });
  s.clock.jumpTo(START + 3 * MINUTE);
  await s.fire();
  expect((await s.firings(minutely.id)).slice(0, 2)).toEqual(["2 enqueued", "3 enqueued"]);
  // Times that already had their jobs come again.
  s.clock.jumpTo(START + 100 * MINUTE);
  await s.fire();
  const jobs = await s.store.jobs.list({ scheduleId: minutely.id }, { limit: 100 });
  expect(jobs.items).toHaveLength(5);
});

test("a server that starts with a corrected clock plans again", async () => {
  await using s = await setUp();
  s.clock.jumpTo(START + 1_000 * MINUTE);
  const schedule = await s.create();
  s.clock.advance(MINUTE);
  await s.fire();
  s.clock.jumpTo(START);
  await s.scheduler.start();
  await s.scheduler.stop(0);
  expect(await s.store.schedules.get(schedule.id)).toMatchObject({ nextAt: START + MINUTE });
});

test("a schedule that can no longer be planned does not stop others from firing, and loses nothing", async () => {
  await using s = await setUp();
  const gone = await s.create({ name: "gone", overlap: "allow_all" });
  const sound = await s.create({ name: "sound", overlap: "allow_all" });
  s.sql.run("UPDATE schedules SET timezone = 'Mars/Olympus' WHERE id = ?", gone.id);
  const errors: string[] = [];
  const onError = (error: unknown) => void errors.push(String(error));
  const scheduler = createScheduler({ store: s.store, clock: s.clock, onError });
  s.clock.advance(MINUTE);
  await scheduler.start();
  await scheduler.stop(0);
  expect(await s.firings(sound.id)).toEqual(["1 enqueued"]);
  expect(await s.store.schedules.get(gone.id)).toMatchObject({ enabled: true, nextAt: START + MINUTE });
  expect(errors).toEqual([expect.stringContaining('schedule "gone" can\'t be planned')]);
  s.sql.run("UPDATE schedules SET timezone = 'UTC' WHERE id = ?", gone.id);
  s.clock.advance(MINUTE);
  await s.fire();
  expect(await s.firings(gone.id)).toEqual(["1 enqueued", "2 enqueued"]);
});

test("a change that keeps the plan loses no due firing", async () => {
  await using s = await setUp();
  const schedule = await s.create();
  s.clock.advance(90_000);
  await s.scheduler.update(schedule.id, { name: "renamed", priority: "high" });
  await s.fire();
  expect(await s.firings(schedule.id)).toEqual(["1 enqueued"]);
  await s.scheduler.update(schedule.id, { timing: { kind: "every", everyMs: 10 * MINUTE } });
  expect(await s.store.schedules.get(schedule.id)).toMatchObject({ name: "renamed", nextAt: START + 10 * MINUTE });
});

test("nor does another end, unless the firing is after it", async () => {
  await using s = await setUp();
  const { id } = await s.create();
  s.clock.advance(3 * MINUTE + 500);
  expect(await s.scheduler.update(id, { endAt: START + 10 * MINUTE })).toMatchObject({ nextAt: START + MINUTE });
  expect(await s.scheduler.update(id, { endAt: null })).toMatchObject({ nextAt: START + MINUTE });
  await s.fire();
  expect((await s.firings(id)).length).toBe(3);
  // An end is inclusive.
  expect(await s.scheduler.update(id, { endAt: START + 4 * MINUTE })).toMatchObject({ nextAt: START + 4 * MINUTE });
});

test("a one-shot fires once and then finishes", async () => {
  await using s = await setUp();
  const schedule = await s.create({ timing: { kind: "at", at: START + 5_000 } });
  s.clock.advance(5_000);
  await s.fire();
  expect(await s.store.schedules.get(schedule.id)).toMatchObject({
    nextAt: null,
    lastAt: START + 5_000,
    enabled: false,
    pausedReason: FINISHED_REASON,
  });
  expect(await s.scheduler.next(schedule.id, 5)).toEqual([]);
  expect(await s.scheduler.update(schedule.id, { name: "done" })).toMatchObject({ name: "done", nextAt: null });
});

test("a trigger creates a job at once, even while paused, and several in one moment", async () => {
  await using s = await setUp();
  const schedule = await s.create({ enabled: false });
  const jobs = await Promise.all([1, 2, 3].map(() => s.scheduler.trigger(schedule.id)));
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(3);
  expect((await s.store.schedules.firings(schedule.id, 10)).map(({ kind }) => kind)).toEqual([
    "manual",
    "manual",
    "manual",
  ]);
});

test("backfill creates the missing jobs of a range, once, one after the other", async () => {
  await using s = await setUp();
  const schedule = await s.create();
  s.clock.advance(MINUTE);
  await s.fire();
  const range = { from: START - 2 * MINUTE, to: START + MINUTE };
  const filled = await s.scheduler.backfill(schedule.id, range);
  expect(filled.map(({ fireAt, status }) => [(fireAt - START) / MINUTE, status])).toEqual([
    [-2, "buffered"],
    [-1, "buffered"],
    [0, "buffered"],
  ]);
  for (let n = 0; n < 4; n++) {
    const [job] = await s.claim();
    if (job !== undefined) await s.end(job, COMPLETED);
  }
  expect(await s.firings(schedule.id)).toEqual(["-2 enqueued", "-1 enqueued", "0 enqueued", "1 enqueued"]);
  expect(await s.scheduler.backfill(schedule.id, range)).toEqual([]);
  const future = { from: START, to: START + 5 * MINUTE };
  await expect(s.scheduler.backfill(schedule.id, future)).rejects.toMatchObject({ code: "USAGE" });
  const huge = { from: START - 365 * 24 * 60 * MINUTE, to: START };
  await expect(s.scheduler.backfill(schedule.id, huge)).rejects.toMatchObject({ code: "USAGE" });
});

test.each<[string, Partial<NewSchedule>, string]>([
  ["a time that has passed", { timing: { kind: "at", at: START } }, "at"],
  ["a day that never comes", { timing: { kind: "cron", cron: "0 0 30 2 *", timezone: "UTC" } }, "cron"],
  ["an interval under a second", { timing: { kind: "every", everyMs: 999 } }, "every"],
  ["an interval that is no number", { timing: { kind: "every", everyMs: Number.NaN } }, "every"],
  ["an end before its start", { startAt: START + 2, endAt: START + 1 }, "endAt"],
  ["an end before it fires", { endAt: START + 1 }, "endAt"],
  ["an empty name", { name: " " }, "name"],
  ["a negative jitter", { jitterMs: -1 }, "jitter"],
  ["an unknown time zone", { timing: { kind: "cron", cron: "* * * * *", timezone: "Mars/X" } }, "timezone"],
  ["a bad cron", { timing: { kind: "cron", cron: "* * * * 9", timezone: "UTC" } }, "cron"],
])("rejects %s", async (_, more, field) => {
  await using s = await setUp();
  await expect(s.create(more)).rejects.toMatchObject({ code: "SCHEDULE_INVALID", data: { field } });
});

test("a name is unique, and errors name what is unknown", async () => {
  await using s = await setUp();
  await s.create();
  await expect(s.create()).rejects.toMatchObject({ code: "CONFLICT", data: { name: "minutely" } });
  const { scheduler } = s;
  const calls = [
    () => scheduler.trigger(99),
    () => scheduler.delete(99),
    () => scheduler.next(99, 1),
    () => scheduler.pause(99, null),
  ];
  for (const call of calls) {
    await expect(call()).rejects.toMatchObject({ code: "SCHEDULE_NOT_FOUND" });
  }
});

test("deleting a schedule keeps its jobs", async () => {
  await using s = await setUp();
  const schedule = await s.create({ overlap: "buffer_all" });
  s.clock.advance(3 * MINUTE);
  await s.fire();
  await s.scheduler.delete(schedule.id);
  const [job] = await s.claim();
  if (job === undefined) throw new Error("nothing was claimed");
  expect((await s.end(job, COMPLETED)).lost).toEqual([]);
  expect(s.problems()).toEqual([]);
});

test("a schedule whose time zone no longer exists says so, until it gets another", async () => {
  await using s = await setUp();
  const { id } = await s.create();
  s.sql.run("UPDATE schedules SET timezone = 'Europe/Atlantis'");
  s.clock.advance(3 * MINUTE);
  const unknown = { code: "SCHEDULE_INVALID", message: expect.stringContaining("Europe/Atlantis") };
  await expect(s.scheduler.next(id, 3)).rejects.toMatchObject(unknown);
  await expect(s.scheduler.backfill(id, { from: START, to: START + MINUTE })).rejects.toMatchObject(unknown);
  await expect(s.scheduler.resume(id)).rejects.toMatchObject(unknown);
  await s.scheduler.update(id, { timing: { kind: "cron", cron: "* * * * *", timezone: "UTC" } });
  expect((await s.scheduler.next(id, 1)).length).toBe(1);
});

test("a schedule at the latest possible time fires once, and breaks nothing", async () => {
  await using s = await setUp();
  const END = 8_640_000_000_000_000;
  const yearly = { kind: "every", everyMs: 366 * 86_400_000 } as const;
  const { id } = await s.create({ timing: yearly, startAt: END, jitterMs: 3_600_000 });
  expect(await s.scheduler.next(id, 5)).toEqual([{ at: END, local: "+275760-09-13T00:00:00+00:00" }]);
  await expect(s.create({ name: "cron", startAt: END })).rejects.toMatchObject({ code: "SCHEDULE_INVALID" });
});
