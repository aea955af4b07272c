import { expect } from "bun:test";
import type fc from "fast-check";
import { RatchetError } from "../../../../src/domain/errors.ts";
import { isFinished } from "../../../../src/domain/job.ts";
import type { AttemptResult, ClaimedJob } from "../../../../src/store/contract/jobs.ts";
import type { RunChange } from "../../../../src/store/contract/runs.ts";
import { type Fixture, finishedAttempt, registerWorker } from "../fixture.ts";
import { findInconsistencies } from "../invariants.ts";
import { asleep, BEGIN, done, open, operation, recorded } from "../run-steps.ts";
import { pick } from "./queue-model.ts";

/** A store in which random runs are under way, and what its workers hold. */
export interface Runs {
  s: Fixture;
  workers: string[];
  held: ClaimedJob[];
  /** The highest numbers of the operations of executions. */
  numbers: Map<number, number>;
}

export type RunCommand = fc.AsyncCommand<object, Runs>;

function command(name: string, run: (real: Runs) => Promise<void>): RunCommand {
  return {
    check: () => true,
    async run(_model, real) {
      await run(real);
      expect(await findInconsistencies(real.s.store)).toEqual([]);
    },
    toString: () => name,
  };
}

/** What people do to a job may be refused, but only because of its status. */
async function tried(change: Promise<unknown>): Promise<void> {
  const error = await change.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return;
  expect(error).toBeInstanceOf(RatchetError);
  expect(["ILLEGAL_TRANSITION", "CONFLICT", "EXECUTION_ENDED"]).toContain((error as RatchetError).code);
}

export const enqueue = command("enqueue()", async ({ s }) => {
  await s.enqueue();
});

export const claim = (worker: number, capacity: number) =>
  command(`claim(${worker},${capacity})`, async (real) => {
    const workerId = pick(real.workers, worker) ?? "w1";
    const { claimed } = await real.s.store.jobs.completeAndClaim({ workerId, finished: [], capacity });
    for (const one of claimed) {
      const run = await real.s.store.runs.load(one.executionId);
      expect(run === undefined).toBe(one.job.runId === null);
      const stored = await real.s.store.runs.operations(one.executionId, 1_000);
      real.numbers.set(one.executionId, stored.at(-1)?.number ?? 0);
    }
    real.held = [...real.held.filter(({ job }) => !claimed.some((one) => one.job.id === job.id)), ...claimed];
  });

/** What a run may ask for, chosen by a number. */
function changeOf({ s }: Runs, what: number, number: number): RunChange {
  const child = { taskId: s.taskId, inputJson: "1" };
  const soon = s.clock.now() + 100;
  switch (what) {
    case 0:
      return open(number, "sleep", { dueAt: soon });
    case 1:
      return open(number, "wait", { name: "paid" });
    case 2:
      return open(number, "approve", { dueAt: soon });
    case 3:
      return open(number, "call", { children: [child] });
    case 4:
      return open(number, "call", { children: [child], key: "k" });
    case 5:
      return open(number, "call", { children: [child], detached: true, result: done("null") });
    case 6:
      return open(number, "map", { children: [child, child, child], concurrency: 1 });
    case 7:
      return open(number, "map", { children: [child, child, child], concurrency: 2, failFast: true });
    case 8:
      return { type: "postpone", operation: operation(number, "step", { dueAt: soon }), attempts: 1 };
    default:
      return recorded(number);
  }
}

async function record(real: Runs, n: number, changes: (number: number) => RunChange[]): Promise<void> {
  const one = pick(real.held, n);
  if (one === undefined) return;
  const { executionId, job, claim: fence } = one;
  const number = (real.numbers.get(executionId) ?? 0) + 1;
  const made = [...(real.numbers.has(executionId) && one.job.runId !== null ? [] : [BEGIN]), ...changes(number)];
  const runs = [{ executionId, jobId: job.id, claim: fence, changes: made }];
  const { runs: written } = await real.s.store.jobs.completeAndClaim({
    workerId: job.workerId ?? "w1",
    finished: [],
    runs,
    capacity: 0,
  });
  if (written[0]?.owned) real.numbers.set(executionId, number);
}

export const ask = (n: number, what: number) =>
  command(`ask(${n},${what})`, (real) => record(real, n, (number) => [changeOf(real, what, number)]));

export const settle = (n: number, number: number) =>
  command(`settle(${n},${number})`, (real) => record(real, n, () => [{ type: "settle", number, result: done("1") }]));

export const goAnotherWay = (n: number, from: number) =>
  command(`goAnotherWay(${n},${from})`, (real) => record(real, n, () => [{ type: "diverge", from, message: 1 }]));

