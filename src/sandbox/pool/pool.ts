import { availableParallelism, totalmem } from "node:os";
import type { ExecutionOutcome } from "../../domain/execution.ts";
import type { Executor, SandboxRequest } from "../executor.ts";
import { type EngineAssets, loadEngineAssets } from "../quickjs/assets.ts";
import { budgetOn, newBudget } from "./budget.ts";
import { failed, type PoolJob, Thread } from "./thread.ts";
import { createWaitingRoom } from "./waiting-room.ts";

/** How a pool is sized. */
export interface PoolOptions {
  /** Workers at most; they are started as they are needed. @default one for each processor core */
  workers?: number;
  /** Executions in flight at most, waiting ones included. @default as many as memory allows */
  concurrency?: number;
  /** Memory that all executions may use together, guest and host, bytes; further ones wait. @default half of the machine's */
  memoryBudgetBytes?: number;
  /** Starts a Worker. @default Ratchet's own */
  spawn?: () => Worker;
}

/** Time a Worker may be stuck beyond an execution's limit before it is ended, ms. */
const OVERDUE_GRACE = 2_000;
/** How often it is looked whether one execution keeps others waiting while it computes, ms. */
const RELIEF_MS = 10;

/**
 * An executor on Workers. Each carries many executions that wait and computes for one at a time; one that dies is
 * replaced, and takes along only what it was computing.
 */
export function createPoolExecutor(options: PoolOptions = {}): Executor {
  const maxWorkers = options.workers ?? availableParallelism();
  const concurrency = options.concurrency ?? Number.POSITIVE_INFINITY;
  const budgetMemory = newBudget(options.memoryBudgetBytes ?? totalmem() / 2);
  const budget = budgetOn(budgetMemory);
  const room = createWaitingRoom(budget.inUse);
  const spawn = options.spawn ?? spawnWorker;
  const threads: Thread[] = [];
  /** Those somebody waits for go first, so that a full queue does not make them wait. */
  const urgent: PoolJob[] = [];
  const line: PoolJob[] = [];
  let assets: Promise<EngineAssets> | undefined;
  let ready: EngineAssets | undefined;
  let active = 0;
  let stopped = false;
  let overdueTimer: ReturnType<typeof setInterval> | undefined;
  let hogTimer: ReturnType<typeof setInterval> | undefined;

  function execute(request: SandboxRequest): Promise<ExecutionOutcome> {
    return new Promise((resolve) => {
      if (stopped) return resolve(failed("CANCELLED", "the executor was stopped"));
      const onAbort = () => {
        if (job.cancel === undefined) withdraw(job);
        else job.cancel();
      };
      const job: PoolJob = {
        request,
        starts: 0,
        fetched: false,
        resolve: (outcome) => {
          leave(1);
          request.signal?.removeEventListener("abort", onAbort);
          resolve(outcome);
        },
      };
      (request.urgent ? urgent : line).push(job);
      request.signal?.addEventListener("abort", onAbort, { once: true });
      if (request.signal?.aborted === true) withdraw(job);
      else dispatch();
    });
  }

  /** A cancelled execution that has not started never does. */
  function withdraw(job: PoolJob): void {
    const waiting = job.request.urgent ? urgent : line;
    const at = waiting.indexOf(job);
    if (at < 0) return;
    waiting.splice(at, 1);
    active += 1;
    job.resolve(failed("CANCELLED", "the execution was cancelled before it started"));
  }

  function dispatch(): void {
    if (ready === undefined) {
      assets ??= loadEngineAssets();
      assets.then(
        (loaded) => {
          ready = loaded;
          dispatch();
        },
        (error: unknown) => {
          assets = undefined; // the next execution tries again
          failAll("ENVIRONMENT", "the engine could not be loaded", error);
        },
      );
      return;
    }
    while (
      urgent.length + line.length > 0 &&
      active < concurrency &&
      (active === 0 || budget.hasRoom(urgent.length > 0))
    ) {
      let thread: Thread | undefined;
      try {
        thread = pickThread(ready);
      } catch (error) {
        return failAll("ENVIRONMENT", "a Worker could not be started", error);
      }
      const job = thread === undefined ? undefined : (urgent.shift() ?? line.shift());
      if (thread === undefined || job === undefined) return;
      active += 1;
      hogTimer ??= setInterval(relieve, RELIEF_MS);
      thread.start(job);
    }
  }

  /** What waits behind an execution that computes for long goes to threads that are free, ahead of what came later. */
  function relieve(): void {
    let taken = 0;
    for (const thread of threads) {
      const jobs = thread.withdraw();
      taken += jobs.length;
      putBack(jobs);
    }
    if (taken === 0) return;
    leave(taken);
    dispatch();
  }

  function leave(count: number): void {
    active -= count;
    if (active > 0) return;
    clearInterval(hogTimer);
    hogTimer = undefined;
  }

  function putBack(jobs: PoolJob[]): void {
    for (const job of jobs.reverse()) (job.request.urgent ? urgent : line).unshift(job);
  }

  function failAll(code: "ENVIRONMENT" | "CANCELLED", message: string, cause?: unknown): void {
    for (const job of [...urgent.splice(0), ...line.splice(0)]) {
      active += 1;
      job.resolve(failed(code, message, cause));
    }
  }

  /** The thread with the shortest line; a new one while all have work and there may be more. */
  function pickThread(loaded: EngineAssets): Thread | undefined {
    let best: Thread | undefined;
    for (const thread of threads) {
      if (thread.hasRoom && (best === undefined || thread.inLine < best.inLine)) best = thread;
    }
    if ((best === undefined || best.inLine > 0) && threads.length < maxWorkers && !stopped) {
      best = new Thread(spawn, { assets: loaded, budget: budgetMemory, room }, { onRoom: dispatch, onDeath: replace });
      threads.push(best);
      overdueTimer ??= setInterval(() => {
        for (const thread of threads) thread.endOverdue(OVERDUE_GRACE);
      }, 1_000);
      overdueTimer.unref();
    }
    return best;
  }

  function replace(thread: Thread, lost: PoolJob[]): void {
    threads.splice(threads.indexOf(thread), 1);
    leave(lost.length);
    putBack(lost);
    dispatch();
  }

  return {
    engine: "quickjs",
    execute,
    async stop() {
      stopped = true;
      clearInterval(overdueTimer);
      clearInterval(hogTimer);
      failAll("CANCELLED", "the executor was stopped");
      for (const thread of threads.splice(0)) thread.stop();
    },
  };
}

/** The path is the one the build names the Worker's entry by; see build.ts. */
function spawnWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url).href);
}
