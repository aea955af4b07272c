import { expect, test } from "bun:test";
import fc from "fast-check";
import { RatchetError } from "../../src/domain/errors.ts";
import { isFinished, type JobStatus, MAX_RESCUES } from "../../src/domain/job.ts";
import type { ClaimedJob, Verdict } from "../../src/store/contract/jobs.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { addTask, finishedAttempt, openTestStore, registerWorker, type TestStore } from "./open-for-test.ts";

/** What the queue should know of a job. */
interface ModelJob {
  id: number;
  task: number;
  status: JobStatus;
  key: string | undefined;
  unique: string | undefined;
  runAt: number;
  attempts: number;
  rescues: number;
  claim: number;
  worker: string | undefined;
}

interface Model {
  jobs: ModelJob[];
  paused: Set<number>;
  allPaused: boolean;
  limits: Map<number, number>;
}

interface Real {
  test: TestStore;
  clock: ManualClock;
  tasks: number[];
  workers: string[];
  held: ClaimedJob[];
  /** Claims that others took away: whatever is written for them must change nothing. */
  stale: ClaimedJob[];
}

type Command = fc.AsyncCommand<Model, Real>;

const live = (job: ModelJob) => !isFinished(job.status);
const pick = <T>(items: readonly T[], n: number): T | undefined =>
  items.length === 0 ? undefined : items[n % items.length];

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      await run(model, real);
      await agree(model, real);
    },
    toString: () => name,
  };
}

async function agree(model: Model, { test: { store, sql, problems } }: Real): Promise<void> {
  const stored = sql.all<{ id: number; status: JobStatus; attempts: number; rescues: number; claims: number }>(
    "SELECT id, status, attempts, rescues, claims FROM jobs ORDER BY id",
  );
  expect(stored).toEqual(
    model.jobs.map(({ id, status, attempts, rescues, claim }) => ({ id, status, attempts, rescues, claims: claim })),
  );
  expect(problems()).toEqual([]);
  const { jobs } = await store.stats.read();
  for (const [status, count] of Object.entries(jobs)) {
    expect(count).toBe(model.jobs.filter((job) => job.status === status).length);
  }
}

const enqueue = (task: number, key: number, unique: number, delay: number) =>
  command(`enqueue(${task},${key},${unique},${delay})`, async (model, { test, clock, tasks }) => {
    const taskId = tasks[task % tasks.length] ?? 0;
    const concurrencyKey = key === 0 ? undefined : `k${key}`;
    const uniqueKey = unique === 0 ? undefined : `u${unique}`;
    const runAt = clock.now() + delay;
    const [made] = await test.store.jobs.enqueue([
      {
        taskId,
        inputJson: "{}",
        runAt,
        maxRetries: 2,
        ...(concurrencyKey === undefined ? {} : { concurrencyKey }),
        ...(uniqueKey === undefined ? {} : { uniqueKey }),
      },
    ]);
    const twin = model.jobs.find((job) => uniqueKey !== undefined && job.unique === uniqueKey && live(job));
    expect(made?.created).toBe(twin === undefined);
    if (twin !== undefined || made === undefined) {
      expect(made?.job.id).toBe(twin?.id);
      return;
    }
    model.jobs.push({
      id: made.job.id,
      task: taskId,
      status: "queued",
      key: concurrencyKey,
      unique: uniqueKey,
      runAt,
      attempts: 0,
      rescues: 0,
      claim: 0,
      worker: undefined,
    });
  });

function mayRun(model: Model, job: ModelJob, now: number): boolean {
  if (model.allPaused || model.paused.has(job.task) || job.runAt > now) return false;
  const runs = model.jobs.filter((other) => other.status === "processing");
  const limit = model.limits.get(job.task);
  if (limit !== undefined && runs.filter((other) => other.task === job.task).length >= limit) return false;
  return job.key === undefined || runs.every((other) => other.key !== job.key);
}

