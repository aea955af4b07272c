import { expect } from "bun:test";
import type fc from "fast-check";
import { isFinished, type JobStatus, SUSPECT_RESCUES } from "../../../../src/domain/job.ts";
import type { JobExplanation } from "../../../../src/store/contract/job-explanation.ts";
import type { ClaimedJob } from "../../../../src/store/contract/jobs.ts";
import type { Store } from "../../../../src/store/contract/store.ts";
import type { ManualClock } from "../../../store/manual-clock.ts";
import { findInconsistencies } from "../invariants.ts";

/** What the store should know about a job. */
export interface ModelJob {
  id: number;
  task: number;
  status: JobStatus;
  input: string;
  key: string | undefined;
  unique: string | undefined;
  idempotency: string | undefined;
  runAt: number;
  /** Whether its time has come before: a clock that is set back does not delay it again. */
  came: boolean;
  retries: number;
  rescues: number;
  claim: number;
  claimedAt: number;
  worker: string | undefined;
  progress: number | null;
}

/** What the store should contain. */
export interface Model {
  /** In the order of their ids. */
  jobs: ModelJob[];
  paused: Set<number>;
  disabled: Set<number>;
  allPaused: boolean;
  limits: Map<number, number>;
  /** Keys that are absent let one job through at a time. */
  keyLimits: Map<string, number>;
  /** When the workers that are not lost were registered. */
  born: Map<string, number>;
}

/** The store under test, and what its workers hold. */
export interface Real {
  store: Store;
  clock: ManualClock;
  tasks: number[];
  workers: string[];
  held: ClaimedJob[];
  /** Claims that were taken away: whatever is written for them must change nothing. */
  stale: ClaimedJob[];
}

export type Command = fc.AsyncCommand<Model, Real>;

export const live = (job: ModelJob) => !isFinished(job.status);
export const waits = (job: ModelJob) => job.status === "queued" || job.status === "retrying";

export const pick = <T>(items: readonly T[], n: number): T | undefined =>
  items.length === 0 ? undefined : items[n % items.length];

export function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      await run(model, real);
      await agree(model, real);
    },
    toString: () => name,
  };
}

async function agree(model: Model, { store, clock }: Real): Promise<void> {
  const { items } = await store.jobs.list({}, { limit: 1_000 });
  const stored = items.map(({ id, status, retries, rescues, attempts, progress }) => ({
    id,
    status,
    retries,
    rescues,
    claim: attempts,
    progress,
  }));
  expect(stored.toSorted((a, b) => a.id - b.id)).toEqual(
    model.jobs.map(({ id, status, retries, rescues, claim, progress }) => ({
      id,
      status,
      retries,
      rescues,
      claim,
      progress,
    })),
  );
  expect(await findInconsistencies(store)).toEqual([]);
  for (const job of model.jobs) {
    // It became ready before the clock was set back.
    if (waits(job) && job.came && job.runAt > clock.now()) continue;
    const { reason } = await store.jobs.explain(job.id);
    expect(reason).toBe(waits(job) ? (obstacle(model, job, clock.now()) ?? "waiting_for_worker") : stateOf(job));
  }
}

const stateOf = (job: ModelJob): Reason => (job.status === "processing" ? "running" : "finished");

type Reason = JobExplanation["reason"];

/** What keeps a waiting job from running, as `explain` calls it. */
export function obstacle(model: Model, job: ModelJob, now: number): Reason | undefined {
  if (model.allPaused) return "queue_paused";
  if (!job.came && job.runAt > now) return "not_due";
  if (model.paused.has(job.task)) return "task_paused";
  if (model.disabled.has(job.task)) return "task_disabled";
  const runs = model.jobs.filter((other) => other.status === "processing");
  const limit = model.limits.get(job.task) ?? Number.POSITIVE_INFINITY;
  if (runs.filter((other) => other.task === job.task).length >= limit) return "task_concurrency";
  const sharing = runs.filter((other) => job.key !== undefined && other.key === job.key);
  if (sharing.length >= (model.keyLimits.get(job.key ?? "") ?? 1)) return "key_concurrency";
  if (job.rescues < SUSPECT_RESCUES) return undefined;
  const within = (time: number, ms: number) => time <= now && now < time + ms;
  const level = (other: ModelJob) => Math.min(other.rescues, 4);
  const [group = 0, settledMs = 0] = { 2: [32, 1_000], 3: [8, 3_000], 4: [1, 10_000] }[level(job)] ?? [];
  if ([...model.born.values()].some((time) => within(time, settledMs))) return "suspect";
  const beside = runs.filter((other) => level(other) === level(job) && within(other.claimedAt, 10_000));
  return beside.length >= group ? "suspect" : undefined;
}

/** Each call of completeAndClaim makes the delayed jobs ready whose time has come. */
export function promote(model: Model, now: number): void {
  for (const job of model.jobs) if (waits(job) && job.runAt <= now) job.came = true;
}

/** Adds a job, in the order of ids. */
export function add(model: Model, job: ModelJob): void {
  model.jobs.push(job);
  model.jobs.sort((a, b) => a.id - b.id);
}

/** The job of a claim. */
export function jobOf(model: Model, { job }: ClaimedJob): ModelJob {
  const found = model.jobs.find(({ id }) => id === job.id);
  if (found === undefined) throw new Error("a claim of a job that was never enqueued");
  return found;
}

/** Makes claims stale: their jobs went to others, or ended without them. */
export function drop(real: Real, ids: readonly number[]): void {
  real.stale.push(...real.held.filter(({ job }) => ids.includes(job.id)));
  real.held = real.held.filter(({ job }) => !ids.includes(job.id));
}
