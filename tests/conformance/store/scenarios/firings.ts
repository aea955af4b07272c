import { describe, expect } from "bun:test";
import { FINISHED_REASON, type OverlapPolicy, type Schedule } from "../../../../src/domain/schedule.ts";
import { COMPLETED, FAILED, type StoreTest } from "../fixture.ts";
import { create, fire, firings as firingsOf, MINUTE, minuteAfter, planMinutes } from "../minutely.ts";

/** Firings: due ones, overlapping ones, and those that people ask for. */
export function firings(test: StoreTest): void {
  firing(test);
  overlaps(test);
  byHand(test);
}

function firing(test: StoreTest): void {
  describe("firing", () => {
    test("creates the job together with the firing, once", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s, {
        inputJson: "[1]",
        priority: "high",
        tags: ["t"],
        concurrencyKey: "k",
        maxRetries: 9,
      });
      expect(await fire(s)).toEqual({ schedules: 0, enqueued: 0 });
      s.clock.advance(MINUTE);
      const results = await Promise.all([fire(s), fire(s), fire(s)]);
      expect(results.map(({ enqueued }) => enqueued).toSorted()).toEqual([0, 0, 1]);
      const [one, ...others] = await s.store.schedules.firings(id, 10);
      expect(others).toEqual([]);
      expect(one).toMatchObject({ scheduleId: id, kind: "planned", fireAt: start + MINUTE, status: "enqueued" });
      expect(await s.store.jobs.get(one?.jobId ?? 0)).toMatchObject({
        scheduleId: id,
        scheduledAt: start + MINUTE,
        inputJson: "[1]",
        priority: "high",
        tags: ["t"],
        concurrencyKey: "k",
        maxRetries: 9,
      });
      const after = { lastAt: start + MINUTE, nextAt: start + 2 * MINUTE };
      expect(await s.store.schedules.get(id)).toMatchObject(after);
      expect(await s.store.jobs.count({ scheduleId: id })).toBe(1);
    });

    test("takes as many due schedules as it is asked to", async (s) => {
      for (const name of ["a", "b", "c"]) await create(s, { name });
      s.clock.advance(MINUTE);
      expect(await s.store.schedules.fireDue(2, planMinutes)).toEqual({ schedules: 2, enqueued: 2 });
      expect(await s.store.schedules.fireDue(2, planMinutes)).toEqual({ schedules: 1, enqueued: 1 });
    });

    test("records firings that are not caught up", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s);
      s.clock.advance(3 * MINUTE);
      const missed = { count: 2, first: start + MINUTE, last: start + 2 * MINUTE };
      await s.store.schedules.fireDue(1, (_, now) => ({ firings: [now], missed, next: minuteAfter(now) }));
      expect(await firingsOf(s, id, start)).toEqual(["2 missed", "3 enqueued"]);
      const events = await s.store.events.since(0, 1_000);
      const { count, first, last } = missed;
      expect(events.find(({ type }) => type === "schedule.missed")).toMatchObject({
        scheduleId: id,
        data: { count, first: new Date(first).toISOString(), last: new Date(last).toISOString() },
      });
    });

    test("finishes a schedule that has no next time, until it gets one", async (s) => {
      const { id } = await create(s);
      s.clock.advance(MINUTE);
      await s.store.schedules.fireDue(1, (_, now) => ({ firings: [now], missed: null, next: null }));
      const finished = { enabled: false, pausedReason: FINISHED_REASON, nextAt: null };
      expect(await s.store.schedules.get(id)).toMatchObject(finished);
      expect(await s.store.schedules.nextDueAt()).toBeNull();
      const timing = { kind: "at", at: s.clock.now() + 5_000 } as const;
      const plan = () => ({ at: timing.at, dueAt: timing.at });
      expect(await s.store.schedules.update(id, { timing }, plan)).toMatchObject({ enabled: true, pausedReason: null });
    });

    test("plans again what was planned by a clock that was ahead, and repeats no firing", async (s) => {
      const start = s.clock.now();
      await create(s, { name: "created before" });
      s.clock.jumpTo(start + 100 * MINUTE);
      const { id } = await create(s, { overlap: "allow_all" });
      s.clock.advance(MINUTE);
      await fire(s);
      await create(s, { name: "not fired" });
      s.clock.jumpTo(start);
      const replan = (_: Schedule, now: number) => minuteAfter(now);
      expect(await s.store.schedules.replanAhead(200 * MINUTE, replan)).toBe(0);
      expect(await s.store.schedules.replanAhead(MINUTE, replan)).toBe(3);
      expect(await s.store.schedules.get(id)).toMatchObject({ nextAt: start + MINUTE, lastAt: null });
      s.clock.jumpTo(start + 101 * MINUTE);
      await s.store.schedules.fireDue(9, (_, now) => ({ firings: [now], missed: null, next: minuteAfter(now) }));
      expect(await firingsOf(s, id, start)).toEqual(["101 enqueued"]);
    });
  });
}

