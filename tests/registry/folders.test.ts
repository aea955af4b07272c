import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfiguredSource } from "../../src/config/source-place.ts";
import { newFolder, remove, startRegistry, taskFiles, uuidOf, writeTask, zip } from "./harness.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => remove(folder));

const local = (watch = false): ConfiguredSource[] => [{ name: "own", uri: `file://${folder}/tasks`, watch }];
const start = (configured = local()) => startRegistry({ configured, copies: join(folder, "copies") });

test("opens the newest version by default, releases before pre-releases, and any other version by name", async () => {
  for (const version of ["1.9.0", "1.10.0", "2.0.0-rc.1", "1.2.0"]) {
    writeTask(join(folder, "tasks", `add-${version}`), { label: "add", version });
  }
  await using found = await start();
  const { registry } = found;
  expect(registry.versions(uuidOf("add")).map(({ version }) => version)).toEqual([
    "1.10.0",
    "1.9.0",
    "1.2.0",
    "2.0.0-rc.1",
  ]);
  expect((await registry.open(uuidOf("add"), null)).version.version).toBe("1.10.0");
  expect((await registry.open(uuidOf("add"), "2.0.0-rc.1")).version.version).toBe("2.0.0-rc.1");
  await expect(registry.open(uuidOf("add"), "3.0.0")).rejects.toMatchObject({ code: "TASK_NOT_FOUND" });
  await expect(registry.open(uuidOf("none"), null)).rejects.toMatchObject({ code: "TASK_NOT_FOUND" });
  const [registered] = found.synced.at(-1) ?? [];
  expect(registered).toMatchObject({ label: "add", version: "1.10.0", source: "own" });
  expect(registered?.versions).toHaveLength(4);
});

test("keeps valid tasks when others are broken, and reports the problems of those", async () => {
  writeTask(join(folder, "tasks", "good"), { label: "good" });
  mkdirSync(join(folder, "tasks", "bad"));
  writeFileSync(join(folder, "tasks", "bad", "metadata.json"), "{");
  writeFileSync(join(folder, "tasks", "cut.zip"), zip(taskFiles({ label: "cut" })).subarray(0, 200));
  writeFileSync(join(folder, "tasks", "packed.zip"), zip(taskFiles({ label: "packed" })));
  await using found = await start();
  const [status] = found.registry.sources();
  expect(status).toMatchObject({ state: "current", tasks: 2, versions: 2, kind: "directory" });
  const files = status?.problems.map(({ file }) => file) ?? [];
  expect(files.some((file) => file.includes("bad"))).toBe(true);
  expect(files.some((file) => file.includes("cut.zip"))).toBe(true);
});

test("warns about a version in two places and uses the first", async () => {
  writeTask(join(folder, "tasks", "a"), { label: "add", code: "() => 1" });
  writeTask(join(folder, "more", "b"), { label: "add", code: "() => 2" });
  await using found = await start([...local(), { name: "more", uri: join(folder, "more") }]);
  const { task } = await found.registry.open(uuidOf("add"), null);
  expect((await task.program()).code).toContain("1");
  const problems = found.registry.sources().find(({ name }) => name === "more")?.problems ?? [];
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ severity: "warning" });
  expect(problems[0]?.message).toContain("with different content");
  const warned = () => found.messages.filter(({ level }) => level === "warn").map(({ message }) => message);
  expect(warned()).toEqual([expect.stringContaining("with different content")]);
  // A lasting problem is logged once; a new one is logged.
  writeTask(join(folder, "tasks", "bad"), { label: "bad" });
  writeFileSync(join(folder, "tasks", "bad", "metadata.json"), "{");
  await found.registry.refresh();
  await found.registry.refresh();
  expect(warned().slice(1)).toEqual([expect.stringMatching(/bad\/metadata\.json:1:2: /)]);
});

test("picks up new, changed and deleted tasks", async () => {
  mkdirSync(join(folder, "tasks"));
  await using found = await start(local(true));
  const change = async (work: () => void, condition: Parameters<typeof found.until>[0]) => {
    work();
    await found.until(condition);
  };
  const task = join(folder, "tasks", "add");
  await change(
    () => writeTask(task, { label: "add" }),
    (tasks) => tasks.length === 1,
  );
  const first = (await found.registry.open(uuidOf("add"), null)).version.checksum;
  await change(
    () => writeFileSync(join(task, "main.js"), "() => 7"),
    (tasks) => tasks[0] !== undefined && tasks[0].versions[0]?.checksum !== first,
  );
  expect((await (await found.registry.open(uuidOf("add"), null)).task.program()).code).toContain("7");
  await change(
    () => remove(task),
    (tasks) => tasks.length === 0,
  );
});

