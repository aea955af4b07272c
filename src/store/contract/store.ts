import type { AuditStore } from "./audit.ts";
import type { ControlStore, StatsStore } from "./control.ts";
import type { EventStore } from "./events.ts";
import type { ExecutionStore } from "./executions.ts";
import type { JobStore } from "./jobs.ts";
import type { KeyStore } from "./keys.ts";
import type { LogStore } from "./logs.ts";
import type { NotificationStore } from "./notifications.ts";
import type { ProgramStore } from "./programs.ts";
import type { RetentionStore } from "./retention.ts";
import type { RunStore } from "./runs.ts";
import type { ScheduleStore } from "./schedules.ts";
import type { SecretStore } from "./secrets.ts";
import type { TaskStore } from "./tasks.ts";
import type { StoreUsage } from "./usage.ts";
import type { SessionStore, UserStore } from "./users.ts";
import type { WebhookStore } from "./webhooks.ts";
import type { WorkerStore } from "./workers.ts";

/**
 * Everything the server keeps. Another backend implements this and nothing else; `tests/conformance/store` tests it.
 */
export interface Store {
  readonly tasks: TaskStore;
  readonly jobs: JobStore;
  readonly executions: ExecutionStore;
  readonly runs: RunStore;
  readonly schedules: ScheduleStore;
  readonly events: EventStore;
  readonly workers: WorkerStore;
  readonly control: ControlStore;
  readonly stats: StatsStore;
  readonly retention: RetentionStore;
  readonly programs: ProgramStore;
  readonly secrets: SecretStore;
  readonly keys: KeyStore;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly webhooks: WebhookStore;
  readonly notifications: NotificationStore;
  readonly audit: AuditStore;
  readonly logs: LogStore;
  /** The name by which the user knows the database. */
  readonly name: string;
  /** For readiness checks: writes something, and rejects with ENVIRONMENT if that is not possible. */
  probe(): Promise<void>;
  /** For metrics. */
  usage(): StoreUsage;
  /** Drops what it keeps in memory to read it faster. */
  dropCaches(): void;
  /** Finishes the writes that were handed in, then closes the database. Later writes reject with ENVIRONMENT. */
  close(): Promise<void>;
}
