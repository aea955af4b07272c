import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { createRetention } from "../../src/queue/retention.ts";
import type { RetentionPolicy } from "../../src/store/contract/retention.ts";
import { createMaintenance } from "../../src/store/sqlite/maintenance.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { createManualClock } from "./manual-clock.ts";
import { COMPLETED, FAILED, finishedAttempt, openTestStore, registerWorker, type TestStore } from "./open-for-test.ts";

async function fill({ store, taskId }: TestStore, count: number, now: number): Promise<void> {
  await store.jobs.enqueue(Array.from({ length: count }, () => ({ taskId, inputJson: `"${"x".repeat(500)}"` })));
  const { claimed } = await store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: count });
  const finished = claimed.map((job, n) => ({
    ...finishedAttempt(job, n % 5 === 4 ? FAILED : COMPLETED, now),
    logs: [{ level: "info" as const, message: "line", time: now }],
  }));
  await store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
}

test("a backup that is made while jobs are written is complete and consistent", async () => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  await fill(s, 100, Date.now());
  let writing = true;
  const writer = (async () => {
    while (writing) await fill(s, 20, Date.now());
  })();
  const copy = join(s.folder, "copy.db");
  const bytes = await createMaintenance(s.url).backup(copy);
  writing = false;
  await writer;
  expect(bytes).toBe(statSync(copy).size);
  const copied = createMaintenance(`sqlite:${copy}`);
  expect(await copied.check()).toEqual([]);
  expect((await copied.status()).rows.jobs).toBeGreaterThanOrEqual(100);
  const again = openStore({ url: `sqlite:${copy}`, clock: systemClock, onListenerError: () => {} });
  expect((await again.stats.read()).jobs.completed).toBeGreaterThanOrEqual(80);
  await again.close();
  await expect(createMaintenance(s.url).backup(copy)).rejects.toMatchObject({ code: "USAGE" });
});

test("a backup that fails leaves no file", async () => {
  await using s = await openTestStore();
  const copy = join(s.folder, "no", "such", "copy.db");
  await expect(createMaintenance(s.url).backup(copy)).rejects.toMatchObject({ code: "ENVIRONMENT" });
  expect(existsSync(copy)).toBe(false);
});

test("status, migrate and check report the state of a database", async () => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  await fill(s, 5, Date.now());
  const maintenance = createMaintenance(s.url);
  const status = await maintenance.status();
  expect(status).toMatchObject({ pending: [], rows: { jobs: 5, executions: 5, logs: 5, tasks: 1 } });
  expect(status.applied.map(({ version }) => version)).toEqual(MIGRATIONS.map(({ version }) => version));
  expect(await maintenance.migrate(0)).toEqual([]);
  const fresh = createMaintenance(`sqlite:${join(s.folder, "fresh.db")}`);
  for (const use of [fresh.status, fresh.check, fresh.vacuum, () => fresh.backup(join(s.folder, "copy.db"))]) {
    await expect(use()).rejects.toMatchObject({ code: "ENVIRONMENT" });
  }
  expect(await fresh.migrate(0)).toEqual(MIGRATIONS.map(({ version, name }) => `${version} ${name}`));
  expect(await fresh.check()).toEqual([]);
  expect(() => createMaintenance("sqlite::memory:")).toThrow(expect.objectContaining({ code: "USAGE" }));
});

test.each([
  ["a wrong counter", "UPDATE counters SET count = count + 1 WHERE kind = 'job'", "the counters of jobs"],
  ["a job without its input", "DELETE FROM job_inputs WHERE job_id = 1", "a job has its input"],
  [
    "a completed job without an execution",
    "DELETE FROM executions WHERE job_id = 1",
    "exactly one completed execution",
  ],
  ["more log lines than there were", "UPDATE executions SET log_count = 0", "no more log lines"],
  ["an unknown size of the log", "UPDATE log_totals SET bytes = bytes + 1", "the size of the log"],
  [
    "a processing job of nobody",
    `INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, max_retries, created_at)
       VALUES (1, 'queued', 1, 0, 0, 0, 3, 0);
     UPDATE jobs SET status = 'processing', gate = NULL, worker_id = 'ghost' WHERE id = 6`,
    "known worker",
  ],
  [
    "a reference to nothing",
    "PRAGMA foreign_keys = OFF; UPDATE jobs SET task_id = 77 WHERE id = 1",
    "missing row of tasks",
  ],
])("check finds %s", async (_, sql, message) => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  await fill(s, 5, Date.now());
  const db = new Database(join(s.folder, "test.db"));
  db.run(sql);
  db.close();
  expect((await createMaintenance(s.url).check()).join("\n")).toContain(message);
});

test("vacuum returns the space of what was deleted, even while the store is open", async () => {
  const clock = createManualClock();
  await using s = await openTestStore(clock);
  await registerWorker(s.store);
  await fill(s, 800, clock.now());
  clock.advance(10_000);
  const none: RetentionPolicy = {
    jobs: { completed: { maxAgeMs: 0 } },
    directExecutions: {},
    events: {},
    deliveries: {},
    firings: {},
  };
  await s.store.retention.step(none, 1_000);
  const maintenance = createMaintenance(s.url);
  const { beforeBytes, afterBytes } = await maintenance.vacuum();
  expect(afterBytes).toBeLessThan(beforeBytes);
  expect(await maintenance.check()).toEqual([]);
  expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0, failed: 160 });
});

describe("retention", () => {
  const policy = (jobs: RetentionPolicy["jobs"], more: Partial<RetentionPolicy> = {}): RetentionPolicy => ({
    jobs,
    directExecutions: {},
    events: {},
    deliveries: {},
    firings: {},
    ...more,
  });

  test("a clock that is set forward does not make everything old at once", async () => {
    const clock = createManualClock();
    await using s = await openTestStore(clock);
    await registerWorker(s.store);
    await fill(s, 10, clock.now());
    const rules = policy({ completed: { maxAgeMs: 86_400_000 }, failed: { maxAgeMs: 86_400_000, maxCount: 1 } });
    let steps = 0;
    const stepped = {
      step: async (...args: Parameters<typeof s.store.retention.step>) => {
        const result = await s.store.retention.step(...args);
        steps += 1;
        return result;
      },
    };
    const onError = (error: unknown) => {
      throw error;
    };
    const retention = createRetention({ retention: stepped, clock, policy: rules, onError });
    await retention.start();
    const minutes = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const before = steps;
        clock.advance(60_000);
        while (steps === before) await new Promise((resolve) => setImmediate(resolve));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await minutes(1);
    clock.jumpTo(clock.now() + 400 * 86_400_000);
    await minutes(5);
    // The limit on their number applies all the time.
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 8, failed: 1 });
    // The change was no mistake: after an hour, old jobs are deleted.
    await minutes(60);
    await retention.stop(0);
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0, failed: 0 });
  });

  test("runs by itself, step by step, until nothing is left", async () => {
    const clock = createManualClock();
    await using s = await openTestStore(clock);
    await registerWorker(s.store);
    await fill(s, 500, clock.now());
    clock.advance(1);
    const rules = policy({ completed: { maxAgeMs: 0 } });
    const retention = createRetention({
      retention: s.store.retention,
      clock,
      policy: rules,
      onError: (error) => {
        throw error;
      },
    });
    await retention.start();
    while ((await s.store.stats.read()).jobs.completed > 0) {
      clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await retention.stop(0);
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0, failed: 100 });
  });
});
