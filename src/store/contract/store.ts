import type { ControlStore, StatsStore } from "./control.ts";
import type { EventStore } from "./events.ts";
import type { ExecutionStore } from "./executions.ts";
import type { JobStore } from "./jobs.ts";
import type { RetentionStore } from "./retention.ts";
import type { ScheduleStore } from "./schedules.ts";
import type { TaskStore } from "./tasks.ts";
import type { WorkerStore } from "./workers.ts";

/** Everything the server keeps. A second backend implements this and nothing else. */
export interface Store {
  readonly tasks: TaskStore;
  readonly jobs: JobStore;
  readonly executions: ExecutionStore;
  readonly schedules: ScheduleStore;
  readonly events: EventStore;
  readonly workers: WorkerStore;
  readonly control: ControlStore;
  readonly stats: StatsStore;
  readonly retention: RetentionStore;
  /** How the user knows the database. */
  readonly name: string;
  /** Resolves when a write went to the disk now; rejects with ENVIRONMENT when it can't: for readiness checks. */
  probe(): Promise<void>;
  /** Finishes the writes handed in, then closes the database. */
  close(): Promise<void>;
}
