import { describe, expect } from "bun:test";
import type { NewSchedule, Schedule } from "../../../../src/domain/schedule.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { addTask, type StoreTest } from "../fixture.ts";
import { create, fire, MINUTE, minuteAfter } from "../minutely.ts";

const UNKNOWN = 999_999;

/** Schedules as they are stored, listed and changed. */
export function schedules(test: StoreTest): void {
  describe("a schedule", () => {
    test("is stored as it was created, with its plan", async (s) => {
      const input: NewSchedule = {
        name: "everything",
        taskId: s.taskId,
        version: "1.0.0",
        inputJson: '{"num1":5}',
        timing: { kind: "every", everyMs: 90_000 },
        enabled: true,
        overlap: "buffer_one",
        catchUpWindowMs: 1_000,
        jitterMs: 5_000,
        startAt: s.clock.now(),
        endAt: s.clock.now() + 86_400_000,
        pauseOnFailure: true,
        priority: "low",
        maxRetries: 2,
        concurrencyKey: "k",
        tags: ["a"],
        everyText: "90s",
      };
      const planned: [number, number][] = [];
      const plan = (id: number, createdAt: number) => {
        planned.push([id, createdAt]);
        return { at: createdAt + 90_000, dueAt: createdAt + 91_234 };
      };
      const schedule = await s.store.schedules.create(input, plan);
      const now = s.clock.now();
      expect(planned).toEqual([[schedule.id, now]]);
      expect(schedule).toMatchObject({ ...input, nextAt: now + 90_000, lastAt: null, createdAt: now, updatedAt: now });
      expect(await s.store.schedules.get(schedule.id)).toEqual(schedule);
      expect(await s.store.schedules.getByName("everything")).toEqual(schedule);
      expect(await s.store.schedules.nextDueAt()).toBe(now + 91_234);
      for (const timing of [
        { kind: "at", at: now + 5 },
        { kind: "cron", cron: "0 0 1 1 *", timezone: "Asia/Kolkata" },
      ] as const) {
        const other = await s.store.schedules.create({ ...input, name: timing.kind, timing }, () => null);
        expect(await s.store.schedules.get(other.id)).toMatchObject({ timing, nextAt: null });
      }
    });

    test("has a name of its own", async (s) => {
      const { id } = await create(s);
      expect(await failureOf(create(s))).toMatchObject({ code: "CONFLICT", data: { name: "minutely" } });
      const other = await create(s, { name: "other" });
      const rename = s.store.schedules.update(other.id, { name: "minutely" }, () => null);
      expect(await failureOf(rename)).toMatchObject({ code: "CONFLICT" });
      await s.store.schedules.delete(id);
      expect(await create(s)).toMatchObject({ name: "minutely" });
    });

    test("that does not exist is an error wherever one is needed", async (s) => {
      const { schedules: store } = s.store;
      expect(await store.get(UNKNOWN)).toBeUndefined();
      expect(await store.getByName("unknown")).toBeUndefined();
      for (const call of [
        () => store.update(UNKNOWN, {}, () => null),
        () => store.delete(UNKNOWN),
        () => store.trigger(UNKNOWN),
        () => store.backfill(UNKNOWN, [1], "skip"),
      ]) {
        expect(await failureOf(call())).toMatchObject({ code: "SCHEDULE_NOT_FOUND" });
      }
    });

    test("is listed by task and state, sorted by name or by its next firing", async (s) => {
      const other = await addTask(s.store, "other");
      const named = async (name: string, dueInMs: number | null, more: Partial<NewSchedule> = {}) => {
        const timing = { kind: "every", everyMs: 1_000 } as const;
        const at = dueInMs === null ? null : s.clock.now() + dueInMs;
        const plan = () => (at === null ? null : { at, dueAt: at });
        await s.store.schedules.create({ name, taskId: s.taskId, inputJson: "{}", timing, ...more }, plan);
        s.clock.advance(1);
      };
      await named("b", 3_000);
      await named("c", 1_000, { taskId: other });
      await named("a", 2_000);
      await named("d", null, { enabled: false });
      const names = async (sort: "name" | "next" | "created", filter = {}) =>
        (await s.store.schedules.list(filter, { sort, order: "asc" })).items.map(({ name }) => name).join("");
      expect(await names("name")).toBe("abcd");
      expect(await names("next")).toBe("cabd");
      expect(await names("created")).toBe("bcad");
      expect(await names("name", { taskId: other })).toBe("c");
      expect(await names("name", { enabled: false })).toBe("d");
      expect(await s.store.schedules.count({ enabled: true, taskId: s.taskId })).toBe(2);
      const page = await s.store.schedules.list({}, { sort: "name", order: "asc", limit: 3 });
      const rest = await s.store.schedules.list({}, { sort: "name", order: "asc", cursor: page.nextCursor ?? "" });
      expect(rest.items.map(({ name }) => name)).toEqual(["d"]);
    });

    test("is replanned by a change to its timing, and keeps a due firing otherwise", async (s) => {
      const { id, nextAt } = await create(s);
      s.clock.advance(90_000);
      const replan = (_: Schedule, now: number) => minuteAfter(now + 10 * MINUTE);
      expect(await s.store.schedules.update(id, { name: "renamed", priority: "high" }, replan)).toMatchObject({
        name: "renamed",
        priority: "high",
        nextAt,
        updatedAt: s.clock.now(),
      });
      const timing = { kind: "every", everyMs: 600_000 } as const;
      expect(await s.store.schedules.update(id, { timing }, replan)).toMatchObject({
        timing,
        nextAt: minuteAfter(s.clock.now() + 10 * MINUTE).at,
      });
    });

    test("does not fire while it is disabled, and says why it is", async (s) => {
      const { id } = await create(s);
      const disabled = await s.store.schedules.update(id, { enabled: false }, () => null, "holiday");
      expect(disabled).toMatchObject({ enabled: false, pausedReason: "holiday" });
      s.clock.advance(5 * MINUTE);
      expect(await fire(s)).toEqual({ schedules: 0, enqueued: 0 });
      const enabled = await s.store.schedules.update(id, { enabled: true }, (_, now) => minuteAfter(now));
      expect(enabled).toMatchObject({ enabled: true, pausedReason: null });
      s.clock.advance(MINUTE);
      expect(await fire(s)).toEqual({ schedules: 1, enqueued: 1 });
    });
  });
}
