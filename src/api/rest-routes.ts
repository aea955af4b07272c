import type { Clock } from "../lib/clock.ts";
import type { GraphqlDependencies } from "./graphql/context.ts";
import { createLoginThrottle } from "./http/login-throttle.ts";
import type { Route } from "./http/route.ts";
import { approvalRoutes } from "./rest/approvals.ts";
import { auditRoutes } from "./rest/audit.ts";
import { eventRoutes } from "./rest/events.ts";
import { executionRoutes } from "./rest/executions.ts";
import { httpRoutes } from "./rest/http.ts";
import { jobCreationRoutes } from "./rest/job-creation.ts";
import { jobRoutes } from "./rest/jobs.ts";
import { keyRoutes } from "./rest/keys.ts";
import { loginRoutes } from "./rest/login.ts";
import { logRoutes } from "./rest/logs.ts";
import { notificationRoutes } from "./rest/notifications.ts";
import { queueControlRoutes } from "./rest/queue-control.ts";
import { recordingRoutes } from "./rest/recordings.ts";
import { registryRoutes } from "./rest/registry.ts";
import { runControlRoutes } from "./rest/run-control.ts";
import { runRoutes } from "./rest/runs.ts";
import { scheduleFiringRoutes } from "./rest/schedule-firing.ts";
import { namedScheduleRoutes, scheduleRoutes } from "./rest/schedules.ts";
import { secretRoutes } from "./rest/secrets.ts";
import { settingRoutes } from "./rest/settings.ts";
import { signalRoutes } from "./rest/signals.ts";
import { statsRoutes } from "./rest/stats.ts";
import { taskDetailRoutes } from "./rest/task-details.ts";
import { taskRoutes } from "./rest/tasks.ts";
import { userRoutes } from "./rest/users.ts";
import { webhookRoutes } from "./rest/webhooks.ts";

/** What the routes of REST need. */
export interface RestDependencies extends Pick<GraphqlDependencies, "services" | "feed" | "logFeed"> {
  clock: Clock;
}

/** Creates all routes of REST, in the order of the documentation. */
export function restRoutes({ services, feed, logFeed, clock }: RestDependencies): Route[] {
  return [
    ...loginRoutes(services, createLoginThrottle(clock)),
    ...userRoutes(services),
    ...keyRoutes(services),
    ...jobCreationRoutes(services),
    ...jobRoutes(services),
    ...executionRoutes(services),
    ...runControlRoutes(services),
    ...signalRoutes(services),
    ...runRoutes(services, { feed, clock }),
    ...approvalRoutes(services),
    ...recordingRoutes(services),
    ...taskRoutes(services),
    ...taskDetailRoutes(services),
    ...scheduleRoutes(services),
    ...namedScheduleRoutes(services),
    ...scheduleFiringRoutes(services),
    ...httpRoutes(services),
    ...registryRoutes(services),
    ...queueControlRoutes(services),
    ...secretRoutes(services),
    ...settingRoutes(services),
    ...statsRoutes(services),
    ...webhookRoutes(services),
    ...notificationRoutes(services),
    ...auditRoutes(services),
    ...logRoutes(services, logFeed),
    ...eventRoutes(feed),
  ];
}
