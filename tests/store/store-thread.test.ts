import { expect, test } from "bun:test";
import { join } from "node:path";
import type { RatchetEvent } from "../../src/domain/events.ts";
import { readText } from "../../src/domain/shared-text.ts";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { eventually } from "../support/eventually.ts";
import { failureOf } from "../support/failure-of.ts";
import { createManualClock } from "./manual-clock.ts";
import { longText, openThreadStore, startThread } from "./thread-store.ts";

const LARGE = longText(2_000_000);

test("writes and their events keep their order, on whichever thread they are done", async () => {
  await using opened = await openThreadStore();
  const { store, taskId } = opened;
  const events: RatchetEvent[] = [];
  store.events.subscribe((some) => events.push(...some));
  const one = (inputJson: string) => store.jobs.enqueue([{ taskId, inputJson }]);
  const many = store.jobs.enqueue(Array.from({ length: 1_000 }, () => ({ taskId, inputJson: "1" })));
  const rest = await Promise.all([one("2"), one(LARGE), one("3"), store.control.pause("all", null), one(LARGE)]);
  const ids = (await many).map(({ job }) => job.id);
  expect(ids).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
  expect(rest.flatMap((enqueued) => (Array.isArray(enqueued) ? enqueued.map(({ job }) => job.id) : []))).toEqual([
    1_001, 1_002, 1_003, 1_004,
  ]);
  const stored = await store.events.since(0, 10_000);
  expect(events.map(({ id, type, jobId }) => ({ id, type, jobId }))).toEqual(
    stored.filter(({ id }) => id >= (events[0]?.id ?? 0)).map(({ id, type, jobId }) => ({ id, type, jobId })),
  );
  expect(events.at(-2)?.type).toBe("queue.paused");
});

test("a call fails when its thread is lost, and the next one gets another", async () => {
  let first = true;
  await using opened = await openThreadStore({}, () => {
    const thread = startThread();
    if (first) thread.terminate();
    first = false;
    return thread;
  });
  const { store, taskId, threads } = opened;
  const lost = store.jobs.enqueue([{ taskId, inputJson: LARGE }]);
  const light = store.jobs.enqueue([{ taskId, inputJson: "1" }]);
  expect(await failureOf(lost)).toMatchObject({ code: "ENVIRONMENT", remedy: expect.any(String) });
  expect(await light).toMatchObject([{ created: true }]);
  const [enqueued] = await store.jobs.enqueue([{ taskId, inputJson: LARGE }]);
  expect(readText((await store.jobs.get(enqueued?.job.id ?? 0))?.inputJson ?? "")).toBe(LARGE);
  expect(threads).toHaveLength(2);
});

test("a transaction of a thread that is lost is undone, and holds up nobody", async () => {
  await using opened = await openThreadStore();
  const { store, path, taskId, threads } = opened;
  const other = openConnection({ location: { kind: "file", path }, busyTimeoutMs: 0 });
  const isLocked = () => {
    try {
      other.exec("BEGIN IMMEDIATE");
      other.exec("ROLLBACK");
      return false;
    } catch {
      return true;
    }
  };
  const batch = failureOf(store.jobs.enqueue(Array.from({ length: 10_000 }, () => ({ taskId, inputJson: "1" }))));
  await eventually(isLocked);
  threads[0]?.terminate();
  expect(await batch).toMatchObject({ code: "ENVIRONMENT" });
  expect(await store.jobs.count({})).toBe(0);
  expect(await store.jobs.enqueue([{ taskId, inputJson: "1" }])).toMatchObject([{ created: true }]);
  other.close();
});

test("if no thread can be started, large values are read here and their writes fail", async () => {
  let works = true;
  await using opened = await openThreadStore({}, () => {
    if (works) return startThread();
    throw new Error("no more threads");
  });
  const { store, taskId, threads } = opened;
  const [enqueued] = await store.jobs.enqueue([{ taskId, inputJson: LARGE }]);
  const ended = new Promise((resolve) => threads[0]?.addEventListener("close", resolve));
  works = false;
  threads[0]?.terminate();
  await ended;
  expect(readText((await store.jobs.get(enqueued?.job.id ?? 0))?.inputJson ?? "")).toBe(LARGE);
  expect(await failureOf(store.jobs.enqueue([{ taskId, inputJson: LARGE }]))).toMatchObject({ code: "ENVIRONMENT" });
  expect(await store.jobs.enqueue([{ taskId, inputJson: "1" }])).toMatchObject([{ created: true }]);
});

test("closing waits for what the thread is doing", async () => {
  await using opened = await openThreadStore();
  const { store, path, taskId } = opened;
  const written = store.jobs.enqueue([{ taskId, inputJson: LARGE }]);
  const closed = store.close();
  const [enqueued] = await written;
  await closed;
  const connection = openConnection({ location: { kind: "file", path }, busyTimeoutMs: 0 });
  expect(connection.sql.get("SELECT octet_length(input) AS size FROM job_inputs")).toEqual({
    size: Buffer.byteLength(LARGE),
  });
  connection.close();
  expect(enqueued?.created).toBe(true);
  expect(await failureOf(store.jobs.enqueue([{ taskId, inputJson: LARGE }]))).toMatchObject({ code: "ENVIRONMENT" });
});

test("a large write waits while another process holds the database, but not for ever", async () => {
  await using opened = await openThreadStore({ busyLimitMs: 100 });
  const { store, path, taskId } = opened;
  const other = openConnection({ location: { kind: "file", path }, busyTimeoutMs: 0 });
  other.exec("BEGIN IMMEDIATE");
  expect(await failureOf(store.jobs.enqueue([{ taskId, inputJson: LARGE }]))).toMatchObject({
    code: "ENVIRONMENT",
    message: expect.stringContaining("is locked by another process"),
  });
  other.exec("ROLLBACK");
  expect(await store.jobs.enqueue([{ taskId, inputJson: LARGE }])).toMatchObject([{ created: true }]);
  other.close();
});

test("an idle thread ends, and another is started when it is needed", async () => {
  const clock = createManualClock();
  await using opened = await openThreadStore({ clock });
  const { store, taskId, threads } = opened;
  await store.jobs.enqueue([{ taskId, inputJson: LARGE }]);
  const ended = new Promise((resolve) => threads[0]?.addEventListener("close", resolve));
  clock.advance(5_000);
  await ended;
  await store.jobs.enqueue([{ taskId, inputJson: LARGE }]);
  expect(threads).toHaveLength(2);
});

test("a store that is not closed does not keep its process alive", async () => {
  await using opened = await openThreadStore();
  await opened.store.close();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "large-value-child.ts"), opened.path], {
    stdout: "pipe",
  });
  expect(await child.stdout.text()).toBe("written\n");
  expect(await child.exited).toBe(0);
});
