import { availableParallelism, totalmem } from "node:os";
import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionOutcome } from "../../domain/execution.ts";
import { DurableRelay } from "../durable-relay.ts";
import { type EngineDefinition, type EngineTable, engineNamed } from "../engine/engine.ts";
import { ENGINES } from "../engines.ts";
import type { SandboxRequest } from "../executor.ts";
import { type Budget, budgetOn, newBudget } from "./budget.ts";
import { JobLine } from "./job-line.ts";
import { type LoadedEngine, LoadedEngines } from "./loaded-engines.ts";
import { cancelledInLine, failed, failedWith, type PoolJob } from "./pool-job.ts";
import { addTallies, type PoolExecutor, type PoolUsage } from "./pool-usage.ts";
import { Thread } from "./thread.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** How a pool is sized, and what it runs tasks with. */
export interface PoolOptions {
  /** The largest number of Workers; they are started when they are needed. @default one for each processor core */
  workers?: number;
  /** The largest number of executions in flight, waiting ones included. @default as many as memory allows */
  concurrency?: number;
  /** Memory that all executions may use together, guest and host, bytes; others wait. @default half of the machine's */
  memoryBudgetBytes?: number;
  /** The engines that tasks can choose. @default the engines of this build */
  engines?: EngineTable;
  /** Starts a Worker that has the same engines. @default Ratchet's own */
  spawn?: () => Worker;
}

/** How long a Worker may be stuck beyond an execution's limit before it is ended, ms. */
const OVERDUE_GRACE = 2_000;
/** How often the pool looks for stuck Workers, ms. */
const OVERDUE_CHECK_MS = 1_000;
/** How often the pool looks whether one execution keeps others waiting while it computes, ms. */
const RELIEF_MS = 10;

/**
 * Creates an executor on Workers. Each Worker carries many executions that wait and computes for one at a time. A Worker
 * that dies is replaced, and takes along only what it was computing.
 * @example
 * ```ts
 * import { DEFAULT_LIMITS } from "../../domain/limits.ts";
 * import { readText } from "../../domain/shared-text.ts";
 *
 * const executor = createPoolExecutor({ workers: 1 });
 * const outcome = await executor.execute({
 *   engine: "quickjs",
 *   program: { id: "shout", code: "(input) => input.toUpperCase()", fileName: "main.js" },
 *   inputJson: '"loud"',
 *   context: { executionId: "1", attempt: 1, task: { uuid: "", version: "1.0.0", label: "shout" }, secrets: {} },
 *   limits: DEFAULT_LIMITS,
 *   http: () => Promise.reject(new Error("no network here")),
 * });
 * outcome.status === "completed" && readText(outcome.outputJson); // => '"LOUD"'
 * await executor.stop();
 * ```
 */
export function createPoolExecutor(options: PoolOptions = {}): PoolExecutor {
  const pool = new Pool(options);
  return {
    execute: (request) => pool.execute(request),
    stop: () => pool.stop(),
    usage: () => pool.usage(),
    dropCaches: () => pool.dropCaches(),
  };
}

