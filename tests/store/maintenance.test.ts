import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { createRetention } from "../../src/queue/retention.ts";
import type { RetentionPolicy } from "../../src/store/contract/retention.ts";
import {
  backupDatabase,
  checkDatabase,
  databaseStatus,
  migrateDatabase,
  vacuumDatabase,
} from "../../src/store/sqlite/maintenance.ts";
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

test("a backup made while jobs are written is whole and consistent", async () => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  await fill(s, 100, Date.now());
  let writing = true;
  const writer = (async () => {
    while (writing) await fill(s, 20, Date.now());
  })();
  const copy = join(s.folder, "copy.db");
  const bytes = await backupDatabase(s.url, copy);
  writing = false;
  await writer;
  expect(bytes).toBe(statSync(copy).size);
  expect(checkDatabase(`sqlite:${copy}`)).toEqual([]);
  expect(databaseStatus(`sqlite:${copy}`).rows.jobs).toBeGreaterThanOrEqual(100);
  const again = openStore({ url: `sqlite:${copy}`, clock: systemClock, onListenerError: () => {} });
  expect((await again.stats.read()).jobs.completed).toBeGreaterThanOrEqual(80);
  await again.close();
  await expect(backupDatabase(s.url, copy)).rejects.toMatchObject({ code: "USAGE" });
});

test("a backup that fails leaves no file", async () => {
  await using s = await openTestStore();
  const copy = join(s.folder, "no", "such", "copy.db");
  await expect(backupDatabase(s.url, copy)).rejects.toMatchObject({ code: "ENVIRONMENT" });
  expect(existsSync(copy)).toBe(false);
});

test("status, migrate and check say what there is", async () => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  await fill(s, 5, Date.now());
  const status = databaseStatus(s.url);
  expect(status).toMatchObject({ pending: [], rows: { jobs: 5, executions: 5, execution_logs: 5, tasks: 1 } });
  expect(status.applied.map(({ version }) => version)).toEqual(MIGRATIONS.map(({ version }) => version));
  expect(migrateDatabase(s.url, 0)).toEqual([]);
  const fresh = `sqlite:${join(s.folder, "fresh.db")}`;
  expect(() => databaseStatus(fresh)).toThrow(expect.objectContaining({ code: "ENVIRONMENT" }));
  expect(migrateDatabase(fresh, 0)).toEqual(MIGRATIONS.map(({ version, name }) => `${version} ${name}`));
  expect(checkDatabase(fresh)).toEqual([]);
  expect(() => databaseStatus("sqlite::memory:")).toThrow(expect.objectContaining({ code: "USAGE" }));
});

test.each([
  ["a counter that is off", "UPDATE counters SET count = count + 1 WHERE kind = 'job'", "the counters of jobs"],
  ["a job without its input", "DELETE FROM job_inputs WHERE job_id = 1", "a job has its input"],
  ["a completed job without execution", "DELETE FROM executions WHERE job_id = 1", "exactly one completed execution"],
  ["log lines that are gone", "DELETE FROM execution_logs", "as many log lines"],
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
  expect(checkDatabase(s.url).join("\n")).toContain(message);
});

test("vacuum gives back what was deleted, also while the store is open", async () => {
  const clock = createManualClock();
  await using s = await openTestStore(clock);
  await registerWorker(s.store);
  await fill(s, 800, clock.now());
  clock.advance(10_000);
  const none: RetentionPolicy = { jobs: { completed: { maxAgeMs: 0 } }, directExecutions: {}, events: {}, firings: {} };
  await s.store.retention.step(none, 1_000);
  const { beforeBytes, afterBytes } = vacuumDatabase(s.url);
  expect(afterBytes).toBeLessThan(beforeBytes);
  expect(checkDatabase(s.url)).toEqual([]);
  expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0, failed: 160 });
});

