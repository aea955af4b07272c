import type { EventType, RatchetEvent } from "../domain/events.ts";
import { DEFAULT_MAX_RETRIES } from "../domain/job.ts";
import type { RunAttempt } from "../execution/attempt.ts";
import { DEFAULT_BACKOFF } from "../execution/retry-decision.ts";
import type { BackoffOptions } from "../lib/backoff.ts";
import type { Clock } from "../lib/clock.ts";
import { settlesWithin } from "../lib/deadline.ts";
import type { Service } from "../lib/service.ts";
import type { ClaimedJob } from "../store/contract/jobs.ts";
import type { Store } from "../store/contract/store.ts";
import { createSpanClock } from "../telemetry/tracing/span-clock.ts";
import type { AttemptTraces } from "./attempt-traces.ts";
import { type ClaimLoop, createClaimLoop } from "./claim-loop.ts";
import { createEarlyChildren, type EarlyChildren } from "./early-children.ts";
import { createLeaseKeeper, type LeaseKeeper } from "./lease-keeper.ts";
import { createLiveReports } from "./live-reports.ts";
import { processIdentity } from "./process-identity.ts";
import type { RunHosts } from "./run-host.ts";
import { type RunningJob, type RunningJobOptions, startJob } from "./running-job.ts";

/** Settings and dependencies of a worker. */
export interface WorkerOptions {
  store: Pick<Store, "jobs" | "workers" | "events">;
  clock: Clock;
  run: RunAttempt;
  /** Carries out what tasks ask for durably. @default their durable methods are not available */
  runs?: RunHosts;
  /** Maximum number of jobs that run at once. Jobs whose tasks only wait do not count. */
  concurrency: number;
  /** Maximum number of claimed jobs, including those that only wait. @default concurrency */
  maxClaimed?: number;
  /** Returns the share of `concurrency` that may be used now, from 0 to 1. One job may always run. @default 1 */
  share?: () => number;
  /** How long its jobs remain its own without a heartbeat, ms; at most 15000. @default 15000 */
  leaseMs?: number;
  /** Number of retries if neither the job nor its task sets it. @default 3 */
  maxRetries?: number;
  /** @default DEFAULT_BACKOFF */
  backoff?: Partial<BackoffOptions>;
  /** In [0, 1). @default Math.random */
  random?: () => number;
  /** Receives how long each claimed job was ready before a worker claimed it, ms. @default nobody */
  onWaited?: (ms: number) => void;
  /** @default the traces are stored, and nothing else */
  traces?: AttemptTraces;
  /** Receives errors that no caller waits for, to be logged. The worker continues. */
  onError: (error: unknown) => void;
}

/** Claims jobs from the store and runs them. */
export interface Worker extends Service {
  /** Returns the id under which it is registered now. */
  id(): string;
  /** Returns the number of jobs that it runs now. */
  running(): number;
}

/** The parts of a worker that its functions share. */
interface WorkerParts {
  /** The jobs that it runs, by execution id. */
  running: Map<number, RunningJob>;
  /** Executions of jobs that were cancelled since the last claim: it may be on its way with one of them. */
  cancelledEarly: Set<number>;
  loop: ClaimLoop;
  early: EarlyChildren;
  clock: Clock;
  /** Options of each job. */
  job: RunningJobOptions;
}

/** After the grace period, a runner gets this long to stop, ms. Then its job is handed back without it. */
const STOP_LIMIT_MS = 5_000;

export function createWorker(options: WorkerOptions): Worker {
  const { store, clock, onError } = options;
  const running: WorkerParts["running"] = new Map();
  const catchUp = () => loop.stored(loop.latest());
  const reports = createLiveReports({ jobs: store.jobs, clock, running, catchUp, onError });
  const loop: ClaimLoop = createClaimLoop({
    ...roomFor(options),
    storage: { jobs: store.jobs, onError },
    clock,
    running,
    workerId: () => keeper.workerId(),
    onClaimed: (claimed) => startAll(claimed, parts, options),
    onSettled: (settlement) => running.get(settlement.executionId)?.tell((host) => host.settle(settlement)),
    onMisled: (executionIds) => early.mislead(executionIds),
    onUnknown: () => keeper.beat(),
  });
  const early: EarlyChildren = createEarlyChildren({
    jobs: store.jobs,
    loop,
    running,
    workerId: () => keeper.workerId(),
    start: (claimed) => start(claimed, parts, true),
    onWaited: options.onWaited,
  });
  const keeper: LeaseKeeper = createLeaseKeeper({
    workers: store.workers,
    clock,
    identity: processIdentity(),
    leaseMs: options.leaseMs ?? 15_000,
    // One that is not stored yet is not known to the store.
    runningJobs: () => [...running].filter(([, one]) => !one.isAhead()),
    onLost: (executionIds) => executionIds.forEach((id) => void running.get(id)?.stop("lost")),
    onBeat: loop.wake,
    onError,
  });
  const job = { ...runningJobOptions(options, reports.schedule), write: early.write, storage: loop };
  const parts: WorkerParts = { running, cancelledEarly: new Set(), loop, early, clock, job };
  let isStarted = false;
  let unsubscribe = () => {};
  return {
    name: "worker",
    id: keeper.workerId,
    running: () => running.size,
    async start() {
      await keeper.start();
      isStarted = true;
      unsubscribe = store.events.subscribe((events) => react(events, parts));
      loop.start();
    },
    async stop(graceMs) {
      if (!isStarted) return;
      await drain(parts, graceMs);
      isStarted = false;
      loop.stop();
      unsubscribe();
      reports.stop();
      await keeper.stop();
    },
  };
}

