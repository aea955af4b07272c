import { describe, expect } from "bun:test";
import type { NewDelivery, NewWebhook, Webhook } from "../../../../src/domain/webhook.ts";
import type { RetentionPolicy } from "../../../../src/store/contract/retention.ts";
import { MAX_REFUSED_DELIVERIES } from "../../../../src/store/contract/webhooks.ts";
import type { Fixture, StoreTest } from "../fixture.ts";

const webhook = (s: Fixture, more: Partial<NewWebhook> = {}): NewWebhook => ({
  name: "orders",
  taskId: s.taskId,
  verification: { type: "standard", secret: "SHOP" },
  deduplicationHeader: null,
  inputJson: null,
  respond: "job",
  ...more,
});

const delivery = ({ id: webhookId, taskId }: Webhook, deliveryId: string | null, body = "{}"): NewDelivery => ({
  webhookId,
  deliveryId,
  headers: { "webhook-id": String(deliveryId) },
  body: new TextEncoder().encode(body),
  job: { taskId, inputJson: body },
});

const refused = ({ id: webhookId }: Webhook, deliveryId: string | null) => ({
  webhookId,
  deliveryId,
  reason: "The signature is wrong.",
  headers: {},
  bytes: 2,
});

const keeping = (deliveries: RetentionPolicy["deliveries"]): RetentionPolicy => ({
  jobs: {},
  directExecutions: {},
  events: {},
  firings: {},
  deliveries,
});

