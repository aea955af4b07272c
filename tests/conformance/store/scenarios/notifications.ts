import { describe, expect } from "bun:test";
import { MAX_NOTIFICATION_RULES, type NewNotificationRule } from "../../../../src/domain/notification.ts";
import type { EvaluationStep } from "../../../../src/store/contract/notifications.ts";
import type { StoreTest } from "../fixture.ts";

const rule = (more: Partial<NewNotificationRule> = {}): NewNotificationRule => ({
  name: "failures",
  origin: "api",
  condition: { when: "job.failed" },
  enabled: true,
  targets: [{ key: "k", shown: { type: "slack", url: "http://127.0.0.1/" } }],
  sealed: "sealed",
  ...more,
});

const NOTHING: EvaluationStep = { streaks: [], reported: [], ended: [], windows: [], deliveries: [] };
const ITEM = { text: "Job 1 has failed.", time: 1, path: "/jobs/1" };
const RESULT = { delivered: false, status: 503, response: "busy", error: "it responded with 503" };

const delivery = (ruleId: number, messageId: string) => ({
  ruleId,
  targetKey: "k",
  target: { type: "slack", url: "http://127.0.0.1/" } as const,
  messageId,
  message: { type: "job.failed", rule: "failures", time: 1, count: 1, items: [ITEM] } as const,
});

