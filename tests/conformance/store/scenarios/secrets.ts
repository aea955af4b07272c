import { describe, expect } from "bun:test";
import type { StoreTest } from "../fixture.ts";

const bytes = (...values: number[]) => new Uint8Array(values);
const secret = (name: string, value: number, keyId = "key1") => ({
  name,
  keyId,
  sealed: bytes(value, value),
  dataKey: bytes(value),
});

/** Secrets of tasks. The store only sees encrypted values. */
export function secrets(test: StoreTest): void {
  describe("secrets", () => {
    test("are created, replaced and deleted, and every change raises the revision", async (s) => {
      const { secrets } = s.store;
      expect(await secrets.read()).toEqual({ revision: 0, keyId: null, secrets: [], inputKey: null });
      const first = await secrets.put(secret("B", 1));
      expect(first).toEqual({
        created: true,
        record: { name: "B", createdAt: s.clock.now(), updatedAt: s.clock.now() },
      });
      const createdAt = s.clock.now();
      s.clock.advance(1_000);
      const second = await secrets.put(secret("B", 2));
      expect(second).toEqual({ created: false, record: { name: "B", createdAt, updatedAt: s.clock.now() } });
      await secrets.put(secret("A", 3));
      expect(await secrets.revision()).toBe(3);
      const stored = await secrets.read();
      expect(stored.keyId).toBe("key1");
      expect(stored.secrets.map(({ name, sealed, dataKey }) => [name, [...sealed], [...dataKey]])).toEqual([
        ["A", [3, 3], [3]],
        ["B", [2, 2], [2]],
      ]);
      expect(await secrets.delete("B")).toBe(true);
      expect(await secrets.delete("B")).toBe(false);
      expect((await secrets.list()).map(({ name }) => name)).toEqual(["A"]);
      expect(await secrets.revision()).toBe(4);
    });

    test("all have one master key, until the last one is deleted", async (s) => {
      const { secrets } = s.store;
      await secrets.put(secret("A", 1));
      expect(await secrets.put(secret("B", 1, "key2"))).toBeUndefined();
      expect(await secrets.list()).toHaveLength(1);
      await secrets.delete("A");
      expect(await secrets.put(secret("B", 1, "key2"))).toMatchObject({ created: true });
    });

    test("get new keys together, unless one has changed in the meantime", async (s) => {
      const { secrets } = s.store;
      await secrets.put(secret("A", 1));
      const { revision } = await secrets.read();
      const rewrapped = [{ name: "A", sealed: bytes(9), dataKey: bytes(7) }];
      const inputKey = { keyId: "key2", sealed: bytes(5), dataKey: bytes(6) };
      await secrets.put(secret("B", 1));
      expect(await secrets.rewrap({ revision, keyId: "key2", secrets: rewrapped, inputKey })).toBe(false);
      expect((await secrets.read()).keyId).toBe("key1");
      await secrets.delete("B");
      const now = await secrets.revision();
      expect(await secrets.rewrap({ revision: now, keyId: "key2", secrets: rewrapped, inputKey })).toBe(true);
      const stored = await secrets.read();
      expect(stored.inputKey).toEqual(inputKey);
      // The encrypted value itself stays.
      expect([stored.keyId, stored.secrets[0]?.dataKey, stored.secrets[0]?.sealed]).toEqual([
        "key2",
        bytes(7),
        bytes(1, 1),
      ]);
    });

    test("have a key for stored inputs, which outlives them", async (s) => {
      const { secrets } = s.store;
      await secrets.put(secret("A", 1));
      const { revision } = await secrets.read();
      const key = { keyId: "key1", sealed: bytes(5), dataKey: bytes(6) };
      expect(await secrets.putInputKey(key, revision - 1)).toBe(false);
      expect((await secrets.read()).inputKey).toBeNull();
      expect(await secrets.putInputKey(key, revision)).toBe(true);
      expect(await secrets.revision()).toBe(revision + 1);
      await secrets.delete("A");
      expect(await secrets.read()).toEqual({ revision: revision + 2, keyId: null, secrets: [], inputKey: key });
    });

    test("are seen by other connections at once", async (s) => {
      const other = await s.connect();
      await other.secrets.put(secret("A", 1));
      expect(await s.store.secrets.revision()).toBe(1);
      expect((await s.store.secrets.list()).map(({ name }) => name)).toEqual(["A"]);
    });
  });
}
