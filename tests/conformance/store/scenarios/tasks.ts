import { describe, expect } from "bun:test";
import { failureOf } from "../../../support/failure-of.ts";
import { addTask, registered, type StoreTest } from "../fixture.ts";

const UNKNOWN = 999_999;

/** Tasks as the registry reports them, and versions that are kept for jobs. */
export function tasks(test: StoreTest): void {
  describe("a synchronisation", () => {
    test("adds, changes and retires tasks, and deletes none", async (s) => {
      const { tasks: store } = s.store;
      const added = await store.sync([registered("addition"), registered("b"), registered("c")]);
      expect(added).toMatchObject({ changed: [], gone: [] });
      expect(added.added).toHaveLength(2);
      const again = await store.sync([registered("addition"), registered("b"), registered("c")]);
      expect(again).toEqual({ added: [], changed: [], gone: [] });
      s.clock.advance(1_000);
      const b = { ...registered("b", ["1.0.0", "1.1.0"]), description: "changed" };
      const id = (await store.byUuid("uuid-b"))?.id ?? 0;
      expect(await store.sync([registered("addition"), b])).toMatchObject({
        added: [],
        changed: [id],
        gone: { length: 1 },
      });
      expect(await store.get(id)).toMatchObject({
        uuid: "uuid-b",
        label: "b",
        description: "changed",
        version: "1.1.0",
        source: "test",
        inSync: true,
        updatedAt: s.clock.now(),
      });
      expect(await store.byUuid("uuid-c")).toMatchObject({ inSync: false, source: null, version: "1.0.0" });
      expect(await store.sync([registered("addition"), b, registered("c")])).toMatchObject({ changed: { length: 1 } });
      expect(await store.byUuid("uuid-c")).toMatchObject({ inSync: true, source: "test" });
    });

    test("leaves alone what unfinished jobs are pinned to, which is counted by version and status", async (s) => {
      await s.enqueueMany(2, { version: "1.0.0" });
      const [cancelled = 0] = await s.enqueueMany(1, { version: "1.0.0" });
      const [paused = 0] = await s.enqueueMany(1, { version: "2.0.0" });
      await s.enqueueMany(1);
      await s.store.jobs.cancel(cancelled);
      await s.store.jobs.pause(paused);
      const pinned = await s.store.tasks.pinnedJobs(s.taskId);
      expect(pinned.toSorted((a, b) => a.version.localeCompare(b.version))).toEqual([
        { version: "1.0.0", status: "queued", count: 2 },
        { version: "2.0.0", status: "paused", count: 1 },
      ]);
      expect(await s.store.tasks.pinnedJobs(UNKNOWN)).toEqual([]);
    });

    test("keeps the history of versions", async (s) => {
      await s.store.tasks.sync([registered("addition", ["1.0.0", "2.0.0"])]);
      s.clock.advance(1_000);
      await s.store.tasks.sync([registered("addition", ["2.0.0", "3.0.0"])]);
      const versions = await s.store.tasks.versions([s.taskId, UNKNOWN]);
      expect(versions.map(({ version, available }) => [version, available]).toSorted()).toEqual([
        ["1.0.0", false],
        ["2.0.0", true],
        ["3.0.0", true],
      ]);
      expect(versions.at(-1)).toMatchObject({
        taskId: s.taskId,
        version: "3.0.0",
        checksum: "sum-3.0.0",
        origin: "addition",
      });
      expect((await s.store.tasks.get(s.taskId))?.version).toBe("3.0.0");
    });
  });

  describe("a task", () => {
    test("is found by its label, one that a source has before one that is gone", async (s) => {
      const { tasks: store } = s.store;
      const twin = { ...registered("addition"), uuid: "another" };
      await store.sync([registered("addition"), twin]);
      expect((await store.byLabel("addition"))?.id).toBe(s.taskId);
      await store.sync([twin]);
      expect(await store.byLabel("addition")).toMatchObject({ uuid: "another" });
      expect(await store.byLabel("unknown")).toBeUndefined();
      expect(await store.byUuid("unknown")).toBeUndefined();
    });

    test("is enabled and disabled", async (s) => {
      expect(await s.store.tasks.setEnabled(s.taskId, false)).toMatchObject({ id: s.taskId, enabled: false });
      expect(await s.store.tasks.get(s.taskId)).toMatchObject({ enabled: false });
      expect(await failureOf(s.store.tasks.setEnabled(UNKNOWN, true))).toMatchObject({ code: "TASK_NOT_FOUND" });
    });

    test("is listed by what the filter asks for, in the order asked for", async (s) => {
      const { tasks: store } = s.store;
      s.clock.advance(1);
      const c = await addTask(s.store, "c");
      s.clock.advance(1);
      await addTask(s.store, "b");
      s.clock.advance(1);
      await store.setEnabled(c, false);
      const labels = async (sort: "label" | "updated" | "created", filter = {}) =>
        (await store.list(filter, { sort, order: "asc" })).items.map(({ label }) => label);
      expect(await labels("label")).toEqual(["addition", "b", "c"]);
      expect(await labels("created")).toEqual(["addition", "c", "b"]);
      expect(await labels("updated")).toEqual(["addition", "b", "c"]);
      expect(await labels("label", { enabled: true })).toEqual(["addition", "b"]);
      expect(await labels("label", { source: "elsewhere" })).toEqual([]);
      await store.sync([registered("addition")]);
      expect(await labels("label", { inSync: false })).toEqual(["b", "c"]);
      expect(await store.count({ inSync: false, enabled: true })).toBe(1);
      const found = await store.getMany([s.taskId, c, UNKNOWN]);
      expect(new Set(found.map(({ id }) => id))).toEqual(new Set([s.taskId, c]));
    });
  });

  describe("a kept version", () => {
    const files = new Map([
      ["main.js", new TextEncoder().encode("() => 1")],
      ["data/bytes.bin", Uint8Array.from({ length: 256 }, (_, n) => n)],
    ]);
    const version = { version: "1.0.0", checksum: "sum", source: "test", origin: "here", files };

    test("comes back as it was, and lets the jobs run that wait for it", async (s) => {
      const { job } = await s.enqueue({ version: "1.0.0" });
      await s.store.tasks.sync([registered("addition", ["2.0.0"])]);
      expect(await s.claim(1)).toEqual([]);
      const kept = { ...version, uuid: "uuid-addition" };
      expect(await s.store.tasks.kept("uuid-addition", "1.0.0")).toBeUndefined();
      expect(await s.store.tasks.keep(kept)).toBe(true);
      expect(await s.store.tasks.kept("uuid-addition", "1.0.0")).toEqual(kept);
      expect((await s.claimOne()).job.id).toBe(job.id);
    });

    test("needs a task that the store knows", async (s) => {
      expect(await s.store.tasks.keep({ ...version, uuid: "unknown" })).toBe(false);
    });

    test("goes when nothing has asked for it for an hour", async (s) => {
      const [pinned = 0] = await s.enqueueMany(1, { version: "1.0.0" });
      await s.store.tasks.keep({ ...version, uuid: "uuid-addition" });
      const nothing = { jobs: {}, directExecutions: {}, events: {}, deliveries: {}, firings: {} };
      const isKept = async () => {
        s.clock.advance(3_600_001);
        await s.store.retention.step(nothing, 10);
        return (await s.store.tasks.kept("uuid-addition", "1.0.0")) !== undefined;
      };
      expect(await isKept()).toBe(true);
      await s.store.jobs.cancel(pinned);
      expect(await isKept()).toBe(false);
    });
  });
}
