import type { Clock, Timer } from "../lib/clock.ts";
import type { WorkerRecord, WorkerStore } from "../store/contract/workers.ts";
import { isCertainlyDead, type ProcessIdentity } from "./process-identity.ts";

/** Settings and dependencies of a lease keeper. */
export interface LeaseKeeperOptions {
  workers: WorkerStore;
  clock: Clock;
  identity: ProcessIdentity;
  /** At most 15000. */
  leaseMs: number;
  /** The jobs that run here now, by execution id. */
  runningJobs: () => Iterable<readonly [executionId: number, job: { jobId: number }]>;
  /** Called with executions that this worker no longer owns. They have to stop, and their writes are refused. */
  onLost: (executionIds: readonly number[]) => void;
  /** Called after each heartbeat: a moment to look for jobs that no event announced. */
  onBeat: () => void;
  onError: (error: unknown) => void;
}

/** Renews the leases of this worker and rescues the jobs of workers that were lost. */
export interface LeaseKeeper {
  /** Rescues the jobs of dead local processes and registers this worker. */
  start(): Promise<void>;
  /** Returns the id under which jobs are claimed. */
  workerId(): string;
  /** Sends a heartbeat now. */
  beat(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything that changes while the keeper runs. */
interface KeeperState {
  readonly options: LeaseKeeperOptions;
  readonly others: WorkerWatch;
  workerId: string;
  timer: Timer | undefined;
  stopped: boolean;
  inFlight: Promise<void> | undefined;
}

export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { workers } = options;
  const others = createWorkerWatch(options);
  const keeper: KeeperState = { options, others, workerId: "", timer: undefined, stopped: false, inFlight: undefined };
  return {
    workerId: () => keeper.workerId,
    beat: () => beat(keeper),
    async start() {
      await others.rescueLost(await workers.list());
      await register(keeper);
      scheduleBeat(keeper);
    },
    async stop() {
      keeper.stopped = true;
      keeper.timer?.cancel();
      if (keeper.workerId !== "") await workers.remove(keeper.workerId);
    },
  };
}

async function register(keeper: KeeperState): Promise<void> {
  const { workers, identity, leaseMs } = keeper.options;
  keeper.workerId = `${identity.pid}-${crypto.randomUUID()}`;
  await workers.register({ id: keeper.workerId, ...identity, leaseMs });
}

function scheduleBeat(keeper: KeeperState): void {
  if (keeper.stopped) return;
  const { clock, leaseMs, onError } = keeper.options;
  keeper.timer = clock.after(Math.max(1, Math.floor(leaseMs / 3)), () => {
    beat(keeper)
      .catch(onError)
      .finally(() => scheduleBeat(keeper));
  });
}

/** Callers share one heartbeat in flight: two at once could both find the worker gone and register it twice. */
function beat(keeper: KeeperState): Promise<void> {
  keeper.inFlight ??= beatOnce(keeper).finally(() => {
    keeper.inFlight = undefined;
  });
  return keeper.inFlight;
}

async function beatOnce(keeper: KeeperState): Promise<void> {
  const { workers, runningJobs, onLost, onBeat } = keeper.options;
  // Only the jobs that ran before the request: the response may not contain a job that was claimed meanwhile.
  const running = [...runningJobs()];
  const { alive, jobIds, others } = await workers.beat(keeper.workerId);
  const held = new Set(alive ? jobIds : []);
  const lost = running.filter(([, { jobId }]) => !held.has(jobId));
  if (lost.length > 0) onLost(lost.map(([executionId]) => executionId));
  if (!alive) await register(keeper);
  await keeper.others.rescueLost(others);
  onBeat();
}

/** Watches the heartbeats of all other workers. */
interface WorkerWatch {
  /** Rescues the jobs of workers whose process is dead or whose lease has expired. */
  rescueLost(others: readonly WorkerRecord[]): Promise<void>;
}

function createWorkerWatch({
  workers,
  clock,
  identity,
}: Pick<LeaseKeeperOptions, "workers" | "clock" | "identity">): WorkerWatch {
  /**
   * When each worker's current heartbeat was first seen, by the monotonic clock of this process: a wall clock that
   * jumps must not expire a lease.
   */
  const seen = new Map<string, { beat: number; since: number }>();

  function isExpired({ id, beat, leaseMs }: WorkerRecord, now: number): boolean {
    const last = seen.get(id);
    if (last?.beat === beat) return now - last.since > leaseMs;
    seen.set(id, { beat, since: now });
    return false;
  }

  return {
    async rescueLost(others) {
      const now = clock.monotonic();
      const known = new Set(others.map(({ id }) => id));
      for (const id of seen.keys()) if (!known.has(id)) seen.delete(id);
      for (const other of others) {
        if (isExpired(other, now) || isCertainlyDead(other, identity)) await workers.rescue(other.id, other.beat);
      }
    },
  };
}