/** Rules of notifications, what their evaluation remembers, and deliveries. */
export function notifications(test: StoreTest): void {
  describe("notifications", () => {
    test("have rules with unique names, which are about later events", async (s) => {
      const { notifications, events } = s.store;
      const created = await notifications.create(rule());
      expect(created).toMatchObject({ ...rule(), afterEvent: (await events.bounds()).last });
      expect(await notifications.get(created.id)).toEqual(created);
      await expect(notifications.create(rule())).rejects.toMatchObject({ code: "CONFLICT" });
      const other = await notifications.create(rule({ name: "other" }));
      await expect(notifications.change(other.id, { name: "failures" })).rejects.toMatchObject({ code: "CONFLICT" });
      await s.store.jobs.enqueue([{ taskId: s.taskId, inputJson: "{}" }]);
      const changed = await notifications.change(other.id, { enabled: false });
      expect(changed).toMatchObject({ enabled: false, afterEvent: (await events.bounds()).last });
      expect((await notifications.list({})).items.map(({ name }) => name)).toEqual(["other", "failures"]);
      await notifications.delete(other.id);
      await expect(notifications.delete(other.id)).rejects.toMatchObject({ code: "RULE_NOT_FOUND" });
      await expect(notifications.change(other.id, {})).rejects.toMatchObject({ code: "RULE_NOT_FOUND" });
      expect(await notifications.rules()).toEqual([created]);
    });

    test("have a bounded number of rules", async (s) => {
      const { notifications } = s.store;
      for (let n = 0; n < MAX_NOTIFICATION_RULES; n++) await notifications.create(rule({ name: `${n}` }));
      await expect(notifications.create(rule())).rejects.toMatchObject({ code: "CONFLICT" });
    });

    test("follow the configuration, and remember what has not changed", async (s) => {
      const { notifications } = s.store;
      const configured = (name: string) => rule({ name, origin: "configuration", sealed: null });
      await notifications.create(rule());
      await notifications.configure([configured("a"), configured("b")]);
      const [own, a, b] = await notifications.rules();
      expect([own, a, b]).toMatchObject([{ origin: "api" }, { origin: "configuration" }, { name: "b" }]);
      const ids = { a: a?.id ?? 0, b: b?.id ?? 0 };
      const streaks = [ids.a, ids.b].map((ruleId) => ({ ruleId, taskId: s.taskId, failures: 2 }));
      await notifications.advance({ ...NOTHING, streaks });
      await notifications.configure([configured("a"), { ...configured("b"), condition: { when: "source.stale" } }]);
      expect((await notifications.rules()).map(({ id }) => id)).toEqual([own?.id ?? 0, ids.a, ids.b]);
      expect((await notifications.state()).streaks).toEqual([{ ruleId: ids.a, taskId: s.taskId, failures: 2 }]);
      await notifications.configure([]);
      expect(await notifications.rules()).toMatchObject([{ id: own?.id }]);
    });

    test("store what an evaluation leads to as a whole, without rules that are gone", async (s) => {
      const { notifications } = s.store;
      const { id: ruleId } = await notifications.create(rule());
      const gone = ruleId + 1;
      const window = { endsAt: 5, sent: 1, held: 2, items: [ITEM] };
      await notifications.advance({
        position: 7,
        streaks: [ruleId, gone].map((id) => ({ ruleId: id, taskId: s.taskId, failures: 1 })),
        reported: [ruleId, gone].map((id) => ({ ruleId: id, subject: "queue" })),
        ended: [],
        windows: [ruleId, gone].map((id) => ({ ruleId: id, window })),
        deliveries: [delivery(ruleId, "m1"), delivery(gone, "m2")],
      });
      expect(await notifications.state()).toEqual({
        position: 7,
        streaks: [{ ruleId, taskId: s.taskId, failures: 1 }],
        reports: [{ ruleId, subject: "queue" }],
        windows: [{ ruleId, ...window }],
      });
      expect(await notifications.countDeliveries({})).toBe(1);
      await notifications.advance({
        ...NOTHING,
        streaks: [{ ruleId, taskId: s.taskId, failures: 0 }],
        ended: [{ ruleId, subject: "queue" }],
        windows: [{ ruleId, window: null }],
      });
      expect(await notifications.state()).toEqual({ position: 7, streaks: [], reports: [], windows: [] });
    });

    test("keep deliveries until they are delivered or given up", async (s) => {
      const { notifications } = s.store;
      const { id: ruleId } = await notifications.create(rule());
      await notifications.advance({ ...NOTHING, deliveries: [delivery(ruleId, "m1"), delivery(ruleId, "m2")] });
      const lane = { ruleId, targetKey: "k" };
      expect(await notifications.lanes()).toEqual([lane]);
      const first = await notifications.next(lane);
      expect(first).toMatchObject({ messageId: "m1", state: "pending", tries: 0, nextTryAt: s.clock.now() });
      await notifications.recordTry(first?.id ?? 0, { result: RESULT, nextTryAt: s.clock.now() + 1_000 });
      const second = await notifications.next(lane);
      expect(second).toMatchObject({ messageId: "m2" });
      await notifications.recordTry(second?.id ?? 0, {
        result: { ...RESULT, delivered: true, error: null },
        nextTryAt: null,
      });
      expect(await notifications.next(lane)).toMatchObject({
        messageId: "m1",
        tries: 1,
        status: 503,
        response: "busy",
      });
      await notifications.recordTry(first?.id ?? 0, { result: RESULT, nextTryAt: null });
      expect(await notifications.next(lane)).toBeUndefined();
      expect(await notifications.lanes()).toEqual([]);
      const { items } = await notifications.deliveries({ ruleId }, { order: "asc" });
      expect(items.map(({ state, tries, finishedAt }) => [state, tries, finishedAt])).toEqual([
        ["failed", 2, s.clock.now()],
        ["delivered", 1, s.clock.now()],
      ]);
      expect(await notifications.countDeliveries({ state: "failed" })).toBe(1);
      s.clock.advance(1_000);
      const policy = { jobs: {}, directExecutions: {}, events: {}, firings: {}, deliveries: {} };
      expect(await s.store.retention.step({ ...policy, notifications: { maxCount: 1 } }, 10)).toMatchObject({
        notifications: 1,
      });
      expect(await s.store.retention.step({ ...policy, notifications: { maxAgeMs: 500 } }, 10)).toMatchObject({
        notifications: 1,
      });
      await notifications.advance({ ...NOTHING, deliveries: [delivery(ruleId, "m3")] });
      expect(
        await s.store.retention.step({ ...policy, notifications: { maxAgeMs: 0, maxCount: 0 } }, 10),
      ).toMatchObject({
        notifications: 0,
      });
      await notifications.delete(ruleId);
      expect(await notifications.countDeliveries({})).toBe(0);
    });

    test("find attempts that run, and the oldest job of each task", async (s) => {
      const { notifications, jobs } = s.store;
      const [old] = await jobs.enqueue([{ taskId: s.taskId, inputJson: "{}" }]);
      await jobs.enqueue([{ taskId: s.taskId, inputJson: "{}", runAt: s.clock.now() + 60_000 }]);
      const since = s.clock.now();
      s.clock.advance(1_000);
      await jobs.enqueue([{ taskId: s.taskId, inputJson: "{}" }]);
      const jobId = old?.job.id ?? 0;
      expect(await notifications.oldestJobs("*")).toEqual([{ jobId, taskId: s.taskId, since }]);
      expect(await notifications.oldestJobs("no such task")).toEqual([]);
      expect(await notifications.running()).toEqual([]);
    });
  });
}
