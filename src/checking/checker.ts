import { RatchetError } from "../domain/errors.ts";
import type { Clock } from "../lib/clock.ts";
import type { CheckOptions, CheckRequest, CheckResults } from "./check-request.ts";
import { CheckingThread } from "./checking-thread.ts";
import { WaitingChecks } from "./waiting-checks.ts";

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

/** Creates a checker. It starts no thread before the first check. */
export function createChecker(options: CheckerOptions): Checker {
  const { maxWaiting = 2_000 } = options;
  const state: CheckerState = {
    clock: options.clock,
    maxThreads: options.threads ?? 2,
    idleMs: options.idleMs ?? 5_000,
    spawn: options.spawn ?? spawnThread,
    threads: new Set(),
    waiting: new WaitingChecks(),
    stopped: false,
  };
  const { threads, waiting } = state;
  return {
    check(request, checkOptions) {
      return new Promise((resolve, reject) => {
        if (state.stopped) return reject(stopping());
        if (waiting.size >= maxWaiting) {
          const message = `${waiting.size} large values are already waiting to be checked; the limit is ${maxWaiting}.`;
          return reject(new RatchetError("ENVIRONMENT", message, { remedy: "Try again a little later." }));
        }
        waiting.add({ request, options: checkOptions, resolve, reject });
        dispatch(state);
      });
    },
    pending: () => waiting.size + [...threads].filter(({ isBusy }) => isBusy).length,
    threads: () => threads.size,
    stop() {
      state.stopped = true;
      for (const { reject } of waiting.takeAll()) reject(stopping());
      for (const thread of [...threads]) thread.end(stopping());
    },
  };
}

interface CheckerState {
  readonly clock: Clock;
  readonly maxThreads: number;
  readonly idleMs: number;
  readonly spawn: () => Worker;
  readonly threads: Set<CheckingThread>;
  readonly waiting: WaitingChecks;
  stopped: boolean;
}

/** Starts waiting checks, as long as there are threads for them. */
function dispatch(state: CheckerState): void {
  const { waiting } = state;
  while (!state.stopped && waiting.hasNext()) {
    let thread: CheckingThread | undefined;
    try {
      thread = freeThread(state);
    } catch (cause) {
      const error = new RatchetError("ENVIRONMENT", "A thread that checks values could not be started.", { cause });
      for (const { reject } of waiting.takeAll()) reject(error);
      return;
    }
    const check = thread === undefined ? undefined : waiting.takeNext();
    if (check === undefined) return;
    thread?.start(check);
  }
}

/** Returns a thread without a check, and starts one if it has to and may. */
function freeThread(state: CheckerState): CheckingThread | undefined {
  const { threads, maxThreads } = state;
  for (const thread of threads) if (!thread.isBusy) return thread;
  if (threads.size >= maxThreads) return undefined;
  const thread: CheckingThread = new CheckingThread(state, {
    onFinished: (check) => {
      state.waiting.finished(check);
      dispatch(state);
    },
    onEnd: () => threads.delete(thread),
  });
  threads.add(thread);
  return thread;
}

function stopping(): RatchetError {
  return new RatchetError("ENVIRONMENT", "The server is stopping.");
}

/** Starts a thread. The path must be the one that build.ts uses for the entry point of the thread. */
function spawnThread(): Worker {
  return new Worker(new URL("./checking-worker.ts", import.meta.url).href);
}
