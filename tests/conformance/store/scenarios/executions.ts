import { describe, expect } from "bun:test";
import { COMPLETED, FAILED, type Fixture, type StoreTest } from "../fixture.ts";

const USAGE = { durationMs: 2, cpuMs: 1, peakMemoryBytes: 1_000, fetchCount: 0, fetchBytes: 0 };

/** Starts a direct execution, and returns it with a function that ends it. */
async function startDirect(s: Fixture, inputJson = "1") {
  const id = await s.store.executions.startDirect({ taskId: s.taskId, version: null, inputJson, workerId: "w1" });
  const startedAt = s.clock.now();
  const end = (result: Parameters<typeof s.store.executions.finishDirect>[0]["result"], more = {}) =>
    s.store.executions.finishDirect({
      id,
      taskId: s.taskId,
      result,
      version: "1.0.0",
      startedAt,
      finishedAt: s.clock.now(),
      usage: USAGE,
      logs: [],
      ...more,
    });
  return { id, end };
}

const TOUCHED = {
  origins: [
    {
      origin: "https://a.example",
      methods: { GET: 1 },
      count: 1,
      bytesSent: 0,
      bytesReceived: 2 ** 33,
      failures: 0,
    },
  ],
  secrets: ["TOKEN"],
  tasks: [],
};

/** What executions touched. */
function ledgers(test: StoreTest): void {
  describe("what an execution touched", () => {
    test("is stored with its result, for many executions at once", async (s) => {
      const ids = await s.enqueueMany(80);
      const claimed = await s.claim(ids.length);
      const isTouching = (index: number) => index % 3 === 0;
      await s.store.jobs.completeAndClaim({
        workerId: "w1",
        finished: claimed.map((one, index) => s.attempt(one, COMPLETED, isTouching(index) ? { touched: TOUCHED } : {})),
        capacity: 0,
      });
      const executions = claimed.map(({ executionId }) => executionId);
      const expected = executions.filter((_, index) => isTouching(index)).map((id) => [id, TOUCHED] as const);
      expect(await s.store.executions.touched(executions)).toEqual(new Map(expected));
    });

    test("is kept when it failed, when it is retried, and when its job was cancelled", async (s) => {
      await s.enqueueMany(3);
      const [failed, retried, cancelled] = await s.claim(3);
      if (failed === undefined || retried === undefined || cancelled === undefined) throw new Error("no jobs");
      await s.store.jobs.cancel(cancelled.job.id);
      const retry = { kind: "retry", error: { code: "X", message: "x" }, runAt: s.clock.now() } as const;
      await s.store.jobs.completeAndClaim({
        workerId: "w1",
        finished: [
          s.attempt(failed, FAILED, { touched: TOUCHED }),
          s.attempt(retried, retry, { touched: TOUCHED }),
          s.attempt(cancelled, { kind: "cancelled" }, { touched: TOUCHED, usage: USAGE }),
        ],
        capacity: 0,
      });
      const ids = [failed, retried, cancelled].map(({ executionId }) => executionId);
      expect(await s.store.executions.touched(ids)).toEqual(new Map(ids.map((id) => [id, TOUCHED])));
    });

    test("is not stored for a worker that has lost its job", async (s) => {
      await s.enqueue();
      const claimed = await s.claimOne();
      const stale = { ...claimed, claim: claimed.claim + 1 };
      await s.store.jobs.completeAndClaim({
        workerId: "w1",
        finished: [s.attempt(stale, FAILED, { touched: TOUCHED })],
        capacity: 0,
      });
      expect(await s.store.executions.touched([claimed.executionId])).toEqual(new Map());
    });

    test("is stored for direct executions, and goes with the execution", async (s) => {
      const { id, end } = await startDirect(s);
      await end({ status: "completed", outputJson: "1" }, { touched: TOUCHED });
      const claimed = await s.enqueue().then(() => s.claimOne());
      const { job, executionId } = claimed;
      await s.store.jobs.completeAndClaim({
        workerId: "w1",
        finished: [s.attempt(claimed, COMPLETED, { touched: TOUCHED })],
        capacity: 0,
      });
      expect(await s.store.executions.touched([id, executionId])).toEqual(
        new Map([id, executionId].map((one) => [one, TOUCHED])),
      );
      await s.store.jobs.delete(job.id);
      expect([...(await s.store.executions.touched([id, executionId])).keys()]).toEqual([id]);
    });
  });
}

