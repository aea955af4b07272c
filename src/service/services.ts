import type { AccessServices } from "./access/start-access.ts";
import { type AuditService, createAuditService } from "./audit/audit-service.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { createExecutionService, type ExecutionService } from "./executions/execution-service.ts";
import { createHttpService, type HttpService } from "./http/http-service.ts";
import { createJobService, type JobService } from "./jobs/job-service.ts";
import { createLogService, type LogService } from "./logs/log-service.ts";
import { createNotificationService, type NotificationService } from "./notifications/notification-service.ts";
import { createQueueService, type QueueService } from "./queue/queue-service.ts";
import { createRegistryService, type RegistryService } from "./registry/registry-service.ts";
import { type ApprovalService, createApprovalService } from "./runs/approval-service.ts";
import { createRunService, type RunService } from "./runs/run-service.ts";
import { createScheduleService, type ScheduleService } from "./schedules/schedule-service.ts";
import { createSecretService, type SecretService } from "./secrets/secret-service.ts";
import { createSettingsService, type SettingsService } from "./settings/settings-service.ts";
import { createStatsService, type StatsService } from "./stats/stats-service.ts";
import { createTaskService, type TaskService } from "./tasks/task-service.ts";
import { createWebhookService, type WebhookService } from "./webhooks/webhook-service.ts";

/**
 * The use cases of the server, by subject. Every door (REST, GraphQL, pages) only translates requests and responses and
 * calls these, so that the same request meets the same checks everywhere.
 */
export interface Services extends AccessServices {
  jobs: JobService;
  runs: RunService;
  approvals: ApprovalService;
  tasks: TaskService;
  schedules: ScheduleService;
  executions: ExecutionService;
  http: HttpService;
  registry: RegistryService;
  queue: QueueService;
  secrets: SecretService;
  settings: SettingsService;
  stats: StatsService;
  webhooks: WebhookService;
  notifications: NotificationService;
  audit: AuditService;
  logs: LogService;
}

/** Creates all services. They have no state of their own. */
export function createServices(deps: ServiceDependencies): Services {
  return {
    jobs: createJobService(deps),
    runs: createRunService(deps),
    approvals: createApprovalService(deps),
    tasks: createTaskService(deps),
    schedules: createScheduleService(deps),
    executions: createExecutionService(deps),
    http: createHttpService(deps),
    registry: createRegistryService(deps),
    queue: createQueueService(deps),
    secrets: createSecretService(deps),
    settings: createSettingsService(deps),
    stats: createStatsService(deps),
    ...deps.access,
    webhooks: createWebhookService(deps),
    notifications: createNotificationService(deps),
    audit: createAuditService(deps),
    logs: createLogService(deps),
  };
}