function overlaps(test: StoreTest): void {
  describe("overlap", () => {
    const policies: [OverlapPolicy, during: string[], after: string[]][] = [
      ["skip", ["1 enqueued", "2 skipped", "3 skipped"], ["1 enqueued", "2 skipped", "3 skipped"]],
      ["buffer_one", ["1 enqueued", "2 buffered", "3 skipped"], ["1 enqueued", "2 enqueued", "3 skipped"]],
      ["buffer_all", ["1 enqueued", "2 buffered", "3 buffered"], ["1 enqueued", "2 enqueued", "3 buffered"]],
      ["allow_all", ["1 enqueued", "2 enqueued", "3 enqueued"], ["1 enqueued", "2 enqueued", "3 enqueued"]],
      ["cancel_other", ["1 enqueued", "2 enqueued", "3 enqueued"], ["1 enqueued", "2 enqueued", "3 enqueued"]],
    ];
    for (const [overlap, during, after] of policies) {
      test(`${overlap} decides while a job runs, and when it has ended`, async (s) => {
        const start = s.clock.now();
        const { id } = await create(s, { overlap });
        s.clock.advance(MINUTE);
        await fire(s);
        const first = await s.claimOne();
        for (let n = 0; n < 2; n++) {
          s.clock.advance(MINUTE);
          await fire(s);
        }
        expect(await firingsOf(s, id, start)).toEqual(during);
        const { lost } = await s.complete(first);
        expect(lost.length).toBe(overlap === "cancel_other" ? 1 : 0);
        expect(await firingsOf(s, id, start)).toEqual(after);
      });
    }

    test("buffers firings that run one after the other, even if one is cancelled or fails", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s, { overlap: "buffer_all" });
      for (let n = 0; n < 4; n++) {
        s.clock.advance(MINUTE);
        await fire(s);
      }
      const first = await s.claimOne();
      await s.complete(first);
      await s.store.jobs.cancel((await s.claimOne()).job.id);
      await s.complete(await s.claimOne(), FAILED);
      await s.complete(await s.claimOne());
      expect(await s.claim(5)).toEqual([]);
      expect(await firingsOf(s, id, start)).toEqual(["1 enqueued", "2 enqueued", "3 enqueued", "4 enqueued"]);
    });

    test("buffers firings until the job has ended, whatever else changes about the schedule", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s, { overlap: "buffer_all" });
      s.clock.advance(MINUTE);
      await fire(s);
      const claimed = await s.claimOne();
      s.clock.advance(MINUTE);
      await fire(s);
      await s.store.schedules.update(id, { priority: "high" }, (_, now) => minuteAfter(now));
      const { id: manual } = await s.store.schedules.trigger(id);
      await s.complete(claimed);
      expect(await firingsOf(s, id, start)).toContain("2 buffered");
      await s.store.jobs.cancel(manual);
      expect(await firingsOf(s, id, start)).toContain("2 enqueued");
    });

    test("keeps buffered firings of a schedule that a failure has paused", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s, { pauseOnFailure: true, overlap: "buffer_one" });
      s.clock.advance(MINUTE);
      await fire(s);
      const claimed = await s.claimOne();
      s.clock.advance(MINUTE);
      await fire(s);
      await s.complete(claimed, FAILED);
      const pausedReason = `job ${claimed.job.id} failed`;
      expect(await s.store.schedules.get(id)).toMatchObject({ enabled: false, pausedReason });
      expect(await firingsOf(s, id, start)).toEqual(["1 enqueued", "2 buffered"]);
      await s.store.schedules.update(id, { enabled: true }, (_, now) => minuteAfter(now));
      expect(await firingsOf(s, id, start)).toEqual(["1 enqueued", "2 enqueued"]);
    });
  });
}

