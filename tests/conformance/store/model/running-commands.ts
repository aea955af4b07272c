import { expect } from "bun:test";
import { MAX_RESCUES } from "../../../../src/domain/job.ts";
import type { AttemptResult, ClaimedJob } from "../../../../src/store/contract/jobs.ts";
import { finishedAttempt, registerWorker } from "../fixture.ts";
import { command, drop, jobOf, obstacle, pick, promote, waits } from "./queue-model.ts";

export const claim = (worker: number, capacity: number) =>
  command(`claim(${worker},${capacity})`, async (model, real) => {
    const workerId = pick(real.workers, worker);
    if (workerId === undefined) return;
    const now = real.clock.now();
    promote(model, now);
    // As a worker does: again, for as long as there may be more.
    let claimed: ClaimedJob[] = [];
    for (let more = true; more && claimed.length < capacity; ) {
      const result = await real.store.jobs.completeAndClaim({
        workerId,
        finished: [],
        capacity: capacity - claimed.length,
      });
      claimed = [...claimed, ...result.claimed];
      more = result.more;
    }
    for (const taken of claimed) {
      const job = jobOf(model, taken);
      expect(["queued", "retrying"]).toContain(job.status);
      expect(obstacle(model, job, now)).toBeUndefined();
      job.status = "processing";
      job.claim += 1;
      job.claimedAt = now;
      job.worker = workerId;
      expect(taken.claim).toBe(job.claim);
      real.held.push(taken);
    }
    // Nothing that may run is left behind while there was room for it.
    if (claimed.length < capacity) {
      const left = model.jobs.filter((job) => waits(job) && obstacle(model, job, now) === undefined);
      expect(left.map(({ id }) => id)).toEqual([]);
    }
  });

/** How an attempt that still holds its job can end. */
export type Ending = Extract<AttemptResult["kind"], "completed" | "failed" | "retry" | "released">;

export const finish = (n: number, kind: Ending) =>
  command(`finish(${n},${kind})`, async (model, real) => {
    const held = pick(real.held, n);
    if (held === undefined) return;
    real.held = real.held.filter((other) => other !== held);
    real.stale.push(held);
    const now = real.clock.now();
    promote(model, now);
    const error = { code: "TASK_FAILED", message: "no" };
    const results: Record<Ending, AttemptResult> = {
      completed: { kind: "completed", outputJson: "1" },
      failed: { kind: "failed", error },
      retry: { kind: "retry", error, runAt: now + 100 },
      released: { kind: "released" },
    };
    const finished = [finishedAttempt(held, results[kind], now)];
    const { lost } = await real.store.jobs.completeAndClaim({ workerId: "nobody", finished, capacity: 0 });
    expect(lost).toEqual([]);
    const job = jobOf(model, held);
    job.worker = undefined;
    if (kind === "retry") job.retries += 1;
    job.status = ({ completed: "completed", failed: "failed", retry: "retrying", released: "queued" } as const)[kind];
    if (kind === "retry") Object.assign(job, { runAt: now + 100, came: false });
  });

/**
 * Ends an attempt that no longer holds its job.
 * @param knows whether its worker has heard that the job was cancelled
 */
export const finishStale = (n: number, knows: boolean) =>
  command(`finishStale(${n},${knows})`, async (model, real) => {
    const stale = pick(real.stale, n);
    if (stale === undefined) return;
    promote(model, real.clock.now());
    const now = real.clock.now();
    const result: AttemptResult = knows ? { kind: "cancelled" } : { kind: "completed", outputJson: "2" };
    const attempt = {
      ...finishedAttempt(stale, result, now),
      logs: [{ level: "info" as const, message: "late", time: now }],
    };
    const { lost } = await real.store.jobs.completeAndClaim({
      workerId: "nobody",
      finished: [attempt],
      capacity: 0,
    });
    if (!knows) expect(lost).toEqual([stale.job.id]);
  });

/** Reports progress of an attempt, which is kept while it holds its job and has no effect afterwards. */
export const report = (n: number, progress: number, late: boolean) =>
  command(`report(${n},${progress},${late})`, async (model, real) => {
    const claimed = pick(late ? real.stale : real.held, n);
    if (claimed === undefined) return;
    await real.store.jobs.report([{ claimed, progress }]);
    if (!late) jobOf(model, claimed).progress = progress;
  });

export const loseWorker = (n: number) =>
  command(`loseWorker(${n})`, async (model, real) => {
    const workerId = pick(real.workers, n);
    if (workerId === undefined) return;
    const result = await real.store.workers.rescue(workerId, 0);
    const lost = model.jobs.filter((job) => job.worker === workerId);
    for (const job of lost) {
      job.worker = undefined;
      if (job.rescues < MAX_RESCUES) {
        Object.assign(job, { status: "queued", came: true });
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
    await registerWorker(real.store, next);
    model.born.delete(workerId);
    model.born.set(next, real.clock.now());
  });
