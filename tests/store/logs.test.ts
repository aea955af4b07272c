import { expect, test } from "bun:test";
import fc from "fast-check";
import { LOG_LEVELS, type LogLevel } from "../../src/domain/execution.ts";
import { lineMatcher } from "../../src/service/logs/log-feed.ts";
import type { LogFilter, LogLine, NewLogMessage } from "../../src/store/contract/logs.ts";
import { addTask, openTestStore, registerWorker, type TestStore } from "./open-for-test.ts";

const NOTHING = { taskId: null, jobId: null, executionId: null, traceId: null };

/** Stores lines of three tasks' executions and messages, with times that do not follow the order of storing. */
async function fill(
  s: TestStore,
  random: () => number,
): Promise<{ tasks: number[]; jobs: number[]; executions: number[] }> {
  const tasks = [s.taskId, await addTask(s.store, "other"), await addTask(s.store, "third")];
  await registerWorker(s.store);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const jobs: number[] = [];
  for (const taskId of tasks) {
    for (const { job } of await s.store.jobs.enqueue([
      { taskId, inputJson: "1" },
      { taskId, inputJson: "1" },
    ]))
      jobs.push(job.id);
  }
  const { claimed } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 10 });
  const executions = claimed.map(({ executionId }) => executionId);
  const line = () => ({
    time: 1_000 + Math.floor(random() * 50),
    level: pick(LOG_LEVELS),
    message: pick(["red", "green", "blue 100%"]),
  });
  const next = new Map<number, number>();
  for (let round = 0; round < 60; round++) {
    const one = pick(claimed);
    const first = next.get(one.executionId) ?? 0;
    const logs = [line(), line()];
    next.set(one.executionId, first + logs.length);
    await s.store.jobs.report([{ claimed: one, logs, firstLog: first }]);
    const { job, executionId } = pick(claimed);
    const message: NewLogMessage = pick([
      { ...line(), ...NOTHING },
      { ...line(), ...NOTHING, taskId: job.taskId, jobId: job.id },
      { ...line(), ...NOTHING, taskId: job.taskId, jobId: job.id, executionId },
    ]);
    await s.store.logs.append([message]);
  }
  return { tasks, jobs, executions };
}

async function pagesOf(s: TestStore, filter: LogFilter, order: "asc" | "desc", limit: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await s.store.logs.list(filter, { limit, order, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    lines.push(...page.items);
    if (page.nextCursor === null) return lines;
    cursor = page.nextCursor;
  }
}

test("every filter finds what a look at all lines finds, page by page, in both directions", async () => {
  await using s = await openTestStore();
  let seed = 7;
  const { tasks, jobs, executions } = await fill(s, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  });
  const all = await s.store.logs.since(0, 10_000);
  expect(all).toHaveLength(180);
  const some = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const filters = fc.record({
    taskId: some(tasks),
    jobId: some(jobs),
    executionId: some(executions),
    level: some<LogLevel>(LOG_LEVELS),
    since: fc.option(fc.integer({ min: 990, max: 1_060 }), { nil: undefined }),
    grep: some(["e", "red", "%", "nowhere"]),
    labels: some([["*"], ["other"], ["t*", "a*"], []]),
    ofTasks: some([true]),
  });
  const labelled = (line: LogLine, labels: readonly string[] | undefined) =>
    labels === undefined ||
    (line.task !== null && labels.some((pattern) => new Bun.Glob(pattern).match(line.task as string)));
  await fc.assert(
    fc.asyncProperty(filters, fc.boolean(), fc.constantFrom(1, 2, 7, 200), async (drawn, ascending, limit) => {
      const filter = Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)) as LogFilter;
      const matches = lineMatcher(filter);
      // Within an execution or a job the order is that of storing.
      const byId = filter.executionId !== undefined || filter.jobId !== undefined;
      const expected = all
        .filter((line) => matches(line) && labelled(line, filter.labels))
        .toSorted((a, b) => (byId ? 0 : a.time - b.time) || a.id - b.id);
      const found = await pagesOf(s, filter, ascending ? "asc" : "desc", limit);
      expect(found.map(({ id }) => id)).toEqual((ascending ? expected : expected.toReversed()).map(({ id }) => id));
    }),
    { numRuns: 300 },
  );
  expect(s.problems()).toEqual([]);
}, 120_000);

