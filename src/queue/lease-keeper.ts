import type { Clock, Timer } from "../lib/clock.ts";
import type { WorkerRecord, WorkerStore } from "../store/contract/workers.ts";
import { isCertainlyDead, type ProcessIdentity } from "./process-identity.ts";

/** What a lease keeper needs. */
export interface LeaseKeeperOptions {
  workers: WorkerStore;
  clock: Clock;
  identity: ProcessIdentity;
  /** At most 15000. */
  leaseMs: number;
  /** Executions that run here now. */
  runningJobs: () => ReadonlyMap<number, { jobId: number }>;
  /** These executions are no longer ours: stop them, nothing they write counts. */
  onLost: (executionIds: readonly number[]) => void;
  /** Called after each beat: a moment to look for jobs that nobody announced. */
  onBeat: () => void;
  onError: (error: unknown) => void;
}

/** Holds this worker's leases and takes over those of workers that were lost. */
export interface LeaseKeeper {
  /** Rescues the jobs of dead local processes and registers this worker. */
  start(): Promise<void>;
  /** Id under which jobs are claimed. */
  workerId(): string;
  /** Beats now. */
  beat(): Promise<void>;
  stop(): Promise<void>;
}

export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { workers, clock, identity, leaseMs } = options;
  /**
   * When each other worker's beat was first seen at its present value, by this process's own monotonic clock: a wall
   * clock that jumps takes nobody's lease.
   */
  const seen = new Map<string, { beat: number; since: number }>();
  let id = "";
  let timer: Timer | undefined;
  let stopped = false;
  let inFlight: Promise<void> | undefined;

  async function register(): Promise<void> {
    id = `${identity.pid}-${crypto.randomUUID()}`;
    await workers.register({ id, ...identity, leaseMs });
  }

  async function watch(others: readonly WorkerRecord[]): Promise<void> {
    const now = clock.monotonic();
    const known = new Set(others.map((other) => other.id));
    for (const gone of [...seen.keys()].filter((key) => !known.has(key))) seen.delete(gone);
    for (const other of others) {
      const last = seen.get(other.id);
      if (last === undefined || last.beat !== other.beat) seen.set(other.id, { beat: other.beat, since: now });
      const expired = last !== undefined && last.beat === other.beat && now - last.since > other.leaseMs;
      if (expired || isCertainlyDead(other, identity)) await workers.rescue(other.id, other.beat);
    }
  }

  /** Beats share one in flight: two at once could both find the worker gone and register it twice. */
  function beat(): Promise<void> {
    inFlight ??= beatOnce().finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  }

  async function beatOnce(): Promise<void> {
    // Only what ran before the question was asked: a job claimed meanwhile may be missing from the answer.
    const running = [...options.runningJobs()];
    const { alive, jobIds, others } = await workers.beat(id);
    if (!alive) {
      options.onLost(running.map(([executionId]) => executionId));
      await register();
    } else {
      const held = new Set(jobIds);
      const lost = running.filter(([, { jobId }]) => !held.has(jobId));
      if (lost.length > 0) options.onLost(lost.map(([executionId]) => executionId));
    }
    await watch(others);
    options.onBeat();
  }

  function schedule(): void {
    if (stopped) return;
    timer = clock.after(Math.max(1, Math.floor(leaseMs / 3)), () => {
      beat().catch(options.onError).finally(schedule);
    });
  }

  return {
    workerId: () => id,
    beat,
    async start() {
      await watch(await workers.list());
      await register();
      schedule();
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      if (id !== "") await workers.remove(id);
    },
  };
}
