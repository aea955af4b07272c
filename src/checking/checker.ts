import { RatchetError } from "../domain/errors.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import type { CheckRequest, CheckResults } from "./check-request.ts";

/** Runs checks on other threads, so that no value or schema blocks the thread that handles requests. */
export interface Checker {
  /**
   * Runs a check.
   * @throws {RatchetError} TIME_LIMIT if it takes too long; ENVIRONMENT if too many checks are waiting, if no thread
   *   can be started, or after `stop`; WORKER_LOST if the thread died
   */
  check<R extends CheckRequest>(request: R, options: CheckOptions): Promise<CheckResults[R["kind"]]>;
  /** Number of waiting and running checks. */
  pending(): number;
  /** Number of running threads. */
  threads(): number;
  /** Stops the threads. Waiting and running checks reject. */
  stop(): void;
}

/** Who requests a check, and how long it may take. */
export interface CheckOptions {
  /** Callers take turns, and each uses at most one thread at a time. */
  caller: string;
  /** Time limit from the start on a thread, in ms. Waiting does not count. */
  timeMs: number;
  /** Error for a check that takes too long. @default that a value took too long to check */
  tooLong?: { message: string; remedy: string };
}

/** Options of a checker. */
export interface CheckerOptions {
  clock: Clock;
  /** Maximum number of threads, which are started on demand. @default 2 */
  threads?: number;
  /** A thread that is idle for this long is stopped to release its memory, in ms. @default 5000 */
  idleMs?: number;
  /** Maximum number of waiting checks of all callers. @default 2000 */
  maxWaiting?: number;
  /** Starts a thread. @default Ratchet's own */
  spawn?: () => Worker;
}

interface Waiting {
  request: CheckRequest;
  options: CheckOptions;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

interface Thread {
  worker: Worker;
  job: Waiting | undefined;
  timer: Timer | undefined;
}

/** Creates a checker. It starts no thread before the first check. */
export function createChecker(options: CheckerOptions): Checker {
  const { clock, threads: maxThreads = 2, idleMs = 5_000, maxWaiting = 2_000, spawn = spawnThread } = options;
  const threads = new Set<Thread>();
  /** In the order of their turns. A caller moves to the end after its turn. */
  const lines = new Map<string, Waiting[]>();
  const served = new Set<string>();
  let waiting = 0;
  let stopped = false;

  function dispatch(): void {
    for (const [caller, line] of lines) {
      if (served.has(caller)) continue;
      let thread: Thread | undefined;
      try {
        thread = idleThread();
      } catch (cause) {
        refuseAll(new RatchetError("ENVIRONMENT", "A thread that checks values could not be started.", { cause }));
        return;
      }
      if (thread === undefined) return;
      const job = line.shift();
      lines.delete(caller);
      if (line.length > 0) lines.set(caller, line);
      if (job !== undefined) start(thread, job);
    }
  }

  function idleThread(): Thread | undefined {
    for (const thread of threads) if (thread.job === undefined) return thread;
    return threads.size < maxThreads && !stopped ? newThread() : undefined;
  }

  function newThread(): Thread {
    const worker = spawn();
    const thread: Thread = { worker, job: undefined, timer: undefined };
    threads.add(thread);
    worker.onmessage = ({ data }: MessageEvent<never | { crash: string }>) => {
      const job = finish(thread);
      if ("crash" in data) job?.reject(new RatchetError("INTERNAL", `A check failed: ${data.crash}`));
      else job?.resolve(data as never);
      if (threads.has(thread) && thread.job === undefined) thread.timer = clock.after(idleMs, () => end(thread));
    };
    const lost = () => {
      if (!threads.has(thread)) return;
      end(thread);
      finish(thread)?.reject(new RatchetError("WORKER_LOST", "The thread that checked a value was lost."));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      lost();
    };
    worker.addEventListener("close", lost);
    return thread;
  }

  function start(thread: Thread, job: Waiting): void {
    thread.timer?.cancel();
    thread.job = job;
    waiting -= 1;
    served.add(job.options.caller);
    const { timeMs } = job.options;
    thread.timer = clock.after(timeMs, () => {
      end(thread);
      const { message, remedy } = job.options.tooLong ?? {
        message: `Checking a value against its schema took longer than ${Math.round(timeMs)} ms`,
        remedy: "make the value smaller or its schema simpler, or give the task more time",
      };
      finish(thread)?.reject(new RatchetError("TIME_LIMIT", message, { data: { limit: timeMs, unit: "ms" }, remedy }));
    });
    thread.worker.postMessage(job.request);
  }

  /** Removes the check from its thread, and starts the next one. */
  function finish(thread: Thread): Waiting | undefined {
    const { job } = thread;
    thread.timer?.cancel();
    thread.job = undefined;
    if (job !== undefined) served.delete(job.options.caller);
    if (!stopped) dispatch();
    return job;
  }

  function end(thread: Thread): void {
    threads.delete(thread);
    thread.timer?.cancel();
    thread.worker.terminate();
  }

  function refuseAll(error: RatchetError): void {
    const refused = [...lines.values()].flat();
    lines.clear();
    waiting = 0;
    for (const { reject } of refused) reject(error);
  }

  return {
    check(request, checkOptions) {
      return new Promise((resolve, reject) => {
        if (stopped) return reject(new RatchetError("ENVIRONMENT", "The server is stopping."));
        if (waiting >= maxWaiting) {
          const message = `${waiting} large values are already waiting to be checked; the limit is ${maxWaiting}.`;
          return reject(new RatchetError("ENVIRONMENT", message, { remedy: "Try again a little later." }));
        }
        const { caller } = checkOptions;
        const line = lines.get(caller) ?? [];
        line.push({ request, options: checkOptions, resolve, reject });
        waiting += 1;
        lines.set(caller, line);
        dispatch();
      });
    },
    pending: () => waiting + [...threads].filter(({ job }) => job !== undefined).length,
    threads: () => threads.size,
    stop() {
      stopped = true;
      const error = new RatchetError("ENVIRONMENT", "The server is stopping.");
      refuseAll(error);
      for (const thread of [...threads]) {
        end(thread);
        finish(thread)?.reject(error);
      }
    },
  };
}

/** Starts a thread. The path must be the one that build.ts uses for the entry point of the thread. */
function spawnThread(): Worker {
  return new Worker(new URL("./checking-worker.ts", import.meta.url).href);
}
