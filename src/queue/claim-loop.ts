import type { Timer } from "../lib/clock.ts";
import type { FinishedAttempt } from "../store/contract/jobs.ts";
import type { RunWrite, RunWritten } from "../store/contract/runs.ts";
import type { ClaimLoopOptions } from "./claim-loop-options.ts";
import { type Completed, completeAttempts } from "./store-attempts.ts";
import { type StoredChanges, startedIn, type TakenChanges, WaitingChanges } from "./waiting-changes.ts";

/**
 * Stores the results of finished attempts and claims the next jobs in the same transaction. A commit costs as much for
 * one attempt as for many, so results that arrive shortly after one another are stored together.
 */
export interface ClaimLoop extends StoredChanges {
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
  /** The same, but it can wait a little, because the run goes on meanwhile. */
  writeSoon(change: RunWrite): Promise<RunWritten>;
  /** May another job start now, before it is stored? Not if others are ready, and not without a place for it. */
  mayStart(): boolean;
  /** Resolves when no job is running and every result is stored. */
  settled(): Promise<void>;
}

/** How long a result waits for others to be stored with, ms. */
const GATHER_MS = 5;
/** How long changes wait while runs go on without them, ms. */
const AHEAD_MS = 20;
/** How many changes may wait while runs go on. Storing so many takes about as long as a frame of a screen. */
const MOST_WAITING = 128;
/** Interval at which it checks whether running jobs only wait, while other jobs are ready, ms. Nothing announces that. */
const RECHECK_MS = 20;
/** Pause after the store has failed, ms. It doubles with each further failure up to the longest. */
const STORE_PAUSE_MS = 500;
const LONGEST_STORE_PAUSE_MS = 5_000;

/** Everything that changes while the loop runs. */
interface LoopState {
  readonly options: ClaimLoopOptions;
  mode: "new" | "claiming" | "draining" | "stopped";
  /** What is not stored yet. */
  readonly waiting: WaitingChanges;
  /** Somebody waits for it to be stored, or it has waited for long enough. */
  isUrgent: boolean;
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
  /** When it fires, by the monotonic clock. */
  gatherAt: number;
  recheckTimer: Timer | undefined;
  /** Fires when the next delayed job becomes due. */
  dueTimer: Timer | undefined;
  onSettled: (() => void)[];
}

function newState(options: ClaimLoopOptions): LoopState {
  return {
    options,
    mode: "new",
    waiting: new WaitingChanges(),
    isUrgent: false,
    mayBeReady: true,
    announced: new Set(),
    completing: false,
    paused: false,
    pauseMs: STORE_PAUSE_MS,
    gatherTimer: undefined,
    gatherAt: 0,
    recheckTimer: undefined,
    dueTimer: undefined,
    onSettled: [],
  };
}

export function createClaimLoop(options: ClaimLoopOptions): ClaimLoop {
  const loop = newState(options);
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
      loop.waiting.addAttempt(attempt);
      gather(loop, attempt);
    },
    write(change) {
      // A guest waits for it.
      urge(loop);
      return loop.waiting.addWrite(change);
    },
    writeSoon(change) {
      storeWithin(loop, AHEAD_MS);
      return loop.waiting.addWrite(change);
    },
    mayStart: () => mayStart(loop),
    latest: () => loop.waiting.latest,
    isStored: (number) => number <= loop.waiting.storedUpTo,
    stored(number) {
      if (number > loop.waiting.storedUpTo) urge(loop);
      return loop.waiting.reached(number);
    },
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
function gather(loop: LoopState, { claimed, toldEarly = false }: FinishedAttempt): void {
  const { running, concurrency } = loop.options;
  const isAwaited = claimed.job.parent !== null;
  if (toldEarly) storeWithin(loop, AHEAD_MS);
  else if (isAwaited || running.size === 0 || loop.waiting.attempts >= concurrency / 2) urge(loop);
  else storeWithin(loop, GATHER_MS);
}

/** Stores what waits in the next turn of the event loop, with what is added until then. */
function urge(loop: LoopState): void {
  if (loop.isUrgent) return;
  loop.isUrgent = true;
  setImmediate(pump, loop);
}

/** Stores what waits after a while, or before if there is much or somebody waits for it. */
function storeWithin(loop: LoopState, ms: number): void {
  if (loop.waiting.size >= MOST_WAITING) return urge(loop);
  const { clock } = loop.options;
  const at = clock.monotonic() + ms;
  if (loop.gatherTimer !== undefined && loop.gatherAt <= at) return;
  loop.gatherTimer?.cancel();
  loop.gatherAt = at;
  loop.gatherTimer = clock.after(ms, () => {
    loop.gatherTimer = undefined;
    loop.isUrgent = true;
    pump(loop);
  });
}

function mayStart(loop: LoopState): boolean {
  const { mode, mayBeReady, announced, paused, waiting } = loop;
  if (mode !== "claiming" || mayBeReady || announced.size > 0 || paused || waiting.size >= MOST_WAITING) return false;
  return freePlaces(loop.options) > 0;
}

/** Does whatever can be done now: stores results, claims jobs, or reports that everything is settled. */
function pump(loop: LoopState): void {
  if (loop.completing || loop.paused || loop.mode === "new" || loop.mode === "stopped") return;
  // What was urgent may have been on its way.
  if (loop.waiting.size === 0) loop.isUrgent = false;
  const changes = loop.isUrgent || loop.mode === "draining" ? loop.waiting.size : 0;
  // A job that has ended may have held up others, and a claim in the same transaction costs next to nothing.
  const claims = loop.mode === "claiming" && (loop.mayBeReady || loop.announced.size > 0 || changes > 0);
  const capacity = claims ? freePlaces(loop.options) : 0;
  if (changes === 0 && capacity === 0) {
    if (claims) recheckLater(loop);
    if (loop.options.running.size === 0 && loop.waiting.size === 0) announceSettled(loop);
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
  const { storage, onClaimed, onSettled, onMisled, workerId } = loop.options;
  const taken = takeChanges(loop);
  // Reset before the request, because jobs that become ready while it is in flight set it again.
  if (capacity > 0) {
    loop.mayBeReady = false;
    loop.announced.clear();
  }
  let result: Completed;
  try {
    result = await completeAttempts(storage, {
      workerId: workerId(),
      finished: taken.finished,
      runs: taken.writes,
      capacity,
    });
  } catch (error) {
    // Nothing was stored, so keep the results for the next try.
    taken.putBack();
    loop.isUrgent = true;
    loop.mayBeReady = true;
    pause(loop);
    throw error;
  }
  loop.pauseMs = STORE_PAUSE_MS;
  if (capacity > 0 && (result.more || result.claimed.length === capacity)) loop.mayBeReady = true;
  for (const { job } of result.claimed) loop.announced.delete(job.id);
  for (const id of startedIn(taken.writes)) loop.announced.delete(id);
  if (result.misled.length > 0) {
    loop.waiting.mislead(result.misled);
    onMisled(result.misled);
  }
  if (result.runs.some((one) => "woke" in one && one.woke === true)) loop.mayBeReady = true;
  taken.stored(result.runs);
  for (const settlement of result.settled) onSettled(settlement);
  onClaimed(result.claimed);
  wakeAt(loop, result.nextDueAt);
  if (!result.known && loop.mode === "claiming") await loop.options.onUnknown();
}

/** Takes everything that waits. */
function takeChanges(loop: LoopState): TakenChanges {
  loop.gatherTimer?.cancel();
  loop.gatherTimer = undefined;
  loop.isUrgent = false;
  return loop.waiting.take();
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
