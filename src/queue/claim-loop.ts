import type { Clock, Timer } from "../lib/clock.ts";
import type { ClaimedJob, FinishedAttempt } from "../store/contract/jobs.ts";
import type { RunWrite, RunWritten, Settlement } from "../store/contract/runs.ts";
import { createRunWrites, type RunWrites } from "./run-writes.ts";
import type { RunningJob } from "./running-job.ts";
import { type AttemptStorage, type Completed, completeAttempts } from "./store-attempts.ts";

/** Settings and dependencies of a claim loop. */
export interface ClaimLoopOptions {
  storage: AttemptStorage;
  clock: Clock;
  /** Maximum number of jobs that run at once. Jobs whose tasks only wait do not count. */
  concurrency: number;
  /** Maximum number of claimed jobs, including those that only wait. */
  maxClaimed: number;
  /** Returns the share of `concurrency` that may be used now, from 0 to 1. One job may always run. */
  share: () => number;
  running: ReadonlyMap<number, Pick<RunningJob, "isWaiting">>;
  workerId: () => string;
  /** Starts the jobs of a claim, maybe none. They are in `running` afterwards. */
  onClaimed: (claimed: readonly ClaimedJob[]) => void;
  /** An operation of a run of this worker has a result. */
  onSettled: (settlement: Settlement) => void;
  /** The store no longer knows this worker, so it has to register again. */
  onUnknown: () => Promise<void>;
}

/**
 * Stores the results of finished attempts and claims the next jobs in the same transaction. A commit costs as much for
 * one attempt as for many, so results that arrive shortly after one another are stored together.
 */
export interface ClaimLoop {
  /** Starts to claim jobs. */
  start(): void;
  /** Stops claiming. Results are still stored. */
  drain(): void;
  /** Stops everything. */
  stop(): void;
  /** Looks for jobs, because some may have become ready. */
  wake(): void;
  /** The same, because this job is ready. Nothing happens if the loop has claimed it in the meantime. */
  announce(jobId: number): void;
  /** Stores the result of an attempt that was running until now. */
  add(attempt: FinishedAttempt): void;
  /** Stores changes of a run. Resolves when they are on the disk; rejects if the database refuses them. */
  write(change: RunWrite): Promise<RunWritten>;
  /** Resolves when no job is running and every result is stored. */
  settled(): Promise<void>;
}

/** How long a result waits for others to be stored with, ms. */
const GATHER_MS = 5;
/** Interval at which it checks whether running jobs only wait, while other jobs are ready, ms. Nothing announces that. */
const RECHECK_MS = 20;
/** Pause after the store has failed, ms. It doubles with each further failure up to the longest. */
const STORE_PAUSE_MS = 500;
const LONGEST_STORE_PAUSE_MS = 5_000;

/** Everything that changes while the loop runs. */
interface LoopState {
  readonly options: ClaimLoopOptions;
  mode: "new" | "claiming" | "draining" | "stopped";
  /** Results that are not stored yet. */
  finished: FinishedAttempt[];
  /** Changes of runs that are not stored yet. */
  readonly writes: RunWrites;
  /** Jobs may be ready that have not been claimed. */
  mayBeReady: boolean;
  /** Jobs that are ready and that no claim has considered yet. */
  readonly announced: Set<number>;
  /** A transaction is in flight. */
  completing: boolean;
  /** The store has failed, and the pause after that is not over. */
  paused: boolean;
  /** Length of the next pause, ms. */
  pauseMs: number;
  gatherTimer: Timer | undefined;
  recheckTimer: Timer | undefined;
  /** Fires when the next delayed job becomes due. */
  dueTimer: Timer | undefined;
  onSettled: (() => void)[];
}

export function createClaimLoop(options: ClaimLoopOptions): ClaimLoop {
  const loop: LoopState = {
    options,
    mode: "new",
    finished: [],
    // A guest waits for each.
    writes: createRunWrites(() => setImmediate(pump, loop)),
    mayBeReady: true,
    announced: new Set(),
    completing: false,
    paused: false,
    pauseMs: STORE_PAUSE_MS,
    gatherTimer: undefined,
    recheckTimer: undefined,
    dueTimer: undefined,
    onSettled: [],
  };
  return {
    start() {
      loop.mode = "claiming";
      pump(loop);
    },
    drain() {
      loop.mode = "draining";
      loop.dueTimer?.cancel();
    },
    stop() {
      loop.mode = "stopped";
      loop.dueTimer?.cancel();
      loop.recheckTimer?.cancel();
    },
    wake: () => wake(loop),
    announce(jobId) {
      loop.announced.add(jobId);
      pump(loop);
    },
    add(attempt) {
      loop.finished.push(attempt);
      gather(loop);
    },
    write: (change) => loop.writes.add(change),
    settled: () =>
      new Promise((resolve) => {
        loop.onSettled.push(resolve);
        pump(loop);
      }),
  };
}

