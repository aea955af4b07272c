import { describe, expect } from "bun:test";
import type { StoreTest } from "../fixture.ts";

/** Maintenance from the outside, while a store is open. */
export function maintenance(test: StoreTest): void {
  describe("maintenance", () => {
    test("has nothing left to migrate once a store is open", async (s) => {
      expect(await s.maintenance.migrate(s.clock.now())).toEqual([]);
      const status = await s.maintenance.status();
      expect(status.pending).toEqual([]);
      expect(status.applied.length).toBeGreaterThan(0);
      expect(status.sizeBytes).toBeGreaterThan(0);
      expect(status.file).not.toBe("");
    });

    test("finds nothing wrong with data that is in use", async (s) => {
      await s.enqueueMany(20, { concurrencyKey: "k" });
      await s.enqueueMany(20);
      const claimed = await s.claim(10);
      await s.complete(claimed.slice(0, 5));
      expect(await s.maintenance.check()).toEqual([]);
    });

    test("reclaims space without losing anything", async (s) => {
      const ids = await s.enqueueMany(50, { inputJson: JSON.stringify("x".repeat(10_000)) });
      for (const id of ids.slice(1)) {
        await s.store.jobs.cancel(id);
        await s.store.jobs.delete(id);
      }
      const { beforeBytes, afterBytes } = await s.maintenance.vacuum();
      expect(afterBytes).toBeLessThan(beforeBytes);
      expect(await s.store.jobs.count({})).toBe(1);
      expect((await s.claimOne()).job.id).toBe(ids[0] ?? 0);
    });
  });
}