/** How many jobs may run. */
function roomFor({ concurrency, share = () => 1, maxClaimed = 0 }: WorkerOptions) {
  return { concurrency, share, maxClaimed: Math.max(concurrency, maxClaimed) };
}

function runningJobOptions(
  options: WorkerOptions,
  onNews: RunningJobOptions["onNews"],
): Omit<RunningJobOptions, "write" | "storage"> {
  const { run, clock, maxRetries = DEFAULT_MAX_RETRIES, backoff, random = Math.random } = options;
  const traces = options.traces ?? { now: createSpanClock() };
  const retries = { maxRetries, backoff: { ...DEFAULT_BACKOFF, ...backoff } };
  return { run, retries, now: () => clock.now(), random, onNews, traces, runs: options.runs };
}

/** Runs the jobs of a claim. */
function startAll(
  claimed: readonly ClaimedJob[],
  parts: WorkerParts,
  { clock, onWaited }: Pick<WorkerOptions, "clock" | "onWaited">,
): void {
  for (const one of claimed) {
    onWaited?.(Math.max(0, clock.now() - one.job.runAt));
    start(one, parts);
  }
  parts.cancelledEarly.clear();
}

/** Runs a claimed job and hands its result to the loop. */
function start(claimed: ClaimedJob, parts: WorkerParts, isEarly = false): void {
  const { running, cancelledEarly, loop, early, job: options } = parts;
  const job = startJob(claimed, options, isEarly);
  running.set(claimed.executionId, job);
  if (cancelledEarly.has(claimed.executionId)) job.stop("cancelled");
  job.ended.then((attempt) => {
    // An attempt that was abandoned while draining has been handed back already.
    if (!running.delete(claimed.executionId)) return;
    const parent = early.tell(attempt);
    loop.add(parent === undefined ? attempt : { ...attempt, toldEarly: true });
    parent?.goAhead();
  });
}

/** Stops jobs that were cancelled, and looks for jobs after events that may have made some ready. */
function react(events: readonly RatchetEvent[], { running, cancelledEarly, loop }: WorkerParts): void {
  for (const event of events) {
    const { executionId } = event;
    const job = executionId === null ? undefined : running.get(executionId);
    if (job !== undefined) tell(job, event);
    else if (executionId !== null && event.type === "job.cancelled") cancelledEarly.add(executionId);
    // A child that a run starts is mostly claimed in the transaction that creates it.
    if (event.type === "job.queued" && event.jobId !== null) loop.announce(event.jobId);
    else if (WAKING.has(event.type) || isRescuedRun(event)) loop.wake();
  }
}

/** The worker of a run was lost: it sleeps, and is ready. */
function isRescuedRun({ type, data }: RatchetEvent): boolean {
  return type === "job.sleeping" && (data as { rescued?: boolean } | null)?.rescued === true;
}

/** Tells a running job what happened to it. */
function tell(job: RunningJob, { type, data }: RatchetEvent): void {
  if (type === "job.cancelled") job.stop("cancelled");
  else if (type === "job.cancelling") job.tell((host) => host.cancel());
  else if (type === "job.pausing") job.tell((host) => host.pause());
  else if (type === "job.resumed") job.tell((host) => host.resume());
  else if (type === "execution.settled") {
    const { number } = data as { number: number };
    job.tell((host) => host.settledElsewhere([number]));
  }
}

/** Waits for running jobs, then stops them, then hands back those that do not stop. */
async function drain({ running, loop, clock }: WorkerParts, graceMs: number): Promise<void> {
  loop.drain();
  for (const job of running.values()) job.tell((host) => host.hurry());
  if (await settlesWithin(loop.settled(), graceMs, clock)) return;
  for (const job of running.values()) job.stop("drain");
  if (await settlesWithin(loop.settled(), STOP_LIMIT_MS, clock)) return;
  for (const [executionId, job] of running) {
    running.delete(executionId);
    loop.add(job.abandon());
  }
  await settlesWithin(loop.settled(), STOP_LIMIT_MS, clock);
}

/** Types of events after which a job may be ready that was not ready before. */
const WAKING: ReadonlySet<string> = new Set<EventType>([
  "job.retrying",
  "job.cancelled",
  "job.cancelling",
  "job.resumed",
  "execution.settled",
  "queue.resumed",
  "queue.limits",
  "task.updated",
]);
