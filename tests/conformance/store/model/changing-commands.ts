import { expect } from "bun:test";
import { RatchetError } from "../../../../src/domain/errors.ts";
import type { BulkResult, BulkStep } from "../../../../src/store/contract/jobs.ts";
import { command, drop, live, type Model, type ModelJob, pick, type Real } from "./queue-model.ts";

export const cancel = (n: number) =>
  command(`cancel(${n})`, async (model, real) => {
    const job = pick(model.jobs, n);
    if (job === undefined) return;
    const result = await real.store.jobs.cancel(job.id).catch((error: unknown) => error);
    if (!live(job)) {
      expect(result).toBeInstanceOf(RatchetError);
      expect((result as RatchetError).code).toBe("ILLEGAL_TRANSITION");
      return;
    }
    expect(result).toMatchObject({ id: job.id, status: "cancelled" });
    cancelled(real, [job]);
  });

function cancelled(real: Real, jobs: readonly ModelJob[]): void {
  drop(
    real,
    jobs.map(({ id }) => id),
  );
  for (const job of jobs) Object.assign(job, { status: "cancelled", worker: undefined });
}

const mayRetry = (job: ModelJob) => job.status === "failed" || job.status === "cancelled";

const isTaken = (model: Model, { unique, task }: ModelJob) =>
  unique !== undefined && model.jobs.some((other) => other.unique === unique && other.task === task && live(other));

function requeue(job: ModelJob, now: number): void {
  Object.assign(job, { status: "queued", retries: 0, rescues: 0, runAt: now, came: true, progress: null });
}

export const retry = (n: number) =>
  command(`retry(${n})`, async (model, real) => {
    const job = pick(model.jobs, n);
    if (job === undefined) return;
    const result = await real.store.jobs.retry(job.id).catch((error: unknown) => error);
    if (!mayRetry(job)) expect((result as RatchetError).code).toBe("ILLEGAL_TRANSITION");
    else if (isTaken(model, job)) expect((result as RatchetError).code).toBe("CONFLICT");
    else {
      expect(result).toMatchObject({ id: job.id, status: "queued", retries: 0, attempts: job.claim });
      requeue(job, real.clock.now());
    }
  });

/** All steps of a bulk operation. @returns the jobs that were changed */
async function inSteps(model: Model, run: (step: BulkStep) => Promise<BulkResult>): Promise<number[]> {
  const upToId = Math.max(0, ...model.jobs.map(({ id }) => id));
  const changed: number[] = [];
  for (let afterId: number | null = 0; afterId !== null; ) {
    const { ids, next } = await run({ afterId, upToId, limit: 2 });
    changed.push(...ids);
    afterId = next;
  }
  return changed;
}

export const cancelAll = (task: number) =>
  command(`cancelAll(${task})`, async (model, real) => {
    const taskId = real.tasks[task % real.tasks.length] ?? 0;
    const changed = await inSteps(model, (step) => real.store.jobs.cancelMany({ taskId }, step));
    const expected = model.jobs.filter((job) => job.task === taskId && live(job));
    expect(changed).toEqual(expected.map(({ id }) => id));
    cancelled(real, expected);
  });

export const retryAll = (status: "failed" | "cancelled") =>
  command(`retryAll(${status})`, async (model, real) => {
    const changed = await inSteps(model, (step) => real.store.jobs.retryMany({ status: [status] }, step));
    const expected: number[] = [];
    for (const job of model.jobs) {
      if (job.status !== status || isTaken(model, job)) continue;
      requeue(job, real.clock.now());
      expected.push(job.id);
    }
    expect(changed).toEqual(expected);
  });

/** Deletes finished jobs of a status until `keep` are left. */
export const forget = (status: "completed" | "failed" | "cancelled", keep: number) =>
  command(`forget(${status},${keep})`, async (model, real) => {
    const policy = {
      jobs: { [status]: { maxCount: keep } },
      directExecutions: {},
      events: {},
      deliveries: {},
      firings: {},
    };
    while ((await real.store.retention.step(policy, 2)).more);
    // Which of them are the latest is not for the model to say: the clock may have been set back in between.
    const { items } = await real.store.jobs.list({ status: [status] }, { limit: 1_000 });
    expect(items).toHaveLength(Math.min(keep, model.jobs.filter((job) => job.status === status).length));
    const kept = new Set(items.map(({ id }) => id));
    model.jobs = model.jobs.filter((job) => job.status !== status || kept.has(job.id));
  });
