/** Why a job does not run. */
export interface JobExplanation {
  /** For programs. */
  reason:
    | "finished"
    | "running"
    | "sleeping"
    | "paused"
    | "needs_attention"
    | "waiting_for_jobs"
    | "not_due"
    | "queue_paused"
    | "task_paused"
    | "task_disabled"
    | "task_missing"
    | "task_concurrency"
    | "task_rate"
    | "key_concurrency"
    | "key_rate"
    | "map_concurrency"
    | "suspect"
    | "waiting_for_worker"
    | "no_worker";
  /** For people. */
  message: string;
  /** When the reason ends, if time alone decides that, ms since the epoch. */
  until: number | null;
  /** Number of jobs that go first: ready ones, or those that wait for the same limit. Counted up to 10,000. */
  ahead: number | null;
  limit: number | null;
  running: number | null;
}
