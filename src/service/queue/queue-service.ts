import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionRecord } from "../../domain/execution-record.ts";
import { machineName } from "../../queue/process-identity.ts";
import type { LimitScope, Limits, Pause, PauseScope } from "../../store/contract/control.ts";
import type { WorkerRecord } from "../../store/contract/workers.ts";
import type { ServiceDependencies } from "../dependencies.ts";
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

/** Limits that are to be set, for exactly one of task, key and anyKey; none at all removes what was set. */
export interface LimitsRequest {
  task?: TaskReference;
  key?: string;
  anyKey?: boolean;
  concurrency?: number;
  rate?: { count: number; periodMs: number };
}

/** Holds back the queue, or parts of it. */
export interface QueueService {
  state(): Promise<QueueState>;
  /** The processes that work on the queue. At most 1,000 executions are listed, the latest. */
  workers(): Promise<WorkerState[]>;
  /** Starts no more jobs, of one task or of all; a further pause replaces the note. @throws {RatchetError} TASK_NOT_FOUND */
  pause(request: { task?: TaskReference; note?: string }): Promise<QueueState>;
  /** Harmless when it is not paused. @throws {RatchetError} TASK_NOT_FOUND */
  resume(request: { task?: TaskReference }): Promise<QueueState>;
  /** @throws {RatchetError} TASK_NOT_FOUND; USAGE unless exactly one scope is given */
  setLimits(request: LimitsRequest): Promise<QueueState>;
}

/** Creates the service of the queue. */
export function createQueueService({ store }: Pick<ServiceDependencies, "store">): QueueService {
  const { control } = store;
  const pauseScope = async (task: TaskReference | undefined): Promise<PauseScope> =>
    task === undefined ? "all" : { taskId: (await findTask(store.tasks, task)).id };

  async function limitScope({ task, key, anyKey }: LimitsRequest): Promise<LimitScope> {
    const scopes = [task !== undefined, key !== undefined, anyKey === true];
    if (scopes.filter((isGiven) => isGiven).length !== 1) {
      throw new RatchetError("USAGE", "Limits are set for exactly one of task, key and anyKey.", {
        remedy: 'Name one, such as {"task": "addition", "concurrency": 4}.',
      });
    }
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
      await control.pause(await pauseScope(task), note ?? null);
      return state();
    },
    async resume({ task }) {
      await control.resume(await pauseScope(task));
      return state();
    },
    async setLimits(request) {
      const { concurrency, rate } = request;
      const limits: Limits = {
        ...(concurrency !== undefined && { concurrency }),
        ...(rate !== undefined && { rate: { count: rate.count, periodMs: rate.periodMs } }),
      };
      const scope = await limitScope(request);
      await control.setLimits(scope, Object.keys(limits).length === 0 ? null : limits);
      return state();
    },
  };
}
