import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionRecord } from "../../domain/execution-record.ts";
import { MAX_CONCURRENCY, MAX_RATE_COUNT, MAX_RATE_PERIOD_MS } from "../../domain/queue-limits.ts";
import { LONGEST_NOTE } from "../../domain/request-bounds.ts";
import { defined } from "../../lib/defined.ts";
import { machineName } from "../../queue/process-identity.ts";
import type { LimitScope, Limits, Pause, PauseScope } from "../../store/contract/control.ts";
import type { WorkerRecord } from "../../store/contract/workers.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkKey, checkLength, checkWhole } from "../request-checks.ts";
import { findTask, type TaskReference } from "../tasks/find-task.ts";

/** Pauses and limits that hold now. */
export interface QueueState {
  /** Whether the whole queue is paused. */
  paused: boolean;
  pauses: readonly Pause[];
  limits: readonly { scope: LimitScope; limits: Limits }[];
}

/** A process that runs jobs, with what it runs now. */
export interface WorkerState {
  /** `host` is the name of its machine. */
  worker: WorkerRecord;
  /** Its executions, the latest first. */
  running: ExecutionRecord[];
}

/** Executions that are listed with the workers, all of them together. */
const MAX_RUNNING = 1_000;

/** Limits to set, for exactly one of task, key and anyKey. Without any limit, those that were set are removed. */
export interface LimitsRequest {
  task?: TaskReference;
  key?: string;
  anyKey?: boolean;
  concurrency?: number;
  rate?: { count: number; periodMs: number };
}

/** Pauses and limits of the queue, and the workers that work on it. */
export interface QueueService {
  state(): Promise<QueueState>;
  /** The processes that work on the queue. At most 1,000 executions are listed, the latest. */
  workers(): Promise<WorkerState[]>;
  /** Starts no more jobs, of one task or of all. Another pause replaces the note. @throws {RatchetError} TASK_NOT_FOUND, USAGE */
  pause(request: { task?: TaskReference; note?: string }): Promise<QueueState>;
  /** Starts jobs again. Does nothing if the queue is not paused. @throws {RatchetError} TASK_NOT_FOUND */
  resume(request: { task?: TaskReference }): Promise<QueueState>;
  /**
   * Replaces the limits of one scope; without any limit, it removes those that were set.
   * @param pointer where the request's members are
   * @throws {RatchetError} TASK_NOT_FOUND; USAGE for limits out of bounds, and unless exactly one scope is given
   */
  setLimits(request: LimitsRequest, pointer: string): Promise<QueueState>;
}

/** Creates the service of the queue. */
export function createQueueService({ store }: Pick<ServiceDependencies, "store">): QueueService {
  const { control } = store;
  const pauseScope = async (task: TaskReference | undefined): Promise<PauseScope> =>
    task === undefined ? "all" : { taskId: (await findTask(store.tasks, task)).id };

  async function limitScope({ task, key }: LimitsRequest): Promise<LimitScope> {
    if (task !== undefined) return { taskId: (await findTask(store.tasks, task)).id };
    return key === undefined ? "any key" : { key };
  }

  async function state(): Promise<QueueState> {
    const pauses = await control.pauses();
    const limits = await control.limits();
    return { paused: pauses.some(({ scope }) => scope === "all"), pauses, limits };
  }

  return {
    state,
    async workers() {
      const [workers, live] = await Promise.all([
        store.workers.list(),
        store.executions.list({ status: ["pending", "running"] }, { limit: MAX_RUNNING }),
      ]);
      const byWorker = Map.groupBy(live.items, ({ workerId }) => workerId);
      return workers.map((worker) => ({
        worker: { ...worker, host: machineName(worker) },
        running: byWorker.get(worker.id) ?? [],
      }));
    },
    async pause({ task, note }) {
      checkLength(note, "/note", LONGEST_NOTE);
      await control.pause(await pauseScope(task), note ?? null);
      return state();
    },
    async resume({ task }) {
      await control.resume(await pauseScope(task));
      return state();
    },
    async setLimits(request, pointer) {
      checkLimits(request, pointer);
      const { concurrency, rate } = request;
      const limits: Limits = defined({ concurrency, rate: rate && { count: rate.count, periodMs: rate.periodMs } });
      const scope = await limitScope(request);
      await control.setLimits(scope, Object.keys(limits).length === 0 ? null : limits);
      return state();
    },
  };
}

function checkLimits({ task, key, anyKey, concurrency, rate }: LimitsRequest, pointer: string): void {
  const scopes = [task !== undefined, key !== undefined, anyKey === true];
  if (scopes.filter((isGiven) => isGiven).length !== 1) {
    throw new RatchetError("USAGE", "Limits are set for exactly one of task, key and anyKey.", {
      remedy: 'Give one of them, such as {"task": "addition", "concurrency": 4}.',
    });
  }
  checkKey(key, `${pointer}/key`);
  checkWhole(concurrency, `${pointer}/concurrency`, { max: MAX_CONCURRENCY });
  checkWhole(rate?.count, `${pointer}/rate/count`, { max: MAX_RATE_COUNT });
  checkWhole(rate?.periodMs, `${pointer}/rate/periodMs`, { max: MAX_RATE_PERIOD_MS });
}