/** Webhooks and their deliveries. */
export function webhooks(test: StoreTest): void {
  describe("webhooks", () => {
    test("are created, found, changed and deleted, and their names are unique", async (s) => {
      const { webhooks } = s.store;
      const created = await webhooks.create(webhook(s, { inputJson: '{"a":"/body"}', deduplicationHeader: "x-id" }));
      expect(created).toMatchObject({ name: "orders", inputJson: '{"a":"/body"}', deduplicationHeader: "x-id" });
      expect(await webhooks.byName("orders")).toEqual(created);
      expect(await webhooks.get(created.id)).toEqual(created);
      await expect(webhooks.create(webhook(s))).rejects.toMatchObject({ code: "CONFLICT" });
      const other = await webhooks.create(webhook(s, { name: "sales" }));
      await expect(webhooks.change(other.id, { name: "orders" })).rejects.toMatchObject({ code: "CONFLICT" });
      s.clock.advance(1_000);
      const changed = await webhooks.change(other.id, { name: "deals", respond: "output" });
      expect(changed).toEqual({ ...other, name: "deals", respond: "output", updatedAt: s.clock.now() });
      expect((await webhooks.list({}, {})).items.map(({ name }) => name)).toEqual(["deals", "orders"]);
      expect(await webhooks.count({ taskId: s.taskId })).toBe(2);
      expect(await webhooks.count({ taskId: s.taskId + 1 })).toBe(0);
      await webhooks.delete(created.id);
      expect(await webhooks.byName("orders")).toBeUndefined();
      await expect(webhooks.delete(created.id)).rejects.toMatchObject({ code: "WEBHOOK_NOT_FOUND" });
      await expect(webhooks.change(created.id, {})).rejects.toMatchObject({ code: "WEBHOOK_NOT_FOUND" });
    });

    test("create one job for each delivery, whichever connection it arrives at", async (s) => {
      const { webhooks } = s.store;
      const other = await s.connect();
      const hook = await webhooks.create(webhook(s));
      const stores = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? s.store : other));
      const accepted = await Promise.all(stores.map((store) => store.webhooks.accept(delivery(hook, "a"))));
      expect(accepted.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(accepted.map(({ delivery: { jobId } }) => jobId)).size).toBe(1);
      expect(await s.store.jobs.count({})).toBe(1);
      expect(await webhooks.accepted(hook.id, "a")).toMatchObject({ status: "accepted", repeats: 19 });
      // Another id, no id, and the same id at another webhook.
      const second = await webhooks.create(webhook(s, { name: "second" }));
      for (const one of [delivery(hook, "b"), delivery(hook, null), delivery(hook, null), delivery(second, "a")]) {
        expect(await webhooks.accept(one)).toMatchObject({ created: true });
      }
      expect(await s.store.jobs.count({})).toBe(5);
    });

    test("remember a delivery when its job is gone, and forget it with the webhook", async (s) => {
      const { webhooks } = s.store;
      const hook = await webhooks.create(webhook(s));
      const first = await webhooks.accept(delivery(hook, "a"));
      const jobId = first.delivery.jobId ?? 0;
      await s.store.jobs.cancel(jobId);
      await s.store.jobs.delete(jobId);
      expect(await webhooks.accept(delivery(hook, "a"))).toMatchObject({ created: false, delivery: { jobId } });
      await webhooks.delete(hook.id);
      await expect(webhooks.accept(delivery(hook, "a"))).rejects.toMatchObject({ code: "WEBHOOK_NOT_FOUND" });
      expect(await webhooks.delivery(first.delivery.id)).toBeUndefined();
      expect(await s.store.jobs.count({})).toBe(0);
    });

    test("keep refused deliveries, whose ids stay unused, and only the latest", async (s) => {
      const { webhooks } = s.store;
      const hook = await webhooks.create(webhook(s));
      await webhooks.refuse(refused(hook, "a"));
      expect(await webhooks.accept(delivery(hook, "a"))).toMatchObject({ created: true });
      await Promise.all(
        Array.from({ length: MAX_REFUSED_DELIVERIES + 5 }, (_, n) => webhooks.refuse(refused(hook, `${n}`))),
      );
      const filter = { webhookId: hook.id, status: "refused" } as const;
      expect(await webhooks.countDeliveries(filter)).toBe(MAX_REFUSED_DELIVERIES);
      const { items } = await webhooks.deliveries(filter, { order: "asc", limit: 1 });
      expect(items).toMatchObject([{ deliveryId: "5", jobId: null, reason: "The signature is wrong." }]);
      expect(await webhooks.countDeliveries({ webhookId: hook.id })).toBe(MAX_REFUSED_DELIVERIES + 1);
      await webhooks.refuse(refused({ ...hook, id: 999 }, "a"));
    });

    test("replay a delivery with a job of its own", async (s) => {
      const { webhooks } = s.store;
      const hook = await webhooks.create(webhook(s));
      const { delivery: original } = await webhooks.accept(delivery(hook, "a", '{"n":1}'));
      expect(new TextDecoder().decode(await webhooks.body(original.id))).toBe('{"n":1}');
      const replayed = await webhooks.replay(original.id, { taskId: hook.taskId, inputJson: "2" });
      expect(replayed).toMatchObject({ status: "replayed", replayOf: original.id, deliveryId: "a", bytes: 7 });
      expect((await s.store.jobs.get(replayed.jobId ?? 0))?.inputJson).toBe("2");
      expect(await webhooks.body(replayed.id)).toBeUndefined();
      await expect(webhooks.replay(999, { taskId: hook.taskId, inputJson: "2" })).rejects.toMatchObject({
        code: "DELIVERY_NOT_FOUND",
      });
    });

    test("lose old deliveries, but none that could be sent again", async (s) => {
      const { webhooks } = s.store;
      const hook = await webhooks.create(webhook(s));
      for (const id of ["a", "b", "c"]) await webhooks.accept(delivery(hook, id));
      expect(await s.store.retention.step(keeping({ maxCount: 1 }), 100)).toMatchObject({ deliveries: 0 });
      s.clock.advance(10 * 60_000 + 1);
      for (const id of ["d", "e"]) await webhooks.accept(delivery(hook, id));
      expect(await s.store.retention.step(keeping({ maxCount: 4 }), 100)).toMatchObject({ deliveries: 1 });
      expect(await s.store.retention.step(keeping({ maxCount: 0 }), 100)).toMatchObject({ deliveries: 2, more: false });
      expect(await webhooks.accepted(hook.id, "c")).toBeUndefined();
      expect(await webhooks.accepted(hook.id, "d")).toBeDefined();
      s.clock.advance(60_000);
      expect(await s.store.retention.step(keeping({ maxAgeMs: 60_001 }), 100)).toMatchObject({ deliveries: 0 });
      expect(await s.store.retention.step(keeping({ maxAgeMs: 59_999 }), 100)).toMatchObject({ deliveries: 2 });
      expect(await s.store.jobs.count({})).toBe(5);
    });

    test("lose the bodies of old deliveries when all have too many bytes", async (s) => {
      const { webhooks } = s.store;
      const hook = await webhooks.create(webhook(s));
      const ids: number[] = [];
      for (let n = 0; n < 30; n++) {
        const { delivery: stored } = await webhooks.accept(delivery(hook, `${n}`, `"${"x".repeat(98)}"`));
        ids.push(stored.id);
      }
      expect(await s.store.retention.step(keeping({ maxBodyBytes: 3_000 }), 100)).toMatchObject({ bodies: 0 });
      expect(await s.store.retention.step(keeping({ maxBodyBytes: 500 }), 100)).toMatchObject({
        bodies: 20,
        more: true,
      });
      expect(await s.store.retention.step(keeping({ maxBodyBytes: 500 }), 100)).toMatchObject({
        bodies: 5,
        more: false,
      });
      const kept = await Promise.all(ids.map(async (id) => (await webhooks.body(id)) !== undefined));
      expect(kept.map((has, n) => (has ? n : -1)).filter((n) => n >= 0)).toEqual([25, 26, 27, 28, 29]);
      expect(await webhooks.countDeliveries({ webhookId: hook.id })).toBe(30);
    });
  });
}
