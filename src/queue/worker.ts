import type { RatchetEvent } from "../domain/events.ts";
import { DEFAULT_MAX_RETRIES } from "../domain/job.ts";
import type { RunAttempt } from "../execution/attempt.ts";
import type { BackoffOptions } from "../lib/backoff.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import { settlesWithin } from "../lib/deadline.ts";
import type { Service } from "../lib/service.ts";
import type { FinishedAttempt } from "../store/contract/jobs.ts";
import type { Store } from "../store/contract/store.ts";
import { createLeaseKeeper } from "./lease-keeper.ts";
import { processIdentity } from "./process-identity.ts";
import { DEFAULT_BACKOFF } from "./retry-decision.ts";
import { type RunningJob, type StopReason, startJob } from "./running-job.ts";
import { completeAttempts } from "./store-attempts.ts";

/** What a worker needs. */
export interface WorkerOptions {
  store: Pick<Store, "jobs" | "workers" | "events">;
  clock: Clock;
  run: RunAttempt;
  /** Jobs that run at once. Those whose tasks only wait do not count. */
  concurrency: number;
  /** Jobs at once, those that wait included. @default concurrency */
  maxClaimed?: number;
  /** How long its jobs are its own without a beat, ms; at most 15000. @default 15000 */
  leaseMs?: number;
  /** Retries of jobs that do not say, of tasks that do not say. @default 3 */
  maxRetries?: number;
  /** @default DEFAULT_BACKOFF */
  backoff?: Partial<BackoffOptions>;
  /** In [0, 1). @default Math.random */
  random?: () => number;
  /** What went wrong without anyone waiting for it: to be logged. The worker goes on. */
  onError: (error: unknown) => void;
}

/** Takes jobs from the store and runs them. */
export interface Worker extends Service {
  /** Id under which it is registered now. */
  id(): string;
  /** Jobs that run here now. */
  running(): number;
}

/** How long a finished attempt waits for others to be stored with, ms. */
const GATHER_MS = 5;
/** How often it is looked whether running jobs have come to wait, while others are ready, ms. */
const LOOK_MS = 20;
/** News of running jobs is stored this long after it came, ms: many lines in one write. */
const REPORT_DELAY_MS = 250;
/** Console lines written in one transaction, about. */
const REPORT_LINES = 4_000;
/** After the grace time a runner gets this long to stop, ms; then its job is handed back without it. */
const STOP_LIMIT_MS = 5_000;
/** Pause before the store is tried again after it failed, ms: doubled each time, up to the longest. */
const STORE_PAUSE_MS = 500;
const LONGEST_STORE_PAUSE_MS = 5_000;

