import type { JobStatus } from "../../domain/job.ts";

/** How long something is kept. It is deleted as soon as one of the limits is exceeded. */
export interface KeepRule {
  /** Maximum time since it finished, ms. */
  maxAgeMs?: number;
  /** Maximum number; the latest are kept. */
  maxCount?: number;
}

/** What is kept. Everything that no rule mentions is kept for ever. */
export interface RetentionPolicy {
  /** Jobs with their executions and logs. */
  jobs: Partial<Record<Extract<JobStatus, "completed" | "failed" | "cancelled">, KeepRule>>;
  /** Direct executions, which do not belong to a job. */
  directExecutions: KeepRule;
  events: KeepRule;
  /** Deliveries of webhooks, but not their jobs. */
  deliveries: KeepRule & {
    /** Maximum size of all their bodies, bytes; those of the latest are kept. */
    maxBodyBytes?: number;
  };
  /** Recordings, but not their executions. @default all are kept */
  recordings?: {
    /** Maximum time since the execution ended, ms. */
    maxAgeMs?: number;
    /** Maximum size together, bytes; the latest are kept. */
    maxBytes?: number;
  };
  /** Finished deliveries of notifications. */
  notifications?: KeepRule;
  /** Records of firings, but not their jobs. */
  firings: Pick<KeepRule, "maxAgeMs">;
  /** Lines of the log: those that tasks wrote, and the server's own. */
  logs?: LogRule;
}

/** How much of the log is kept. */
export interface LogRule {
  /** Maximum time since a line was written, ms. */
  maxAgeMs?: number;
  /** Maximum size of all lines with what their storage takes, bytes; the latest are kept. */
  maxBytes?: number;
}

/** How much one step deleted. */
export interface RetentionStep {
  jobs: number;
  executions: number;
  events: number;
  firings: number;
  /** Deliveries of webhooks. */
  deliveries: number;
  /** Deliveries of notifications. */
  notifications: number;
  /** Bodies of deliveries that stay. */
  bodies: number;
  /** Lines of the log. */
  lines: number;
  /** Pages that the file can do without. */
  pages: number;
  /** There is more to delete. */
  more: boolean;
}

/** Deletes what need not be kept any longer, in steps that are small enough not to hold up other work. */
export interface RetentionStore {
  /** @param limit the most items of each kind to delete now, and five times as many events */
  step(policy: RetentionPolicy, limit: number): Promise<RetentionStep>;
}