test("finds the folder when it appears later, and when it is replaced", async () => {
  await using found = await start(local(true));
  expect(found.registry.sources()[0]).toMatchObject({ state: "unavailable", tasks: 0 });
  writeTask(join(folder, "new", "add"), { label: "add" });
  renameSync(join(folder, "new"), join(folder, "tasks"));
  await found.until((tasks) => tasks.length === 1);
  expect(found.registry.sources()[0]).toMatchObject({ state: "current", error: null });
  remove(join(folder, "tasks"));
  await found.until((tasks) => tasks.length === 0);
  writeTask(join(folder, "tasks", "other"), { label: "other" });
  await found.until((tasks) => tasks[0]?.label === "other");
  // The new folder is watched.
  writeTask(join(folder, "tasks", "third"), { label: "third" });
  await found.until((tasks) => tasks.length === 2);
});

test("loads a .zip with one task or several, and follows its changes", async () => {
  const path = join(folder, "tasks.zip");
  const pack = (...labels: string[]) => {
    const files = labels.flatMap((label) =>
      Object.entries(taskFiles({ label })).map(([name, text]) => [`${label}/${name}`, text]),
    );
    writeFileSync(path, zip(Object.fromEntries(files)));
  };
  pack("one", "two");
  await using found = await start([{ name: "zip", uri: path, watch: true }]);
  expect(found.registry.sources()[0]).toMatchObject({ kind: "zip", tasks: 2, state: "current" });
  expect((await found.registry.open(uuidOf("two"), null)).version.origin).toBe(`${path}!two`);
  pack("one", "two", "three");
  await found.until((tasks) => tasks.length === 3);
  // Incomplete while it is copied: the previous tasks stay listed.
  writeFileSync(path, "PK\u0003\u0004 half");
  await found.registry.refresh("zip");
  expect(found.registry.sources()[0]).toMatchObject({ state: "stale", tasks: 3 });
  expect(found.registry.sources()[0]?.error).toContain("not a complete zip archive");
});

test("runs one state of a task: if files have changed since they were listed, all are read again", async () => {
  const task = join(folder, "tasks", "add");
  writeTask(task, { label: "add", code: "() => 1" });
  await using found = await start();
  // Nobody watches: only opening it reveals the change.
  writeFileSync(join(task, "main.js"), "() => 2");
  const opened = await found.registry.open(uuidOf("add"), null);
  expect((await opened.task.program()).code).toContain("2");
  expect(await opened.task.checksum()).toBe(opened.version.checksum);
});

test("keeps the most recently used tasks within the limits of the cache", async () => {
  for (const label of ["a", "b", "c"]) writeTask(join(folder, "tasks", label), { label });
  await using found = await startRegistry({ configured: local(), copies: folder, maxEntries: 2 });
  const open = async (label: string) => (await found.registry.open(uuidOf(label), null)).task;
  const a = await open("a");
  await open("b");
  expect(await open("a")).toBe(a);
  await open("c");
  expect(await open("a")).toBe(a);
  const { entries, hits, misses, purged, bytes } = found.registry.cache();
  expect({ entries, hits, misses, purged }).toEqual({ entries: 2, hits: 2, misses: 3, purged: 1 });
  expect(bytes).toBeGreaterThan(0);
  await open("b");
  expect(found.registry.cache()).toMatchObject({ misses: 4, purged: 2 });
});

test("caches nothing larger than the limit in bytes", async () => {
  writeTask(join(folder, "tasks", "a"), { label: "a" });
  await using found = await startRegistry({ configured: local(), copies: folder, maxBytes: 10 });
  await found.registry.open(uuidOf("a"), null);
  expect(found.registry.cache()).toMatchObject({ entries: 0, bytes: 0 });
});

test("loads a task once for all concurrent callers", async () => {
  writeTask(join(folder, "tasks", "a"), { label: "a" });
  await using found = await start();
  const opened = await Promise.all(Array.from({ length: 20 }, () => found.registry.open(uuidOf("a"), null)));
  expect(new Set(opened.map(({ task }) => task)).size).toBe(1);
});

test("validates in the background, and reports an invalid program", async () => {
  writeTask(join(folder, "tasks", "good"), { label: "good" });
  writeTask(join(folder, "tasks", "bad"), { label: "bad", code: "(input) => {" });
  await using found = await start();
  await found.until((tasks) => tasks.some(({ validatedAt }) => validatedAt !== null));
  const [good, bad] = ["good", "bad"].map((label) => found.registry.versions(uuidOf(label))[0]);
  expect(good?.validatedAt).toBeNumber();
  expect(bad?.validatedAt).toBeNull();
  const [status] = found.registry.sources();
  expect(status?.tasks).toBe(2);
  expect(status?.problems.some(({ file }) => file.includes("bad"))).toBe(true);
  expect(await found.registry.validate(uuidOf("good"), null)).toEqual([]);
  expect(await found.registry.validate(uuidOf("bad"), null)).not.toBeEmpty();
});

test("has a heartbeat without any setup, in an empty folder", async () => {
  await using found = await startRegistry({ configured: [], copies: folder, embedded: true });
  const [heartbeat] = found.synced.at(-1) ?? [];
  expect(heartbeat).toMatchObject({ label: "heartbeat", source: "embedded" });
  if (heartbeat === undefined) return;
  expect(await found.registry.validate(heartbeat.uuid, null)).toEqual([]);
});