function byHand(test: StoreTest): void {
  describe("a trigger", () => {
    test("creates a job at once, also of a disabled schedule, and several in one moment", async (s) => {
      const { id } = await create(s, { enabled: false });
      const jobs = [await s.store.schedules.trigger(id), await s.store.schedules.trigger(id, "[2]")];
      expect(jobs.map(({ inputJson, scheduleId }) => [inputJson, scheduleId])).toEqual([
        ["{}", id],
        ["[2]", id],
      ]);
      const found = await s.store.schedules.firings(id, 10);
      expect(found.map(({ kind, status }) => [kind, status])).toEqual([
        ["manual", "enqueued"],
        ["manual", "enqueued"],
      ]);
      expect(new Set(found.map(({ jobId }) => jobId))).toEqual(new Set(jobs.map((job): number | null => job.id)));
    });
  });

  describe("a backfill", () => {
    test("creates the missing jobs of past times, once", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s);
      s.clock.advance(MINUTE);
      await fire(s);
      const times = [-2, -1, 0, 1].map((n) => start + n * MINUTE);
      const filled = await s.store.schedules.backfill(id, times, "buffer_all");
      expect(filled.map(({ fireAt, status }) => [(fireAt - start) / MINUTE, status])).toEqual([
        [-2, "buffered"],
        [-1, "buffered"],
        [0, "buffered"],
      ]);
      for (let n = 0; n < 4; n++) await s.complete(await s.claimOne(), COMPLETED);
      expect(await firingsOf(s, id, start)).toEqual(["-2 enqueued", "-1 enqueued", "0 enqueued", "1 enqueued"]);
      expect(await s.store.schedules.backfill(id, times, "allow_all")).toEqual([]);
    });

    test("is rehearsed with the same decisions, and without a trace", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s);
      s.clock.advance(2 * MINUTE);
      await fire(s);
      const times = [-1, 0, 1, 2].map((n) => start + n * MINUTE);
      for (const overlap of ["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"] as const) {
        const [jobs, before] = [await s.store.jobs.count({}), await firingsOf(s, id, start)];
        const rehearsed = await s.store.schedules.rehearseBackfill(id, times, overlap);
        expect(rehearsed.map(({ fireAt }) => (fireAt - start) / MINUTE)).toEqual([-1, 0, 2]);
        expect(rehearsed.every(({ jobId }) => jobId === null)).toBe(true);
        expect([await s.store.jobs.count({}), await firingsOf(s, id, start)]).toEqual([jobs, before]);
        expect(await s.store.schedules.rehearseBackfill(id, times, overlap)).toEqual(rehearsed);
      }
      const rehearsed = await s.store.schedules.rehearseBackfill(id, times, "buffer_one");
      const filled = await s.store.schedules.backfill(id, times, "buffer_one");
      expect(filled.map(({ status }) => status)).toEqual(rehearsed.map(({ status }) => status));
    });

    test("decides again about firings that were skipped", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s);
      s.clock.advance(2 * MINUTE);
      await fire(s);
      expect(await firingsOf(s, id, start)).toEqual(["1 enqueued", "2 skipped"]);
      const filled = await s.store.schedules.backfill(id, [start + 2 * MINUTE], "allow_all");
      expect(filled).toMatchObject([{ fireAt: start + 2 * MINUTE, status: "enqueued" }]);
      expect(await firingsOf(s, id, start)).toEqual(["1 enqueued", "2 enqueued"]);
    });

    test("does not count a buffered firing against itself", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s, { overlap: "buffer_one" });
      s.clock.advance(2 * MINUTE);
      await fire(s);
      expect(await firingsOf(s, id, start)).toEqual(["1 enqueued", "2 buffered"]);
      const filled = await s.store.schedules.backfill(id, [start + 2 * MINUTE], "buffer_one");
      expect(filled).toMatchObject([{ fireAt: start + 2 * MINUTE, status: "buffered" }]);
    });
  });

  describe("the firings of a schedule", () => {
    test("are on one page each, also those of the same time", async (s) => {
      const start = s.clock.now();
      const { id } = await create(s);
      const times = [0, 1_000, 2_000, 3_000].map((ms) => start + ms);
      await s.store.schedules.backfill(id, times, "allow_all");
      for (const time of times.slice(0, 3)) {
        s.clock.advance(time - s.clock.now());
        await s.store.schedules.trigger(id);
      }
      for (const size of [1, 2, 3, 7]) {
        const seen: string[] = [];
        for (let after: Parameters<typeof s.store.schedules.firings>[2]; ; ) {
          const page = await s.store.schedules.firings(id, size, after);
          seen.push(...page.map(({ fireAt, kind }) => `${(fireAt - start) / 1_000} ${kind}`));
          after = page.at(-1);
          if (page.length < size) break;
        }
        const expected = ["3 planned", "2 manual", "2 planned", "1 manual", "1 planned", "0 manual", "0 planned"];
        expect(seen.toSorted()).toEqual(expected.toSorted());
        expect(seen.map((one) => Number.parseInt(one, 10))).toEqual([3, 2, 2, 1, 1, 0, 0]);
      }
    });

    test("go with the schedule, and its jobs stay", async (s) => {
      const { id } = await create(s, { overlap: "buffer_all" });
      s.clock.advance(3 * MINUTE);
      await fire(s);
      await s.store.schedules.delete(id);
      expect(await s.store.schedules.firings(id, 10)).toEqual([]);
      expect((await s.complete(await s.claimOne())).lost).toEqual([]);
    });
  });
}