function wake(loop: LoopState): void {
  loop.mayBeReady = true;
  pump(loop);
}

/** Stores at once if nothing else is about to end or a parent waits for the result, and otherwise shortly after. */
function gather(loop: LoopState): void {
  const { running, concurrency, clock } = loop.options;
  const isAwaited = loop.finished.at(-1)?.claimed.job.parent !== null;
  if (isAwaited || running.size === 0 || loop.finished.length >= concurrency / 2) setImmediate(pump, loop);
  else loop.gatherTimer ??= clock.after(GATHER_MS, () => pump(loop));
}

/** Does whatever can be done now: stores results, claims jobs, or reports that everything is settled. */
function pump(loop: LoopState): void {
  loop.gatherTimer?.cancel();
  loop.gatherTimer = undefined;
  if (loop.completing || loop.paused || loop.mode === "new" || loop.mode === "stopped") return;
  // A job that has ended may have held up others, and a claim in the same transaction costs next to nothing.
  const changes = loop.finished.length + loop.writes.size;
  const claims = loop.mode === "claiming" && (loop.mayBeReady || loop.announced.size > 0 || changes > 0);
  const capacity = claims ? freePlaces(loop.options) : 0;
  if (changes === 0 && capacity === 0) {
    if (claims) recheckLater(loop);
    if (loop.options.running.size === 0) announceSettled(loop);
    return;
  }
  loop.completing = true;
  completeAndClaim(loop, capacity)
    .catch(loop.options.storage.onError)
    .finally(() => {
      loop.completing = false;
      pump(loop);
    });
}

/** Returns how many more jobs may run. Jobs that only wait hold up no other as long as there is memory for them. */
function freePlaces({ running, concurrency, maxClaimed, share }: ClaimLoopOptions): number {
  let places = Math.max(1, Math.floor(concurrency * share())) - running.size;
  if (places <= 0) for (const job of running.values()) if (job.isWaiting()) places += 1;
  return Math.max(0, Math.min(places, maxClaimed - running.size));
}

function recheckLater(loop: LoopState): void {
  const { running, maxClaimed, clock } = loop.options;
  if (running.size >= maxClaimed) return;
  loop.recheckTimer ??= clock.after(RECHECK_MS, () => {
    loop.recheckTimer = undefined;
    pump(loop);
  });
}

async function completeAndClaim(loop: LoopState, capacity: number): Promise<void> {
  const { storage, onClaimed, onSettled, workerId } = loop.options;
  const batch = loop.finished;
  const taken = loop.writes.take();
  loop.finished = [];
  // Reset before the request, because jobs that become ready while it is in flight set it again.
  if (capacity > 0) {
    loop.mayBeReady = false;
    loop.announced.clear();
  }
  let result: Completed;
  try {
    result = await completeAttempts(storage, {
      workerId: workerId(),
      finished: batch,
      runs: taken.writes,
      capacity,
    });
  } catch (error) {
    // Nothing was stored, so keep the results for the next try.
    loop.finished = [...batch, ...loop.finished];
    taken.putBack();
    loop.mayBeReady = true;
    pause(loop);
    throw error;
  }
  loop.pauseMs = STORE_PAUSE_MS;
  if (capacity > 0 && (result.more || result.claimed.length === capacity)) loop.mayBeReady = true;
  for (const { job } of result.claimed) loop.announced.delete(job.id);
  taken.stored(result.runs);
  for (const settlement of result.settled) onSettled(settlement);
  onClaimed(result.claimed);
  wakeAt(loop, result.nextDueAt);
  if (!result.known && loop.mode === "claiming") await loop.options.onUnknown();
}

function pause(loop: LoopState): void {
  loop.paused = true;
  loop.options.clock.after(loop.pauseMs, () => {
    loop.paused = false;
    pump(loop);
  });
  loop.pauseMs = Math.min(loop.pauseMs * 2, LONGEST_STORE_PAUSE_MS);
}

/** Wakes the loop when a delayed job becomes due. If the wall clock jumps meanwhile, the next heartbeat wakes it. */
function wakeAt(loop: LoopState, at: number | null): void {
  const { clock } = loop.options;
  loop.dueTimer?.cancel();
  loop.dueTimer = at === null ? undefined : clock.after(Math.max(1, at - clock.now()), () => wake(loop));
}

function announceSettled(loop: LoopState): void {
  const waiting = loop.onSettled;
  loop.onSettled = [];
  for (const resolve of waiting) resolve();
}