const claim = (worker: number, capacity: number) =>
  command(`claim(${worker},${capacity})`, async (model, real) => {
    const workerId = pick(real.workers, worker);
    if (workerId === undefined) return;
    // As a worker does: again for as long as the store says that there may be more.
    let claimed: ClaimedJob[] = [];
    for (let more = true; more && claimed.length < capacity; ) {
      const answer = await real.test.store.jobs.exchange({
        workerId,
        finished: [],
        capacity: capacity - claimed.length,
      });
      claimed = [...claimed, ...answer.claimed];
      more = answer.more;
    }
    for (const taken of claimed) {
      const job = model.jobs.find(({ id }) => id === taken.job.id);
      if (job === undefined) throw new Error("claimed a job that was never made");
      expect(["queued", "retrying"]).toContain(job.status);
      expect(mayRun(model, job, real.clock.now())).toBe(true);
      job.status = "processing";
      job.claim += 1;
      job.worker = workerId;
      expect(taken.claim).toBe(job.claim);
      real.held.push(taken);
    }
    // Nothing that may run is left behind while there was room for it.
    if (claimed.length < capacity) {
      const waiting = model.jobs.filter((job) => job.status === "queued" || job.status === "retrying");
      expect(waiting.filter((job) => mayRun(model, job, real.clock.now())).map(({ id }) => id)).toEqual([]);
    }
  });

const finish = (n: number, verdict: Verdict["kind"]) =>
  command(`finish(${n},${verdict})`, async (model, real) => {
    const held = pick(real.held, n);
    if (held === undefined) return;
    real.held = real.held.filter((other) => other !== held);
    real.stale.push(held);
    const now = real.clock.now();
    const error = { code: "TASK_FAILED", message: "no" };
    const full: Verdict =
      verdict === "completed"
        ? { kind: verdict, outputJson: "1" }
        : verdict === "failed"
          ? { kind: verdict, error }
          : verdict === "retry"
            ? { kind: verdict, error, runAt: now + 100 }
            : { kind: verdict };
    const { lost } = await real.test.store.jobs.exchange({
      workerId: "nobody",
      finished: [finishedAttempt(held, full, now)],
      capacity: 0,
    });
    expect(lost).toEqual([]);
    const job = model.jobs.find(({ id }) => id === held.job.id);
    if (job === undefined) throw new Error("finished a job that was never made");
    job.worker = undefined;
    if (verdict !== "released") job.attempts += 1;
    job.status = ({ completed: "completed", failed: "failed", retry: "retrying", released: "queued" } as const)[
      verdict
    ];
    if (verdict === "retry") job.runAt = now + 100;
  });

const finishStale = (n: number) =>
  command(`finishStale(${n})`, async (_, real) => {
    const stale = pick(real.stale, n);
    if (stale === undefined) return;
    const attempt = finishedAttempt(stale, { kind: "completed", outputJson: "2" }, real.clock.now());
    const { lost } = await real.test.store.jobs.exchange({ workerId: "nobody", finished: [attempt], capacity: 0 });
    expect(lost).toEqual([stale.job.id]);
  });

function drop(real: Real, ids: readonly number[]): void {
  real.stale.push(...real.held.filter(({ job }) => ids.includes(job.id)));
  real.held = real.held.filter(({ job }) => !ids.includes(job.id));
}

const cancel = (n: number) =>
  command(`cancel(${n})`, async (model, real) => {
    const job = pick(model.jobs, n);
    if (job === undefined) return;
    const result = await real.test.store.jobs.cancel(job.id).catch((error: unknown) => error);
    if (!live(job)) {
      expect(result).toBeInstanceOf(RatchetError);
      expect((result as RatchetError).code).toBe("ILLEGAL_TRANSITION");
      return;
    }
    expect(result).toMatchObject({ id: job.id, status: "cancelled" });
    drop(real, [job.id]);
    job.status = "cancelled";
    job.worker = undefined;
  });

