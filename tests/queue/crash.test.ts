import { expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { createWorker } from "../../src/queue/worker.ts";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { checkDatabase } from "../../src/store/maintenance.ts";
import { openTestStore } from "../store/open-for-test.ts";

const ROUNDS = 6;

test("killed again and again under load, it loses no acknowledged job, completes none twice, fires once", async () => {
  await using opened = await openTestStore();
  const { store, url, taskId } = opened;
  const scheduler = createScheduler({ store, clock: systemClock, onError: () => {} });
  const started = Date.now();
  const schedule = await scheduler.create({
    name: "each second",
    taskId,
    inputJson: '{"n":1}',
    timing: { kind: "every", everyMs: 1_000 },
    overlap: "allow_all",
  });
  const acknowledged = new Map<number, number>();
  let lastAlive = started;
  for (let round = 0; round < ROUNDS; round++) {
    await killOnce(url, taskId, acknowledged);
    lastAlive = Date.now();
    expect(checkDatabase(url)).toEqual([]);
  }
  expect(acknowledged.size).toBeGreaterThan(100);

  // One that lives finishes everything: the dead ones' leases are taken over at once.
  const worker = createWorker({
    store,
    clock: systemClock,
    concurrency: 8,
    onError: (error) => {
      throw error;
    },
    run: async ({ inputJson }) => ({
      result: { status: "completed", outputJson: JSON.stringify((JSON.parse(inputJson) as { n: number }).n * 2) },
      version: "1.0.0",
      usage: null,
    }),
  });
  const began = performance.now();
  const empty = new Promise<void>((resolve) => {
    store.events.subscribe(async (events) => {
      if (!events.some(({ type }) => type === "job.completed")) return;
      const { jobs } = await store.stats.read();
      if (jobs.queued + jobs.processing + jobs.retrying === 0) resolve();
    });
  });
  await scheduler.pause(schedule.id, null);
  await scheduler.trigger(schedule.id);
  await worker.start();
  await empty;
  expect(performance.now() - began).toBeLessThan(10_000);
  await worker.stop(1_000);

  for (const [id, n] of acknowledged) {
    const job = await store.jobs.get(id);
    expect(job).toMatchObject({ id, status: "completed" });
    const execution = await store.executions.get(job?.executionId ?? 0);
    expect(execution).toMatchObject({ status: "completed", outputJson: String(n * 2) });
  }
  const firings = (await store.schedules.firings(schedule.id, 1_000))
    .filter(({ kind }) => kind === "planned")
    .reverse();
  // Each second once, in one line, none twice and none left out.
  expect(firings.map(({ fireAt }) => fireAt)).toEqual(
    firings.map((_, index) => (schedule.nextAt ?? 0) + index * 1_000),
  );
  expect(firings.length).toBeGreaterThanOrEqual(Math.floor((lastAlive - started) / 1_000) - 2);
  expect(checkDatabase(url)).toEqual([]);
}, 60_000);

async function killOnce(url: string, taskId: number, acknowledged: Map<number, number>): Promise<void> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "crash-child.ts"), url, String(taskId)], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const lines: string[] = [];
  let rest = "";
  const decoder = new TextDecoder();
  // Counted from its first promise on, so that a slow start does not make the round empty.
  let armed = false;
  for await (const chunk of child.stdout) {
    if (!armed) setTimeout(() => child.kill("SIGKILL"), 100 + Math.random() * 300);
    armed = true;
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  }
  await child.exited;
  expect(await new Response(child.stderr).text()).toBe("");
  for (const line of lines) {
    const [id, n] = line.split(" ").map(Number);
    if (id !== undefined && n !== undefined) acknowledged.set(id, n);
  }
}
