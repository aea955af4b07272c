import { describe, expect } from "bun:test";
import type { AuditDraft } from "../../../../src/domain/audit.ts";
import { RatchetError } from "../../../../src/domain/errors.ts";
import type { AuditFilter } from "../../../../src/store/contract/audit.ts";
import { addTask, type StoreTest } from "../fixture.ts";

const DRAFT: AuditDraft = { actor: "user:ada", action: "createJob", target: "jobs", address: "192.0.2.1" };

/** The audit log. */
export function audit(test: StoreTest): void {
  describe("the audit log", () => {
    test("has an entry for a change once the change is stored, with what was created", async (s) => {
      const { audit, jobs } = s.store;
      const [created] = await audit.during({ ...DRAFT }, () => jobs.enqueue([{ taskId: s.taskId, inputJson: "1" }]));
      const { items } = await audit.list({}, {});
      const target = `jobs/${created?.job.id}`;
      expect(items).toEqual([{ ...DRAFT, id: 1, at: s.clock.now(), target, outcome: "ok", count: 1 }]);
    });

    test("has one entry for work with several changes, and one for work that changes nothing", async (s) => {
      const { audit, control } = s.store;
      await audit.during({ ...DRAFT, action: "a" }, async () => {
        await control.pause("all", null);
        await control.resume("all");
      });
      await audit.during({ ...DRAFT, action: "b" }, async () => undefined);
      expect((await audit.list({}, {})).items.map(({ id, action }) => [id, action])).toEqual([
        [2, "b"],
        [1, "a"],
      ]);
    });

    test("leaves out work that is no part of what was asked for", async (s) => {
      const { audit, control } = s.store;
      const work = async () => {
        await audit.apart(() => control.pause("all", null));
        await control.resume("all");
        throw new Error("refused");
      };
      await expect(audit.during({ ...DRAFT, action: "a" }, work)).rejects.toThrow("refused");
      await audit.during({ ...DRAFT, action: "b" }, () => audit.apart(() => control.pause("all", null)));
      expect((await audit.list({}, {})).items.map(({ action }) => action)).toEqual(["b", "a"]);
    });

    test("has no entry for a change that did not happen, nor for changes outside of requests", async (s) => {
      const { audit, jobs, control } = s.store;
      await expect(audit.during(DRAFT, () => jobs.cancel(999))).rejects.toBeInstanceOf(RatchetError);
      await control.pause("all", null);
      expect((await audit.list({}, {})).items).toEqual([]);
    });

    test("keeps the entries of requests apart that run at the same time", async (s) => {
      const { audit, jobs } = s.store;
      const other = await addTask(s.store, "other");
      const requests = Array.from({ length: 20 }, (_, at) =>
        audit.during({ ...DRAFT, actor: `key:${at}` }, async () => {
          if (at % 3 === 0) await s.store.tasks.byLabel("other");
          return jobs.enqueue([{ taskId: at % 2 === 0 ? s.taskId : other, inputJson: `${at}` }]);
        }),
      );
      const created = await Promise.all(requests);
      for (const [at, [one]] of created.entries()) {
        const { items } = await audit.list({ actor: `key:${at}` }, {});
        expect(items.map(({ target }) => target)).toEqual([`jobs/${one?.job.id}`]);
      }
    });

    test("lists what meets all conditions, in pages", async (s) => {
      const { audit } = s.store;
      const from = s.clock.now();
      for (const outcome of ["FORBIDDEN", "ok", "FORBIDDEN", "FORBIDDEN"]) {
        await audit.append({ ...DRAFT, target: null }, outcome, 7);
        s.clock.advance(10);
      }
      const ids = async (...request: Parameters<typeof audit.list>) => {
        const { items, nextCursor } = await audit.list(...request);
        return { ids: items.map(({ id }) => id), nextCursor };
      };
      const first = await ids({ outcome: "FORBIDDEN" }, { limit: 2 });
      expect(first.ids).toEqual([4, 3]);
      const cursor = first.nextCursor ?? "";
      expect(await ids({ outcome: "FORBIDDEN" }, { limit: 2, cursor })).toEqual({ ids: [1], nextCursor: null });
      expect((await ids({ from: from + 10, to: from + 30 }, { order: "asc" })).ids).toEqual([2, 3]);
      expect((await ids({ actor: "user:ada", action: "createJob", outcome: "ok" }, {})).ids).toEqual([2]);
      expect((await ids({ target: "jobs/1" }, {})).ids).toEqual([]);
      expect((await audit.list({}, { limit: 1 })).items[0]).toMatchObject({ target: null, count: 7 });
    });

    test("finds frequent and rare entries by each condition and by time, in both orders", async (s) => {
      const { audit } = s.store;
      const from = s.clock.now();
      const entries = Array.from({ length: 60 }, (_, at) => ({
        actor: at % 20 === 0 ? "user:ada" : "key:ci",
        action: at % 7 === 0 ? "cancelJob" : "createJob",
        target: `jobs/${at % 5}`,
        outcome: at % 11 === 0 ? "JOB_NOT_FOUND" : "ok",
        at: from + Math.floor(at / 3) * 10,
        id: at + 1,
      }));
      for (const { actor, action, target, outcome, at } of entries) {
        s.clock.advance(at - s.clock.now());
        await audit.append({ actor, action, target, address: "" }, outcome);
      }
      const conditions: { filter: AuditFilter; holds: (entry: (typeof entries)[number]) => boolean }[] = [
        { filter: { actor: "user:ada" }, holds: ({ actor }) => actor === "user:ada" },
        { filter: { action: "createJob" }, holds: ({ action }) => action === "createJob" },
        { filter: { action: "cancelJob" }, holds: ({ action }) => action === "cancelJob" },
        { filter: { target: "jobs/3" }, holds: ({ target }) => target === "jobs/3" },
        { filter: { outcome: "ok" }, holds: ({ outcome }) => outcome === "ok" },
        { filter: { outcome: "JOB_NOT_FOUND" }, holds: ({ outcome }) => outcome === "JOB_NOT_FOUND" },
        { filter: { from: from + 50 }, holds: ({ at }) => at >= from + 50 },
        { filter: { to: from + 101 }, holds: ({ at }) => at < from + 101 },
        { filter: { from: from + 1_000 }, holds: () => false },
        { filter: {}, holds: () => true },
      ];
      for (const one of conditions) {
        for (const two of conditions) {
          const filter = { ...one.filter, ...two.filter };
          const wanted = entries.filter((entry) =>
            conditions.every(({ filter: own, holds }) =>
              Object.entries(own).every(([name, value]) => filter[name as keyof AuditFilter] === value)
                ? holds(entry)
                : true,
            ),
          );
          const { items } = await audit.list(filter, { limit: 100, order: "asc" });
          expect(items.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
          const newest = await audit.list(filter, { limit: 3 });
          expect(newest.items.map(({ id }) => id)).toEqual(
            wanted
              .slice(-3)
              .map(({ id }) => id)
              .toReversed(),
          );
        }
      }
    });
  });
}