describe("retention", () => {
  const policy = (jobs: RetentionPolicy["jobs"], more: Partial<RetentionPolicy> = {}): RetentionPolicy => ({
    jobs,
    directExecutions: {},
    events: {},
    firings: {},
    ...more,
  });

  test("by age and by count, for each status, a step at a time, with executions and logs", async () => {
    const clock = createManualClock();
    await using s = await openTestStore(clock);
    await registerWorker(s.store);
    await fill(s, 50, clock.now());
    clock.advance(60_000);
    await fill(s, 50, clock.now());
    const rules = policy({ completed: { maxAgeMs: 30_000 }, failed: { maxCount: 5 } });
    const first = await s.store.retention.step(rules, 10);
    expect(first).toMatchObject({ jobs: 20, more: true });
    while ((await s.store.retention.step(rules, 10)).more);
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 40, failed: 5 });
    // Of the failed ones the latest are kept.
    const failed = (await s.store.jobs.list({ status: ["failed"] }, {})).items;
    expect(failed.every(({ finishedAt }) => finishedAt === clock.now())).toBe(true);
    expect(databaseStatus(s.url).rows).toMatchObject({ jobs: 45, executions: 45, execution_logs: 45, job_inputs: 45 });
    expect(s.problems()).toEqual([]);
  });

  test("leaves what is unfinished, and what no rule names", async () => {
    const clock = createManualClock();
    await using s = await openTestStore(clock);
    await registerWorker(s.store);
    await fill(s, 10, clock.now());
    await s.store.jobs.enqueue([{ taskId: s.taskId, inputJson: "{}" }]);
    clock.advance(1e9);
    await s.store.retention.step(policy({ completed: { maxAgeMs: 0, maxCount: 0 } }), 100);
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0, failed: 2, queued: 1 });
  });

  test("events and direct executions", async () => {
    const clock = createManualClock();
    await using s = await openTestStore(clock);
    await registerWorker(s.store);
    const { executions } = s.store;
    for (let n = 0; n < 6; n++) {
      const direct = { taskId: s.taskId, version: null, inputJson: "1", workerId: "w1" };
      const id = await executions.startDirect(direct);
      const at = clock.now();
      const end = { id, taskId: s.taskId, version: "1.0.0", startedAt: at, finishedAt: at, usage: null, logs: [] };
      if (n > 0) await executions.finishDirect({ ...end, result: { status: "completed", outputJson: "2" } });
      clock.advance(1_000);
    }
    const rules = policy({}, { directExecutions: { maxCount: 3 }, events: { maxAgeMs: 2_500 } });
    expect(await s.store.retention.step(rules, 100)).toMatchObject({ executions: 3 });
    expect((await executions.list({}, {})).items.map(({ id, status }) => [id, status])).toEqual([
      [6, "completed"],
      [5, "completed"],
      [1, "running"],
    ]);
    expect((await s.store.events.since(0, 100)).every(({ time }) => time >= clock.now() - 2_500)).toBe(true);
    expect(s.problems()).toEqual([]);
  });

  test("rows of a time when the clock was wrong do not keep others from being deleted", async () => {
    const clock = createManualClock();
    await using s = await openTestStore(clock);
    await registerWorker(s.store);
    const start = clock.now();
    clock.jumpTo(start + 1e12);
    await fill(s, 10, clock.now());
    clock.jumpTo(start);
    await fill(s, 10, clock.now());
    clock.advance(60_000);
    await s.store.retention.step(policy({ completed: { maxAgeMs: 30_000 } }), 100);
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 8 });
    await s.store.retention.step(policy({ completed: { maxCount: 0 } }), 100);
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0 });
    expect(s.problems()).toEqual([]);
  });

  test("a clock that is set forward makes nothing old at once", async () => {
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
    // How many are kept counts all the while.
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 8, failed: 1 });
    // It was no mistake: an hour later what is old goes.
    await minutes(60);
    await retention.stop(0);
    expect((await s.store.stats.read()).jobs).toMatchObject({ completed: 0, failed: 0 });
  });

  test("runs on its own, step after step, until nothing is left", async () => {
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
