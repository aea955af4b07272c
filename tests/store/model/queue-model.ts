import { expect } from "bun:test";
import type fc from "fast-check";
import { isFinished, type JobStatus, SUSPECT_RESCUES } from "../../../src/domain/job.ts";
import type { ClaimedJob, JobExplanation } from "../../../src/store/contract/jobs.ts";
import type { ManualClock } from "../manual-clock.ts";
import type { TestStore } from "../open-for-test.ts";

/** What the queue should know of a job. */
export interface ModelJob {
  id: number;
  task: number;
  status: JobStatus;
  input: string;
  key: string | undefined;
  unique: string | undefined;
  idempotency: string | undefined;
  runAt: number;
  /** Its time came once: a clock that is set back does not send it away again. */
  came: boolean;
  retries: number;
  rescues: number;
  claim: number;
  claimedAt: number;
  worker: string | undefined;
  progress: number | null;
}

export interface Model {
  jobs: ModelJob[];
  paused: Set<number>;
  disabled: Set<number>;
  allPaused: boolean;
  limits: Map<number, number>;
  /** One at a time for keys that are not named. */
  keyLimits: Map<string, number>;
  /** When workers were registered that are not lost. */
  born: Map<string, number>;
}

export interface Real {
  test: TestStore;
  clock: ManualClock;
  tasks: number[];
  workers: string[];
  held: ClaimedJob[];
  /** Claims that others took away: whatever is written for them must change nothing. */
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

async function agree(model: Model, { test: { store, sql, problems }, clock }: Real): Promise<void> {
  const stored = sql.all<Record<string, unknown>>(
    "SELECT id, status, retries, rescues, claims, progress FROM jobs ORDER BY id",
  );
  expect(stored).toEqual(
    model.jobs.map(({ id, status, retries, rescues, claim, progress }) => ({
      id,
      status,
      retries,
      rescues,
      claims: claim,
      progress: progress === null ? null : String(progress),
    })),
  );
  expect(problems()).toEqual([]);
  const { jobs } = await store.stats.read();
  for (const [status, count] of Object.entries(jobs)) {
    expect(count).toBe(model.jobs.filter((job) => job.status === status).length);
  }
  for (const job of model.jobs) {
    // Ready since before the clock was set back.
    if (waits(job) && job.came && job.runAt > clock.now()) continue;
    const { reason } = await store.jobs.explain(job.id);
    expect(reason).toBe(waits(job) ? (obstacle(model, job, clock.now()) ?? "waiting_for_worker") : stateOf(job));
  }
}

const stateOf = (job: ModelJob): Reason => (job.status === "processing" ? "running" : "finished");

type Reason = JobExplanation["reason"];

/** What keeps a waiting job from running, in the words of `explain`. */
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

/** The job of a claim. */
export function jobOf(model: Model, { job }: ClaimedJob): ModelJob {
  const found = model.jobs.find(({ id }) => id === job.id);
  if (found === undefined) throw new Error("a claim of a job that was never made");
  return found;
}

/** Claims whose jobs went to others, or ended without them. */
export function drop(real: Real, ids: readonly number[]): void {
  real.stale.push(...real.held.filter(({ job }) => ids.includes(job.id)));
  real.held = real.held.filter(({ job }) => !ids.includes(job.id));
}
