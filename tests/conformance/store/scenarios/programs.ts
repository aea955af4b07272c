import { describe, expect } from "bun:test";
import { MAX_PROGRAM_BYTES, MAX_PROGRAMS_BYTES, UNUSED_PROGRAM_MS } from "../../../../src/store/contract/programs.ts";
import type { StoreTest } from "../fixture.ts";

/** A content that no other fill has. */
const filled = (bytes: number, byte: number) => new Uint8Array(bytes).fill(byte);

/** Prepared programs of tasks, which may be lost and are never wrong. */
export function programs(test: StoreTest): void {
  describe("a prepared program", () => {
    test("is kept by its key, and replaced by a later one", async (s) => {
      const { programs } = s.store;
      expect(await programs.get("a")).toBeUndefined();
      expect(await programs.keep("a", new Uint8Array([1, 2, 3]))).toBe(true);
      expect(await programs.keep("b", new Uint8Array())).toBe(true);
      expect(await programs.get("a")).toEqual(new Uint8Array([1, 2, 3]));
      expect(await programs.get("b")).toEqual(new Uint8Array());
      await programs.keep("a", new Uint8Array([4]));
      expect(await programs.get("a")).toEqual(new Uint8Array([4]));
      expect(await programs.get("A")).toBeUndefined();
    });

    test("is found by other connections, which may keep the same one at the same time", async (s) => {
      const other = await s.connect();
      const both = [s.store, other].flatMap(({ programs }) =>
        [1, 2, 3].map((byte) => programs.keep("same", filled(2_000, byte))),
      );
      expect(await Promise.all(both)).toEqual(both.map(() => true));
      const [here, there] = await Promise.all([s.store.programs.get("same"), other.programs.get("same")]);
      expect(here).toEqual(there);
      expect([here?.length, [1, 2, 3].includes(here?.[0] ?? 0)]).toEqual([2_000, true]);
    });

    test("that is too large is not kept", async (s) => {
      const { programs } = s.store;
      expect(await programs.keep("large", filled(MAX_PROGRAM_BYTES + 1, 1))).toBe(false);
      expect(await programs.get("large")).toBeUndefined();
      expect(await programs.keep("largest", filled(MAX_PROGRAM_BYTES, 1))).toBe(true);
      expect((await programs.get("largest"))?.length).toBe(MAX_PROGRAM_BYTES);
    });

    test("makes room by deleting those that were used least recently", async (s) => {
      const { programs } = s.store;
      const fitting = MAX_PROGRAMS_BYTES / MAX_PROGRAM_BYTES;
      const keep = async (key: string) => {
        s.clock.advance(1_000);
        await programs.keep(key, filled(MAX_PROGRAM_BYTES, key.charCodeAt(0)));
      };
      for (let i = 0; i < fitting; i++) await keep(`${i}`);
      s.clock.advance(2 * 60 * 60_000);
      expect(await programs.get("0")).toBeDefined(); // used now
      await keep("new");
      const there: string[] = [];
      for (const key of ["0", "1", "2", `${fitting - 1}`, "new"]) if (await programs.get(key)) there.push(key);
      expect(there).toEqual(["0", "2", `${fitting - 1}`, "new"]);
    });

    test("is deleted by retention when nobody uses it", async (s) => {
      const { programs } = s.store;
      await programs.keep("used", filled(10, 1));
      await programs.keep("unused", filled(10, 2));
      s.clock.advance(UNUSED_PROGRAM_MS - 1_000);
      expect(await programs.get("used")).toBeDefined();
      s.clock.advance(2_000);
      await s.store.retention.step({ jobs: {}, directExecutions: {}, events: {}, deliveries: {}, firings: {} }, 10);
      expect(await programs.get("used")).toEqual(filled(10, 1));
      expect(await programs.get("unused")).toBeUndefined();
    });
  });
}
