import type { ValueChecks } from "../checking/value-checks.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { OriginStatus } from "../http/chain/origins.ts";
import type { DirectRunner } from "../queue/direct.ts";
import type { Queue } from "../queue/queue.ts";
import type { Registry } from "../registry/registry.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import type { Vault } from "../secrets/vault.ts";
import type { Store } from "../store/contract/store.ts";
import type { LimitCaps } from "../task/limit-caps.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Traces } from "../telemetry/tracing/traces.ts";
import type { AccessServices } from "./access/start-access.ts";
import type { ServerResources } from "./health/server-resources.ts";
import type { Notifications } from "./notifications/notifier.ts";

/** Dependencies of the services. The composition root provides them. */
export interface ServiceDependencies {
  store: Pick<
    Store,
    | "audit"
    | "tasks"
    | "jobs"
    | "executions"
    | "schedules"
    | "events"
    | "workers"
    | "control"
    | "stats"
    | "secrets"
    | "runs"
    | "webhooks"
    | "usage"
    | "logs"
    | "notifications"
  >;
  /** What the parts of this server use; undefined for callers who may not see the server as a whole. */
  resources: ServerResources | undefined;
  queue: Queue;
  scheduler: Pick<
    Scheduler,
    "create" | "update" | "delete" | "trigger" | "pause" | "resume" | "next" | "preview" | "backfill"
  >;
  registry: Pick<Registry, "open" | "keep" | "versions" | "validate" | "graph" | "sources" | "refresh" | "cache">;
  direct: DirectRunner;
  /** Lists the origins that tasks of this process have called lately. */
  origins: () => OriginStatus[];
  /** Counts the direct executions that the caller may see. @default all that this process runs */
  directRunning?: () => Promise<number>;
  /** Evaluates the rules of notifications, and sends their messages. */
  notifier: Notifications;
  /** Encrypts and decrypts stored secrets. */
  vault: Vault;
  /** The highest limits that this server allows. @default the default limits of an execution */
  caps?: LimitCaps;
  /** Checks inputs against schemas. */
  checks: ValueChecks;
  /** Maximum size of an input. @default DEFAULT_MAX_INPUT_BYTES */
  maxInputBytes?: number;
  /** The use cases about who may call the server. */
  access: AccessServices;
  /** Receives what the operator of the server has to know. @default nothing is logged */
  logger?: Pick<Logger, "warn">;
  /** Puts jobs into the traces of the requests that create them. @default each job has a trace of its own */
  traces?: Pick<Traces, "newJob" | "enqueued" | "requests">;
  /** The configuration in force. @default none is shown */
  config?: Pick<LoadedConfig, "values" | "origins">;
  /** Inputs are checked against the schema of their task. @default true */
  validateInputs?: boolean;
}