/** Executions, direct and of jobs, and their console lines. */
export function executions(test: StoreTest): void {
  ledgers(test);
  describe("a direct execution", () => {
    test("is stored from its start to its end", async (s) => {
      const { id, end } = await startDirect(s, '{"num1":5}');
      expect(await s.store.executions.get(id)).toMatchObject({
        jobId: null,
        taskId: s.taskId,
        status: "running",
        attempt: 1,
        workerId: "w1",
        inputJson: '{"num1":5}',
        outputJson: null,
      });
      s.clock.advance(5);
      expect(await end({ status: "completed", outputJson: "7" }, { logs: [s.line("a")] })).toBe(true);
      expect(await s.store.executions.get(id)).toMatchObject({
        status: "completed",
        version: "1.0.0",
        outputJson: "7",
        error: null,
        finishedAt: s.clock.now(),
        logCount: 1,
        ...USAGE,
      });
    });

    test("ends once", async (s) => {
      const { id, end } = await startDirect(s);
      const error = { code: "TASK_FAILED", message: "no" };
      expect(await end({ status: "failed", error })).toBe(true);
      expect(await end({ status: "completed", outputJson: "2" })).toBe(false);
      expect(await s.store.executions.get(id)).toMatchObject({ status: "failed", error, outputJson: null });
    });

    test("stores console lines while it runs, and only then", async (s) => {
      const { id, end } = await startDirect(s);
      await s.store.executions.logDirect(id, 0, [s.line("a"), s.line("b")]);
      expect((await s.store.executions.logs(id, 10)).map(({ message }) => message)).toEqual(["a", "b"]);
      await end(
        { status: "cancelled", error: { code: "CANCELLED", message: "no" } },
        { logs: [s.line("c")], logsStored: 2 },
      );
      await s.store.executions.logDirect(id, 3, [s.line("late")]);
      expect((await s.store.executions.logs(id, 10)).map(({ message }) => message)).toEqual(["a", "b", "c"]);
    });
  });

  describe("executions", () => {
    test("are listed and counted by status, task, job and time", async (s) => {
      const start = s.clock.now();
      await s.enqueueMany(4);
      const claimed = await s.claim(3);
      await s.complete(claimed.slice(0, 2));
      s.clock.advance(1_000);
      const { id: direct, end } = await startDirect(s);
      await end({ status: "failed", error: { code: "TASK_FAILED", message: "no" } });
      const [first, second, third] = claimed.map(({ executionId }) => executionId);
      const jobId = claimed[0]?.job.id ?? 0;
      const cases = [
        [{}, [first, second, third, direct]],
        [{ status: ["completed"] }, [first, second]],
        [{ status: ["running", "failed"] }, [third, direct]],
        [{ jobId }, [first]],
        [{ jobId, status: ["failed"] }, []],
        [{ taskId: s.taskId, createdFrom: start + 1 }, [direct]],
        [{ createdTo: start + 1, status: ["completed", "failed"] }, [first, second]],
        [{ taskId: 999_999 }, []],
      ] as const;
      for (const [filter, expected] of cases) {
        const { items } = await s.store.executions.list(filter, {});
        expect([filter, new Set<number | undefined>(items.map(({ id }) => id))]).toEqual([filter, new Set(expected)]);
        expect(await s.store.executions.count(filter)).toBe(expected.length);
      }
    });

    test("are read by their ids, with and without inputs and outputs", async (s) => {
      await s.enqueueMany(2, { inputJson: '"input"' });
      const claimed = await s.claim(2);
      await s.complete(claimed);
      const ids = claimed.map(({ executionId }) => executionId);
      const found = await s.store.executions.getMany([...ids, 999_999]);
      expect(new Set(found.map(({ id }) => id))).toEqual(new Set(ids));
      const details = await s.store.executions.details(ids);
      expect(details.map(({ inputJson, outputJson }) => [inputJson, outputJson])).toEqual([
        ['"input"', '{"sum":15}'],
        ['"input"', '{"sum":15}'],
      ]);
      expect(await s.store.executions.detailBytes(ids)).toBe(2 * ('"input"'.length + '{"sum":15}'.length));
      expect(await s.store.executions.get(999_999)).toBeUndefined();
    });

    test("of several jobs are read together, oldest first within a job", async (s) => {
      const [a = 0, b = 0] = await s.enqueueMany(2);
      for (let round = 0; round < 2; round++) {
        await s.complete(await s.claim(2), { kind: "released" });
        s.clock.advance(1);
      }
      const found = await s.store.executions.ofJobs([a, b, 999_999]);
      expect(found).toHaveLength(4);
      for (const id of [a, b]) {
        expect(found.filter(({ jobId }) => jobId === id).map(({ attempt }) => attempt)).toEqual([1, 2]);
      }
    });
  });

  describe("reports of a running attempt", () => {
    test("store progress and console lines, each line once", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      const lines = [s.line("a"), s.line("b")];
      await s.store.jobs.report([{ claimed, progress: { done: 1 }, logs: lines, firstLog: 0 }]);
      expect((await s.store.jobs.get(job.id))?.progress).toEqual({ done: 1 });
      // The attempt result comes with a line that a report has stored too.
      const finished = [s.attempt(claimed, COMPLETED, { logs: [s.line("b"), s.line("c")], logsStored: 1 })];
      await s.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
      const stored = await s.store.executions.logs(claimed.executionId, 10);
      expect(stored.map(({ seq, message }) => [seq, message])).toEqual([
        [0, "a"],
        [1, "b"],
        [2, "c"],
      ]);
      expect(stored[0]).toEqual({ executionId: claimed.executionId, seq: 0, ...s.line("a") });
    });

    test("change nothing after the end", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      await s.complete(claimed);
      await s.store.jobs.report([{ claimed, progress: "late", logs: [s.line("late")], firstLog: 0 }]);
      expect((await s.store.jobs.get(job.id))?.progress).toBeNull();
      expect(await s.store.executions.logs(claimed.executionId, 10)).toEqual([]);
    });

    test("keep the lines, but not the progress, of a cancelled attempt", async (s) => {
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      await s.store.jobs.cancel(job.id);
      await s.store.jobs.report([{ claimed, progress: 1, logs: [s.line("a")], firstLog: 0 }]);
      expect((await s.store.jobs.get(job.id))?.progress).toBeNull();
      expect(await s.store.executions.logs(claimed.executionId, 10)).toMatchObject([{ message: "a" }]);
    });
  });

  describe("console lines", () => {
    test("are read in order, in parts", async (s) => {
      await s.enqueue();
      const claimed = await s.claimOne();
      const logs = Array.from({ length: 25 }, (_, n) => s.line(`line ${n}`));
      await s.store.jobs.report([{ claimed, logs, firstLog: 0 }]);
      const messages: string[] = [];
      for (let after: number | undefined; ; ) {
        const part = await s.store.executions.logs(claimed.executionId, 10, after);
        messages.push(...part.map(({ message }) => message));
        after = part.at(-1)?.seq;
        if (part.length < 10) break;
      }
      expect(messages).toEqual(logs.map(({ message }) => message));
    });
  });
}
