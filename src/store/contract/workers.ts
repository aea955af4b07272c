/** A process that claims jobs. */
export interface WorkerIdentity {
  id: string;
  host: string;
  pid: number;
  /** Tells a process from a later one with the same pid. */
  processStart: string;
  /** At most 15000. */
  leaseMs: number;
}

/** A worker as stored. */
export interface WorkerRecord extends WorkerIdentity {
  /** Rises while the worker lives. */
  beat: number;
  beatAt: number;
  startedAt: number;
}

/** What a beat tells the worker that made it. */
export interface BeatResult {
  /** false: others took this worker for dead, and its jobs. It must drop what it runs and register again. */
  alive: boolean;
  /** Jobs it holds, by the store's account. */
  jobIds: number[];
  /** All other workers, for the caller to watch. */
  others: WorkerRecord[];
}

/** What a rescue did. */
export interface RescueResult {
  /** Queued again. */
  rescued: number[];
  /** Failed: their worker was lost too often. */
  failed: number[];
}

/** Workers and their leases. A worker holds its jobs for as long as its beat keeps rising. */
export interface WorkerStore {
  register(worker: WorkerIdentity): Promise<void>;
  /** Renews the leases of all jobs of a worker at once. */
  beat(id: string): Promise<BeatResult>;
  list(): Promise<WorkerRecord[]>;
  /**
   * Takes the jobs of a lost worker from it, and its direct executions, and forgets the worker. Jobs are queued again
   * without using up a retry; after MAX_RESCUES such losses a job fails.
   * @param beat the beat it was last seen with: if it has risen since, nothing is done
   */
  rescue(id: string, beat: number): Promise<RescueResult>;
  /** Forgets a worker that has stopped and holds nothing. */
  remove(id: string): Promise<void>;
}