export type Ending = Exclude<AttemptResult["kind"], "cancelled" | "missing">;

export const finish = (n: number, kind: Ending) =>
  command(`finish(${n},${kind})`, async (real) => {
    const one = pick(real.held, n);
    if (one === undefined) return;
    const { store, clock } = real.s;
    const openOnes = await store.runs.open(one.executionId, 1_000);
    // Only a run can end in some ways.
    const isRun = (await store.runs.load(one.executionId)) !== undefined;
    if (!isRun && ["asleep", "renewed", "attention", "stopped"].includes(kind)) return;
    const error = { code: "TASK_FAILED", message: "no" };
    const results: Record<Ending, AttemptResult> = {
      completed: { kind: "completed", outputJson: "1" },
      failed: { kind: "failed", error },
      retry: { kind: "retry", error, runAt: clock.now() + 50 },
      released: { kind: "released" },
      renewed: { kind: "renewed", inputJson: "2" },
      stopped: { kind: "stopped", error },
      attention: { kind: "attention", error },
      asleep: asleep(openOnes.map(({ number }) => number)),
    };
    real.held = real.held.filter((other) => other !== one);
    const finished = [finishedAttempt(one, results[kind], clock.now())];
    await store.jobs.completeAndClaim({ workerId: one.job.workerId ?? "w1", finished, capacity: 0 });
  });

/** What people do to jobs. */
export type Deed = "cancel" | "kill" | "pause" | "resume" | "retry";

export const act = (n: number, deed: Deed) =>
  command(`act(${n},${deed})`, async ({ s: { store } }) => {
    const { items } = await store.jobs.list({}, { limit: 1_000, order: "asc" });
    const job = pick(items, n);
    if (job !== undefined) await tried(store.jobs[deed](job.id));
  });

export const signal = (n: number, isTaken: boolean) =>
  command(`signal(${n},${isTaken})`, async ({ s: { store } }) => {
    const { items } = await store.jobs.list({}, { limit: 1_000, order: "asc" });
    const job = pick(items, n);
    if (job === undefined) return;
    const [wait] = job.runId === null ? [] : await store.runs.waits(job.runId, "paid");
    const take = wait === undefined || !isTaken ? {} : { take: { ...wait, result: done("7") } };
    await tried(store.runs.signal({ jobId: job.id, name: "paid", text: "7", ...take }));
  });

export const decide = (n: number, approved: boolean) =>
  command(`decide(${n},${approved})`, async ({ s: { store } }) => {
    const { items } = await store.runs.approvals({}, { limit: 1_000 });
    const id = pick(items, n)?.id;
    if (id === undefined) return;
    await tried(store.runs.decide({ id, approved, by: "ada", comment: null, result: done("true") }));
  });

export const loseWorker = (n: number) =>
  command(`loseWorker(${n})`, async (real) => {
    const workerId = pick(real.workers, n) ?? "w1";
    await real.s.store.workers.rescue(workerId, 0);
    const next = `w${real.workers.length + Math.random()}`;
    real.workers = real.workers.map((id) => (id === workerId ? next : id));
    await registerWorker(real.s.store, next);
  });

export const advance = (ms: number) =>
  command(`advance(${ms})`, async ({ s }) => {
    s.clock.advance(ms);
  });

/** Lets everything end: nothing may be stuck, whatever has happened before. */
export async function drain(real: Runs): Promise<void> {
  const { store, clock } = real.s;
  for (let turn = 0; turn < 200; turn++) {
    const { items } = await store.jobs.list({}, { limit: 1_000, order: "asc" });
    const live = items.filter(({ status }) => !isFinished(status));
    if (live.length === 0) return;
    for (const { id, status, runId } of live) {
      if (status === "paused") await tried(store.jobs.resume(id));
      else if (status === "needs_attention") await tried(store.jobs.retry(id));
      // Its children come to their ends first, where it has any.
      else if (status === "sleeping" && runId !== null && turn > 20) await tried(store.jobs.cancel(id));
    }
    clock.advance(60_000);
    const workerId = real.workers[0] ?? "w1";
    const { claimed } = await store.jobs.completeAndClaim({ workerId, finished: [], capacity: 100 });
    const carried = [...real.held, ...claimed];
    real.held = [];
    const finished = carried.map((one) => finishedAttempt(one, { kind: "completed", outputJson: "1" }, clock.now()));
    await store.jobs.completeAndClaim({ workerId, finished, capacity: 0 });
  }
  const { items } = await store.jobs.list({}, { limit: 1_000 });
  expect(items.filter(({ status }) => !isFinished(status))).toEqual([]);
}