test("a search ends its page after a while, and continues where it ended", async () => {
  await using s = await openTestStore();
  const line = { ...NOTHING, level: "info", message: "hay" } as const;
  await s.store.logs.append([{ ...line, time: 1, message: "a needle" }]);
  for (let round = 0; round < 40; round++) {
    await s.store.logs.append(Array.from({ length: 1_000 }, (_, n) => ({ ...line, time: 2 + round * 1_000 + n })));
  }
  const found = await pagesOf(s, { grep: "needle" }, "desc", 10);
  expect(found).toMatchObject([{ message: "a needle", time: 1 }]);
  // Other work gets its turn while the search goes on.
  let turns = 0;
  let searching = true;
  const count = () => {
    turns += 1;
    if (searching) setImmediate(count);
  };
  setImmediate(count);
  await s.store.logs.list({ grep: "nowhere" }, { limit: 10 });
  searching = false;
  expect(turns).toBeGreaterThan(5);
});

test("lines that are sent twice are stored once", async () => {
  await using s = await openTestStore();
  await registerWorker(s.store);
  await s.store.jobs.enqueue([{ taskId: s.taskId, inputJson: "1" }]);
  const { claimed } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 1 });
  const [one] = claimed;
  if (one === undefined) throw new Error("no job was claimed");
  const logs = ["a", "b", "c"].map((message) => ({ time: 1, level: "info" as const, message }));
  await s.store.jobs.report([{ claimed: one, logs: logs.slice(0, 2), firstLog: 0 }]);
  await s.store.jobs.report([{ claimed: one, logs, firstLog: 0 }]);
  const { items } = await s.store.logs.list({ executionId: one.executionId }, { limit: 10, order: "asc" });
  expect(items.map(({ message, seq }) => [message, seq])).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 2],
  ]);
  expect(s.problems()).toEqual([]);
});

test("retention keeps the latest lines, by age and by size", async () => {
  await using s = await openTestStore();
  const now = Date.now();
  const line = { ...NOTHING, level: "info", message: "x".repeat(350) } as const;
  const times = [now - 10_000, now - 5_000, now - 1_000, now - 500];
  await s.store.logs.append(times.map((time) => ({ ...line, time })));
  const policy = { jobs: {}, directExecutions: {}, events: {}, deliveries: {}, firings: {} };
  const kept = async () => (await s.store.logs.list({}, { limit: 10 })).items.map(({ time }) => time);
  expect(await s.store.retention.step(policy, 100)).toMatchObject({ lines: 0 });
  expect(await s.store.retention.step({ ...policy, logs: { maxAgeMs: 7_500 } }, 100)).toMatchObject({ lines: 1 });
  expect(await kept()).toEqual(times.slice(1).toReversed());
  // A line counts 150 bytes more than its text.
  expect(await s.store.retention.step({ ...policy, logs: { maxBytes: 1_000 } }, 100)).toMatchObject({ lines: 1 });
  expect(await kept()).toEqual(times.slice(2).toReversed());
  expect(await s.store.retention.step({ ...policy, logs: { maxBytes: 1_000 } }, 100)).toMatchObject({ lines: 0 });
  expect(s.problems()).toEqual([]);
});

test("listeners get each line once, in the order of their ids, also those of the store thread", async () => {
  await using s = await openTestStore();
  const seen: LogLine[] = [];
  await s.store.logs.append([{ ...NOTHING, time: 1, level: "info", message: "before" }]);
  const end = s.store.logs.subscribe((lines) => void seen.push(...lines));
  const heavy = Array.from({ length: 2_000 }, (_, n) => ({ time: n, level: "info" as const, message: `heavy ${n}` }));
  await registerWorker(s.store);
  await s.store.jobs.enqueue([{ taskId: s.taskId, inputJson: "1" }]);
  const { claimed } = await s.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 1 });
  for (const one of claimed) await s.store.jobs.report([{ claimed: one, logs: heavy, firstLog: 0 }]);
  await s.store.logs.append([{ ...NOTHING, time: 1, level: "warn", message: "after" }]);
  while (seen.length < 2_001) await new Promise(setImmediate);
  end();
  expect(seen.map(({ message }) => message)).toEqual([...heavy.map(({ message }) => message), "after"]);
  expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).toSorted((a, b) => a - b));
});