export function createWorker(options: WorkerOptions): Worker {
  const { store, clock } = options;
  const retries = {
    maxRetries: options.maxRetries ?? DEFAULT_MAX_RETRIES,
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
  };
  const maxClaimed = Math.max(options.concurrency, options.maxClaimed ?? 0);
  const storage = { jobs: store.jobs, onError: options.onError };
  const running = new Map<number, RunningJob & { jobId: number }>();
  let finished: FinishedAttempt[] = [];
  /** Jobs may be ready that were not claimed. */
  let mayBeReady = true;
  let completing = false;
  let pausedUntilTimer = false;
  let storePauseMs = STORE_PAUSE_MS;
  let state: "new" | "working" | "draining" | "stopped" = "new";
  let dueTimer: Timer | undefined;
  let reportTimer: Timer | undefined;
  let reportIsUrgent = false;
  let gatherTimer: Timer | undefined;
  let lookTimer: Timer | undefined;
  let unsubscribe = () => {};
  let onQuiet: (() => void)[] = [];

  const keeper = createLeaseKeeper({
    workers: store.workers,
    clock,
    identity: processIdentity(),
    leaseMs: options.leaseMs ?? 15_000,
    runningJobs: () => running,
    onLost: (executionIds) => {
      for (const id of executionIds) stopOne(id, "lost");
    },
    onBeat: wake,
    onError: options.onError,
  });

  function wake(): void {
    mayBeReady = true;
    pump();
  }

  /** A commit costs as much for one attempt as for many: while others are about to end, it waits for them a little. */
  function gather(): void {
    if (running.size === 0 || finished.length >= options.concurrency / 2) setImmediate(pump);
    else gatherTimer ??= clock.after(GATHER_MS, pump);
  }

  /** How many more jobs may run: those that only wait keep no other from running, as long as there is memory for them. */
  function freePlaces(): number {
    const { concurrency } = options;
    let places = concurrency - running.size;
    if (places <= 0) for (const job of running.values()) if (job.isWaiting()) places += 1;
    return Math.max(0, Math.min(places, maxClaimed - running.size));
  }

  function look(): void {
    lookTimer = undefined;
    pump();
  }

  function pump(): void {
    gatherTimer?.cancel();
    gatherTimer = undefined;
    if (completing || pausedUntilTimer || state === "new" || state === "stopped") return;
    // What has ended may have been what others waited for: a claim in the same transaction costs next to nothing.
    const claims = state === "working" && (mayBeReady || finished.length > 0);
    const capacity = claims ? freePlaces() : 0;
    if (finished.length === 0 && capacity === 0) {
      // Nobody says when a task comes to wait.
      if (claims && running.size < maxClaimed) lookTimer ??= clock.after(LOOK_MS, look);
      announceQuiet();
      return;
    }
    completing = true;
    completeAndClaim(capacity)
      .catch(options.onError)
      .finally(() => {
        completing = false;
        pump();
      });
  }

  async function completeAndClaim(capacity: number): Promise<void> {
    const batch = finished;
    finished = [];
    const workerId = keeper.workerId();
    // Set before the question is asked: what becomes ready while it is under way sets it again.
    if (capacity > 0) mayBeReady = false;
    let result: Awaited<ReturnType<typeof store.jobs.completeAndClaim>>;
    try {
      result = await completeAttempts(storage, { workerId, finished: batch, capacity });
    } catch (error) {
      // Nothing was stored: keep what is finished, and try again when the disk may be better.
      finished = [...batch, ...finished];
      mayBeReady = true;
      pausedUntilTimer = true;
      clock.after(storePauseMs, () => {
        pausedUntilTimer = false;
        pump();
      });
      storePauseMs = Math.min(storePauseMs * 2, LONGEST_STORE_PAUSE_MS);
      throw error;
    }
    storePauseMs = STORE_PAUSE_MS;
    if (capacity > 0 && (result.more || result.claimed.length === capacity)) mayBeReady = true;
    for (const claimed of result.claimed) start(claimed);
    scheduleDue(result.nextDueAt);
    if (!result.known && state === "working") await keeper.beat();
  }

  function start(claimed: Parameters<typeof startJob>[0]): void {
    const { run } = options;
    const now = () => clock.now();
    const job = startJob(claimed, { run, retries, now, random: options.random ?? Math.random, onNews: scheduleReport });
    running.set(claimed.executionId, { ...job, jobId: claimed.job.id });
    job.ended.then((attempt) => {
      // Given up while draining: its job has been handed back already.
      if (!running.delete(claimed.executionId)) return;
      finished.push(attempt);
      gather();
    });
  }

  function stopOne(executionId: number, reason: StopReason): void {
    running.get(executionId)?.stop(reason);
  }

  function scheduleDue(at: number | null): void {
    dueTimer?.cancel();
    // The beat looks again from time to time, should the wall clock jump meanwhile.
    dueTimer = at === null ? undefined : clock.after(Math.max(1, at - clock.now()), wake);
  }

  function onEvents(events: readonly RatchetEvent[]): void {
    let ready = false;
    for (const event of events) {
      if (event.type === "job.cancelled" && event.executionId !== null) stopOne(event.executionId, "cancelled");
      ready ||= WAKING.has(event.type);
    }
    if (ready) wake();
  }

  function scheduleReport(urgent: boolean): void {
    if (urgent && !reportIsUrgent) {
      reportTimer?.cancel();
      reportTimer = undefined;
      reportIsUrgent = true;
    }
    reportTimer ??= clock.after(urgent ? 1 : REPORT_DELAY_MS, report);
  }

  /** Stores news of running jobs: no more in one transaction than holds up nobody. */
  function report(): void {
    reportTimer = undefined;
    reportIsUrgent = false;
    const taken: NonNullable<ReturnType<RunningJob["takeReport"]>>[] = [];
    let lines = 0;
    for (const job of running.values()) {
      if (lines >= REPORT_LINES) {
        scheduleReport(true);
        break;
      }
      const news = job.takeReport();
      if (news === undefined) continue;
      lines += news.report.logs?.length ?? 0;
      taken.push(news);
    }
    if (taken.length === 0) return;
    store.jobs.report(taken.map(({ report }) => report)).then(
      () => {
        for (const { stored } of taken) stored();
        // What came meanwhile waited for these to be stored.
        scheduleReport(taken.some(({ isFull }) => isFull()));
      },
      (error: unknown) => {
        for (const { failed } of taken) failed();
        options.onError(error);
      },
    );
  }

  function announceQuiet(): void {
    if (running.size > 0) return;
    const waiting = onQuiet;
    onQuiet = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves when nothing runs and everything is stored. */
  function quiet(): Promise<void> {
    return new Promise((resolve) => {
      onQuiet.push(resolve);
      pump();
    });
  }

  async function drain(graceMs: number): Promise<void> {
    state = "draining";
    dueTimer?.cancel();
    if (await settlesWithin(quiet(), graceMs, clock)) return;
    for (const job of running.values()) job.stop("drain");
    if (await settlesWithin(quiet(), STOP_LIMIT_MS, clock)) return;
    for (const [executionId, job] of running) {
      finished.push(job.abandon());
      running.delete(executionId);
    }
    await settlesWithin(quiet(), STOP_LIMIT_MS, clock);
  }

  return {
    name: "worker",
    id: keeper.workerId,
    running: () => running.size,
    async start() {
      await keeper.start();
      state = "working";
      unsubscribe = store.events.subscribe(onEvents);
      pump();
    },
    async stop(graceMs) {
      if (state === "new" || state === "stopped") return;
      await drain(graceMs);
      state = "stopped";
      unsubscribe();
      reportTimer?.cancel();
      lookTimer?.cancel();
      await keeper.stop();
    },
  };
}

/** Events after which a job may be ready that was not. */
const WAKING: ReadonlySet<string> = new Set([
  "job.queued",
  "job.retrying",
  "job.cancelled",
  "queue.resumed",
  "queue.limits",
  "task.updated",
]);