class Pool {
  readonly #engines: EngineTable;
  readonly #loaded = new LoadedEngines({
    onLoaded: () => this.#dispatch(),
    onFailed: (engine, error) => {
      this.#failAll(failed("ENVIRONMENT", "the engine could not be loaded", error), (job) => job.engine === engine);
      this.#dispatch();
    },
  });
  readonly #maxWorkers: number;
  readonly #concurrency: number;
  readonly #budgetMemory: SharedArrayBuffer;
  readonly #budget: Budget;
  readonly #room: WaitingRoom;
  readonly #spawn: () => Worker;
  readonly #threads: Thread[] = [];
  readonly #line = new JobLine();
  /** How many executions the threads have. */
  #active = 0;
  /** How many executions have ended. */
  #ended = 0;
  /** Resets on threads that have ended. */
  readonly #pastResets = { program: 0, base: 0 };
  #stopped = false;
  #overdueTimer: ReturnType<typeof setInterval> | undefined;
  #hogTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: PoolOptions) {
    this.#engines = options.engines ?? ENGINES;
    this.#maxWorkers = options.workers ?? availableParallelism();
    this.#concurrency = options.concurrency ?? Number.POSITIVE_INFINITY;
    this.#budgetMemory = newBudget(options.memoryBudgetBytes ?? totalmem() / 2);
    this.#budget = budgetOn(this.#budgetMemory);
    this.#room = new WaitingRoom(this.#budget.inUse);
    this.#spawn = options.spawn ?? spawnWorker;
  }

  execute(request: SandboxRequest): Promise<ExecutionOutcome> {
    return new Promise((resolve) => {
      if (this.#stopped) return resolve(failed("CANCELLED", "the executor was stopped"));
      let engine: EngineDefinition;
      try {
        engine = engineNamed(this.#engines, request.engine);
      } catch (error) {
        if (error instanceof RatchetError) return resolve(failedWith(error));
        throw error;
      }
      const onAbort = () => {
        if (job.cancel === undefined) this.#withdraw(job);
        else job.cancel();
      };
      const job: PoolJob = {
        request,
        engine,
        starts: 0,
        fetched: false,
        durable: request.durable && new DurableRelay(request.durable),
        resolve: (outcome) => {
          this.#ended += 1;
          this.#leave(1);
          request.signal?.removeEventListener("abort", onAbort);
          resolve(outcome);
        },
      };
      this.#line.push(job);
      request.signal?.addEventListener("abort", onAbort, { once: true });
      if (request.signal?.aborted === true) this.#withdraw(job);
      else this.#dispatch();
    });
  }

  usage(): PoolUsage {
    const threads = this.#threads.map(({ usage }) => usage);
    return {
      threads: threads.length,
      maxThreads: this.#maxWorkers,
      busy: threads.filter(({ busy }) => busy).length,
      running: this.#active,
      waiting: this.#line.length,
      executions: this.#ended,
      accountBytes: this.#budget.inUse(),
      accountLimitBytes: this.#budget.limit,
      ...addTallies(threads, this.#pastResets),
    };
  }

  dropCaches(): void {
    for (const thread of this.#threads) thread.dropCaches();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#overdueTimer);
    clearInterval(this.#hogTimer);
    this.#failAll(failed("CANCELLED", "the executor was stopped"));
    for (const thread of this.#threads.splice(0)) thread.stop();
  }

  /** A cancelled execution that has not started never does. */
  #withdraw(job: PoolJob): void {
    if (!this.#line.remove(job)) return;
    this.#active += 1;
    job.resolve(cancelledInLine());
  }

  /** Gives executions to threads, as long as there is room. */
  #dispatch(): void {
    for (let job = this.#line.first; job !== undefined && this.#hasRoom(); job = this.#line.first) {
      const engine = this.#loaded.get(job.engine);
      if (engine === undefined) return;
      let thread: Thread | undefined;
      try {
        thread = this.#pickThread();
      } catch (error) {
        return this.#failAll(failed("ENVIRONMENT", "a Worker could not be started", error));
      }
      if (thread === undefined) return;
      this.#start(job, thread, engine);
    }
  }

  #hasRoom(): boolean {
    if (this.#active >= this.#concurrency) return false;
    return this.#active === 0 || this.#budget.hasRoom(this.#line.isUrgent);
  }

  #start(job: PoolJob, thread: Thread, engine: LoadedEngine): void {
    this.#line.shift();
    this.#active += 1;
    this.#hogTimer ??= setInterval(() => this.#relieve(), RELIEF_MS);
    thread.start(job, engine);
  }

  /** Executions behind one that computes for long go to free threads, ahead of those that came later. */
  #relieve(): void {
    let taken = 0;
    for (const thread of this.#threads) {
      const jobs = thread.withdraw();
      taken += jobs.length;
      this.#line.putBack(jobs);
    }
    if (taken === 0) return;
    this.#leave(taken);
    this.#dispatch();
  }

  #leave(count: number): void {
    this.#active -= count;
    if (this.#active > 0) return;
    clearInterval(this.#hogTimer);
    this.#hogTimer = undefined;
  }

  /** Ends executions that no thread has: all, or those that belong. */
  #failAll(outcome: ExecutionOutcome, belongs?: (job: PoolJob) => boolean): void {
    for (const job of this.#line.take(belongs)) {
      this.#active += 1;
      job.resolve(outcome);
    }
  }

  /** Returns the thread with the shortest line, or a new one while all have work and there may be more. */
  #pickThread(): Thread | undefined {
    let best: Thread | undefined;
    for (const thread of this.#threads) {
      if (thread.hasRoom && (best === undefined || thread.inLine < best.inLine)) best = thread;
    }
    const mayAdd = this.#threads.length < this.#maxWorkers && !this.#stopped;
    return (best === undefined || best.inLine > 0) && mayAdd ? this.#addThread() : best;
  }

  #addThread(): Thread {
    const thread = new Thread(
      this.#spawn,
      { budget: this.#budgetMemory, room: this.#room },
      { onRoom: () => this.#dispatch(), onDeath: (dead, lost) => this.#replace(dead, lost) },
    );
    this.#threads.push(thread);
    this.#overdueTimer ??= setInterval(() => {
      for (const thread of this.#threads) thread.endOverdue(OVERDUE_GRACE);
    }, OVERDUE_CHECK_MS);
    this.#overdueTimer.unref();
    return thread;
  }

  /** A thread has died: what it had not begun starts elsewhere. */
  #replace(thread: Thread, lost: PoolJob[]): void {
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    Object.assign(this.#pastResets, addTallies([thread.usage], this.#pastResets).resets);
    this.#leave(lost.length);
    this.#line.putBack(lost);
    this.#dispatch();
  }
}

/** The build names the Worker's entry by this path; see build.ts. */
function spawnWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url).href);
}
