/** A process that claims jobs. */
export interface WorkerIdentity {
  id: string;
  host: string;
  pid: number;
  /** Distinguishes a process from a later one with the same pid. */
  processStart: string;
  /** ms, at most 15000. */
  leaseMs: number;
}

/** A worker as stored. */
export interface WorkerRecord extends WorkerIdentity {
  /** Rises as long as the worker is alive. */
  beat: number;
  beatAt: number;
  startedAt: number;
}

/** What a worker learns from its beat. */
export interface BeatResult {
  /** false if the worker was considered lost and its jobs were rescued. It must drop them and register again. */
  alive: boolean;
  /** Ids of the jobs that it owns, according to the store. */
  jobIds: number[];
  /** All other workers. The caller watches them. */
  others: WorkerRecord[];
}

/** The ids of the jobs of a lost worker, by what happened to them. */
export interface RescueResult {
  /** Requeued. */
  rescued: number[];
  /** Failed, because their worker was lost too often. */
  failed: number[];
}

/** Workers and their leases. A worker owns its jobs as long as its beat keeps rising. */
export interface WorkerStore {
  register(worker: WorkerIdentity): Promise<void>;
  /** Renews the leases of all jobs of a worker at once. */
  beat(id: string): Promise<BeatResult>;
  list(): Promise<WorkerRecord[]>;
  /**
   * Requeues the jobs of a lost worker, fails its direct executions, and forgets the worker. A rescue uses up no retry;
   * a job that was rescued MAX_RESCUES times fails.
   * @param beat the last known beat of the worker: if it has risen since, nothing happens
   */
  rescue(id: string, beat: number): Promise<RescueResult>;
  /** Forgets a worker that has stopped, unless it still owns jobs. */
  remove(id: string): Promise<void>;
}
