import { expect, test } from "bun:test";
import type { LogEntry } from "../../../src/domain/execution.ts";
import type { NewJob } from "../../../src/domain/job.ts";
import type {
  AttemptResult,
  ClaimedJob,
  CompleteResult,
  EnqueuedJob,
  FinishedAttempt,
} from "../../../src/store/contract/jobs.ts";
import type { Maintenance } from "../../../src/store/contract/maintenance.ts";
import type { Store } from "../../../src/store/contract/store.ts";
import type { RegisteredTask } from "../../../src/store/contract/tasks.ts";
import { createManualClock, type ManualClock } from "../../store/manual-clock.ts";
import type { Backend, OpenOptions } from "./backend.ts";
import { findInconsistencies } from "./invariants.ts";

/** What each test of the suite starts with: a store with one task and one worker, `w1`. */
export interface Fixture {
  readonly backend: Backend;
  readonly store: Store;
  readonly clock: ManualClock;
  readonly taskId: number;
  /** What listeners of events threw. */
  readonly listenerErrors: unknown[];
  /** Maintenance of the same data. */
  readonly maintenance: Maintenance;
  /** Opens another connection to the same data. The fixture closes it. */
  connect(): Promise<Store>;
  /** Enqueues one job. */
  enqueue(more?: Partial<NewJob>): Promise<EnqueuedJob>;
  /** Enqueues jobs of one kind together. @returns their ids */
  enqueueMany(count: number, more?: Partial<NewJob>): Promise<number[]>;
  /** Claims as a worker does: again for as long as there may be more. */
  claim(capacity: number, workerId?: string): Promise<ClaimedJob[]>;
  /** Claims the only job that can be claimed. */
  claimOne(workerId?: string): Promise<ClaimedJob>;
  /** Completes attempts of `w1` with the same result, and claims nothing. */
  complete(claimed: ClaimedJob | readonly ClaimedJob[], result?: AttemptResult): Promise<CompleteResult>;
  /** An attempt as a worker reports it, ended now. */
  attempt(claimed: ClaimedJob, result: AttemptResult, more?: Partial<FinishedAttempt>): FinishedAttempt;
  /** A console line of now. */
  line(message: string): LogEntry;
}

export const COMPLETED: AttemptResult = { kind: "completed", outputJson: '{"sum":15}' };
export const FAILED: AttemptResult = { kind: "failed", error: { code: "TASK_FAILED", message: "no" } };

/** Defines one test of the suite. Afterwards the data has to be consistent. */
export type StoreTest = (
  title: string,
  body: (fixture: Fixture) => Promise<void>,
  options?: Pick<OpenOptions, "missingTaskWaitMs"> & { timeoutMs?: number },
) => void;

export function storeTest(backend: Backend): StoreTest {
  return (title, body, { timeoutMs, ...options } = {}) => {
    test(title, () => withFixture(backend, body, options), timeoutMs);
  };
}

/** Opens a fixture on new data, and closes it after `body`. */
export async function withFixture(
  backend: Backend,
  body: (fixture: Fixture) => Promise<void>,
  options: Pick<OpenOptions, "missingTaskWaitMs"> = {},
): Promise<void> {
  const data = await backend.create();
  const clock = createManualClock();
  const stores: Store[] = [];
  const listenerErrors: unknown[] = [];
  const connect = async () => {
    const store = await data.open({ clock, onListenerError: (error) => void listenerErrors.push(error), ...options });
    stores.push(store);
    return store;
  };
  try {
    const store = await connect();
    const taskId = await addTask(store, "addition");
    await registerWorker(store);
    const maintenance = data.maintenance();
    await body({
      ...actions(store, clock, taskId),
      backend,
      store,
      clock,
      taskId,
      listenerErrors,
      maintenance,
      connect,
    });
    const observer = await connect();
    expect(await findInconsistencies(observer)).toEqual([]);
    expect(await maintenance.check()).toEqual([]);
  } finally {
    for (const store of stores) await store.close();
    await data.destroy();
  }
}

type Actions = Pick<Fixture, "enqueue" | "enqueueMany" | "claim" | "claimOne" | "complete" | "attempt" | "line">;

function actions(store: Store, clock: ManualClock, taskId: number): Actions {
  const newJob = (more: Partial<NewJob>): NewJob => ({ taskId, inputJson: "{}", ...more });
  const attempt: Fixture["attempt"] = (claimed, result, more = {}) => ({
    ...finishedAttempt(claimed, result, clock.now()),
    ...more,
  });
  const claim: Fixture["claim"] = async (capacity, workerId = "w1") => {
    const claimed: ClaimedJob[] = [];
    for (let more = true; more && claimed.length < capacity; ) {
      const request = { workerId, finished: [], capacity: capacity - claimed.length };
      const result = await store.jobs.completeAndClaim(request);
      claimed.push(...result.claimed);
      more = result.more;
    }
    return claimed;
  };
  return {
    attempt,
    claim,
    async enqueue(more = {}) {
      const [enqueued] = await store.jobs.enqueue([newJob(more)]);
      if (enqueued === undefined) throw new Error("enqueue returned nothing");
      return enqueued;
    },
    async enqueueMany(count, more = {}) {
      const enqueued = await store.jobs.enqueue(Array.from({ length: count }, () => newJob(more)));
      return enqueued.map(({ job }) => job.id);
    },
    async claimOne(workerId) {
      const [claimed, ...others] = await claim(10, workerId);
      if (claimed === undefined || others.length > 0) throw new Error("not exactly one job can be claimed");
      return claimed;
    },
    complete(claimed, result = COMPLETED) {
      const finished = [claimed].flat().map((one) => attempt(one, result));
      return store.jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
    },
    line: (message) => ({ level: "info", message, time: clock.now() }),
  };
}

/** An attempt as a worker reports it. */
export function finishedAttempt(claimed: ClaimedJob, result: AttemptResult, at: number): FinishedAttempt {
  return {
    claimed,
    result,
    version: "1.0.0",
    startedAt: at,
    finishedAt: at,
    usage: { durationMs: 1, cpuMs: 1, peakMemoryBytes: 1, fetchCount: 0, fetchBytes: 0 },
    logs: [],
    logsStored: 0,
    progress: null,
  };
}

export async function registerWorker(store: Store, id = "w1"): Promise<void> {
  await store.workers.register({ id, host: "test", pid: 1, processStart: "1", leaseMs: 15_000 });
}

/** A task as the registry has it, in the versions given. */
export function registered(label: string, versions: readonly string[] = ["1.0.0"]): RegisteredTask {
  return {
    uuid: `uuid-${label}`,
    label,
    description: "",
    version: versions.at(-1) ?? "1.0.0",
    source: "test",
    validatedAt: null,
    versions: versions.map((version) => ({ version, checksum: `sum-${version}`, source: "test", origin: label })),
  };
}

/** Registers one more task beside those that the store has. */
export async function addTask(store: Store, label: string): Promise<number> {
  const { items } = await store.tasks.list({}, { limit: 1_000 });
  const { added } = await store.tasks.sync([...items.map((task) => registered(task.label)), registered(label)]);
  const [id] = added;
  if (id === undefined) throw new Error("no task was added");
  return id;
}
