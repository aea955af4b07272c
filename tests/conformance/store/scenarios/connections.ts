import { describe, expect } from "bun:test";
import { failureOf } from "../../../support/failure-of.ts";
import { COMPLETED, type Fixture, registerWorker, type StoreTest } from "../fixture.ts";
import { listen } from "../listener.ts";

const claimWith = async (store: Fixture["store"], workerId: string, capacity: number) =>
  (await store.jobs.completeAndClaim({ workerId, finished: [], capacity })).claimed;

/** What holds between several connections to the same data, such as those of two processes. */
export function connections(test: StoreTest): void {
  describe("several connections", () => {
    test("see what the others have written", async (s) => {
      const other = await s.connect();
      const { job } = await s.enqueue({ inputJson: "[1]" });
      expect(await other.jobs.get(job.id)).toEqual(job);
      await other.control.pause({ taskId: s.taskId }, "note");
      expect(await s.store.control.pauses()).toMatchObject([{ note: "note" }]);
      expect(await s.claim(1)).toEqual([]);
      await s.store.control.resume({ taskId: s.taskId });
      await registerWorker(other, "w2");
      expect(await claimWith(other, "w2", 1)).toMatchObject([{ job: { id: job.id, workerId: "w2" } }]);
      expect(await other.stats.read()).toEqual(await s.store.stats.read());
    });

    test("create one job for one key", async (s) => {
      const stores = [s.store, await s.connect(), await s.connect()];
      const job = { taskId: s.taskId, inputJson: "{}" };
      for (const key of [{ idempotencyKey: "k" }, { uniqueKey: "k" }]) {
        const enqueued = await Promise.all(
          Array.from({ length: 12 }, (_, n) => stores[n % 3]?.jobs.enqueue([{ ...job, ...key }])),
        );
        const all = enqueued.flatMap((batch) => batch ?? []);
        expect(new Set(all.map((one) => one.job.id)).size).toBe(1);
        expect(all.filter(({ created }) => created)).toHaveLength(1);
      }
    });

    test("claim each job once, and keep the limits of lanes together", async (s) => {
      const other = await s.connect();
      await registerWorker(other, "w2");
      const ids = await s.enqueueMany(40);
      const batches = await Promise.all(
        Array.from({ length: 8 }, (_, n) => claimWith(n % 2 ? s.store : other, n % 2 ? "w1" : "w2", 5)),
      );
      expect(
        batches
          .flat()
          .map(({ job }) => job.id)
          .toSorted(),
      ).toEqual(ids.toSorted());
      await s.store.control.setLimits({ key: "k" }, { concurrency: 3 });
      await s.enqueueMany(10, { concurrencyKey: "k" });
      const limited = await Promise.all([claimWith(s.store, "w1", 10), claimWith(other, "w2", 10)]);
      expect(limited.flat()).toHaveLength(3);
    });

    test("fence a worker whose jobs another connection has rescued", async (s) => {
      const other = await s.connect();
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      expect(await other.workers.rescue("w1", 0)).toEqual({ rescued: [job.id], failed: [] });
      await registerWorker(other, "w2");
      const [current] = await claimWith(other, "w2", 1);
      expect(await s.store.workers.beat("w1")).toMatchObject({ alive: false, jobIds: [] });
      expect((await s.complete(claimed)).lost).toEqual([job.id]);
      if (current === undefined) throw new Error("nothing was claimed");
      const finished = [s.attempt(current, COMPLETED)];
      expect((await other.jobs.completeAndClaim({ workerId: "w2", finished, capacity: 0 })).lost).toEqual([]);
      expect(await s.store.jobs.get(job.id)).toMatchObject({ status: "completed", attempts: 2 });
    });

    test("fire a schedule once", async (s) => {
      const other = await s.connect();
      const timing = { kind: "every", everyMs: 60_000 } as const;
      const at = s.clock.now() + 60_000;
      const schedule = { name: "minutely", taskId: s.taskId, inputJson: "{}", timing };
      const { id } = await s.store.schedules.create(schedule, () => ({ at, dueAt: at }));
      s.clock.advance(60_000);
      const next = { at: at + 60_000, dueAt: at + 60_000 };
      const fire = (store: Fixture["store"]) =>
        store.schedules.fireDue(9, () => ({ firings: [at], missed: null, next }));
      const results = await Promise.all([fire(s.store), fire(other), fire(s.store), fire(other)]);
      expect(results.map(({ enqueued }) => enqueued).toSorted()).toEqual([0, 0, 0, 1]);
      expect(await other.jobs.count({ scheduleId: id })).toBe(1);
    });

    test("read each other's events, without a loss or a repeat", async (s) => {
      const other = await s.connect();
      const own = listen(s.store);
      const jobs = Array.from({ length: 20 }, (_, n) => ({ taskId: s.taskId, inputJson: String(n) }));
      const enqueued = await Promise.all(jobs.map((job, n) => (n % 2 ? s.store : other).jobs.enqueue([job])));
      const ids = enqueued.flat().map(({ job }) => job.id);
      for (const store of [s.store, other]) {
        const stored = await store.events.since(0, 1_000);
        const queued = stored.filter(({ type }) => type === "job.queued").map(({ jobId }) => jobId ?? 0);
        expect(queued.toSorted()).toEqual(ids.toSorted());
      }
      const expected = s.backend.sharesEvents ? ids : ids.filter((_, n) => n % 2 === 1);
      await own.until((events) => events.filter(({ type }) => type === "job.queued").length >= expected.length);
      expect(own.events.map(({ jobId }) => jobId ?? 0).toSorted()).toEqual(expected.toSorted());
    });
  });

  describe("closing", () => {
    test("finishes what was handed in, rejects the rest, and keeps the data", async (s) => {
      const other = await s.connect();
      const last = other.jobs.enqueue([{ taskId: s.taskId, inputJson: "[1]" }]);
      await other.close();
      const [enqueued] = await last;
      expect(await failureOf(other.control.pause("all", null))).toMatchObject({ code: "ENVIRONMENT" });
      await other.close();
      const reopened = await s.connect();
      expect(await reopened.jobs.get(enqueued?.job.id ?? 0)).toMatchObject({ inputJson: "[1]" });
    });
  });

  describe("a probe", () => {
    test("resolves while the store can write", async (s) => {
      expect(await s.store.probe()).toBeUndefined();
      expect(s.store.name).not.toBe("");
    });
  });
}
