import { expect, test } from "bun:test";
import fc from "fast-check";
import type { AttemptResult, FinishedAttempt } from "../../src/store/contract/jobs.ts";
import { createManualClock } from "./manual-clock.ts";
import { COMPLETED, FAILED, finishedAttempt, openTestStore, registerWorker } from "./open-for-test.ts";

type Opened = Awaited<ReturnType<typeof openTestStore>>;

/** A store in which a worker has claimed `count` jobs. */
async function claimedJobs(count: number) {
  const clock = createManualClock();
  const opened = await openTestStore(clock);
  await registerWorker(opened.store);
  await opened.store.jobs.enqueue(
    Array.from({ length: count }, (_, n) => ({ taskId: opened.taskId, inputJson: JSON.stringify({ n }) })),
  );
  const { claimed } = await opened.store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: count });
  expect(claimed).toHaveLength(count);
  clock.advance(7);
  return { opened, claimed, clock };
}

function everything({ sql }: Opened): unknown {
  return {
    jobs: sql.all<TracedRow>("SELECT * FROM jobs ORDER BY id").map(withoutRandomIds),
    executions: sql.all<TracedRow>("SELECT * FROM executions ORDER BY id").map(withoutRandomIds),
    counters: sql.all("SELECT * FROM counters WHERE count > 0 ORDER BY kind, task_id, status"),
    logs: sql.all("SELECT * FROM logs ORDER BY execution_id, seq"),
    events: sql.all("SELECT type, job_id, execution_id, data, execution FROM events ORDER BY job_id, id"),
  };
}

interface TracedRow {
  trace_id: string;
  trace: string;
}

const withoutRandomIds = ({ trace_id: _, trace, ...rest }: TracedRow) => ({
  ...rest,
  trace: trace.replaceAll(/[\da-f]{12,}/g, "id"),
});

const RESULTS: Record<"plain" | "failed" | "retry" | "logged" | "progress" | "stolen", AttemptResult> = {
  plain: COMPLETED,
  failed: FAILED,
  retry: { kind: "retry", error: { code: "TASK_FAILED", message: "again" }, runAt: 0 },
  logged: COMPLETED,
  progress: COMPLETED,
  stolen: COMPLETED,
};

type Kind = keyof typeof RESULTS;

async function finishAll(kinds: readonly Kind[], batch: number) {
  const { opened, claimed, clock } = await claimedJobs(kinds.length);
  const attempts = claimed.map((job, index): FinishedAttempt => {
    const kind = kinds[index] ?? "plain";
    const attempt = finishedAttempt(job, RESULTS[kind], clock.now());
    if (kind === "logged") return { ...attempt, logs: [{ time: clock.now(), level: "info", message: "line" }] };
    if (kind === "progress") return { ...attempt, progress: 0.5 };
    // The job was claimed again since, so this worker no longer owns it.
    if (kind === "stolen") return { ...attempt, claimed: { ...job, claim: job.claim - 1 } };
    return { ...attempt, result: kind === "plain" ? { kind: "completed", outputJson: `${index}` } : attempt.result };
  });
  const lost: number[] = [];
  for (let start = 0; start < attempts.length; start += batch) {
    const finished = attempts.slice(start, start + batch);
    lost.push(...(await opened.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 })).lost);
  }
  return { opened, claimed, lost: lost.toSorted((a, b) => a - b) };
}

test("attempt results stored together have the same effect as each stored alone", async () => {
  const kind = fc.constantFrom<Kind[]>(
    "plain",
    "plain",
    "plain",
    "plain",
    "failed",
    "retry",
    "logged",
    "progress",
    "stolen",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(kind, { minLength: 40, maxLength: 120 }), async (kinds) => {
      const together = await finishAll(kinds, kinds.length);
      await using first = together.opened;
      const apart = await finishAll(kinds, 1);
      await using second = apart.opened;
      expect(everything(first)).toEqual(everything(second));
      expect(together.lost).toEqual(apart.lost);
      expect(first.problems()).toEqual([]);
    }),
    { numRuns: 6 },
  );
});

test("an execution that has already ended does not end again with its job", async () => {
  const { opened, claimed, clock } = await claimedJobs(32);
  await using store = opened;
  const ended = claimed[3]?.executionId ?? 0;
  store.sql.run(
    "UPDATE executions SET status = 'failed', finished_at = 1, error = '{\"code\":\"OTHER\"}' WHERE id = ?",
    ended,
  );
  const finished = claimed.map((job) => finishedAttempt(job, COMPLETED, clock.now()));
  expect((await store.store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 })).lost).toEqual([]);
  expect(await store.store.executions.get(ended)).toMatchObject({ status: "failed", outputJson: null });
  expect((await store.store.stats.read()).executions.completed).toBe(31);
});