const retry = (n: number) =>
  command(`retry(${n})`, async (model, real) => {
    const job = pick(model.jobs, n);
    if (job === undefined) return;
    const result = await real.test.store.jobs.retry(job.id).catch((error: unknown) => error);
    const twin = model.jobs.find((other) => job.unique !== undefined && other.unique === job.unique && live(other));
    if (job.status !== "failed" && job.status !== "cancelled") {
      expect((result as RatchetError).code).toBe("ILLEGAL_TRANSITION");
    } else if (twin !== undefined) {
      expect((result as RatchetError).code).toBe("CONFLICT");
    } else {
      expect(result).toMatchObject({ id: job.id, status: "queued", attempts: 0 });
      Object.assign(job, { status: "queued", attempts: 0, rescues: 0, runAt: real.clock.now() });
    }
  });

const loseWorker = (n: number) =>
  command(`loseWorker(${n})`, async (model, real) => {
    const workerId = pick(real.workers, n);
    if (workerId === undefined) return;
    const result = await real.test.store.workers.rescue(workerId, 0);
    const lost = model.jobs.filter((job) => job.worker === workerId);
    for (const job of lost) {
      job.worker = undefined;
      if (job.rescues < MAX_RESCUES) {
        job.status = "queued";
        job.rescues += 1;
        expect(result.rescued).toContain(job.id);
      } else {
        job.status = "failed";
        expect(result.failed).toContain(job.id);
      }
    }
    drop(
      real,
      lost.map((job) => job.id),
    );
    const next = `w${Math.random()}`;
    real.workers = real.workers.map((id) => (id === workerId ? next : id));
    await registerWorker(real.test.store, next);
  });

const pause = (task: number, on: boolean) =>
  command(`pause(${task},${on})`, async (model, { test: { store }, tasks }) => {
    const taskId = tasks[task];
    if (taskId === undefined) {
      model.allPaused = on;
      await (on ? store.control.pause("all", null) : store.control.resume("all"));
      return;
    }
    if (on) model.paused.add(taskId);
    else model.paused.delete(taskId);
    await (on ? store.control.pause({ taskId }, null) : store.control.resume({ taskId }));
  });

const limit = (task: number, concurrency: number) =>
  command(`limit(${task},${concurrency})`, async (model, { test: { store }, tasks }) => {
    const taskId = tasks[task % tasks.length] ?? 0;
    if (concurrency === 0) model.limits.delete(taskId);
    else model.limits.set(taskId, concurrency);
    await store.control.setLimits({ taskId }, concurrency === 0 ? null : { concurrency });
  });

const advance = (ms: number) =>
  command(`advance(${ms})`, async (_, { clock }) => {
    clock.advance(ms);
  });

const small = fc.nat({ max: 3 });
const commands = fc.commands(
  [
    fc
      .tuple(small, fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.constantFrom(0, 0, 0, 50))
      .map((args) => enqueue(...args)),
    fc.tuple(small, fc.integer({ min: 1, max: 4 })).map((args) => claim(...args)),
    fc
      .tuple(fc.nat({ max: 20 }), fc.constantFrom<Verdict["kind"]>("completed", "failed", "retry", "released"))
      .map((args) => finish(...args)),
    fc.nat({ max: 20 }).map(finishStale),
    fc.nat({ max: 20 }).map(cancel),
    fc.nat({ max: 20 }).map(retry),
    fc.nat({ max: 1 }).map(loseWorker),
    fc.tuple(fc.nat({ max: 2 }), fc.boolean()).map((args) => pause(...args)),
    fc.tuple(small, fc.nat({ max: 2 })).map((args) => limit(...args)),
    fc.constantFrom(10, 60, 200).map(advance),
  ],
  { size: "+1" },
);

test("the store agrees with a model of the queue after any sequence of operations", async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const clock = createManualClock();
      await using opened = await openTestStore(clock);
      const tasks = [opened.taskId, await addTask(opened.store, "other")];
      await registerWorker(opened.store, "a");
      await registerWorker(opened.store, "b");
      const model: Model = { jobs: [], paused: new Set(), allPaused: false, limits: new Map() };
      const real: Real = { test: opened, clock, tasks, workers: ["a", "b"], held: [], stale: [] };
      await fc.asyncModelRun(() => ({ model, real }), sequence);
    }),
    { numRuns: 60 },
  );
}, 60_000);
