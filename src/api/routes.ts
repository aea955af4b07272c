import type { Clock } from "../lib/clock.ts";
import type { EventFeed } from "../service/events/event-feed.ts";
import type { Services } from "../service/services.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { ReadinessCheck } from "./dependencies.ts";
import type { Route } from "./http/route.ts";
import { eventRoutes } from "./rest/events.ts";
import { executionRoutes } from "./rest/executions.ts";
import { jobCreationRoutes } from "./rest/job-creation.ts";
import { jobRoutes } from "./rest/jobs.ts";
import { queueControlRoutes } from "./rest/queue-control.ts";
import { registryRoutes } from "./rest/registry.ts";
import { scheduleFiringRoutes } from "./rest/schedule-firing.ts";
import { namedScheduleRoutes, scheduleRoutes } from "./rest/schedules.ts";
import { statsRoutes } from "./rest/stats.ts";
import { systemRoutes } from "./rest/system.ts";
import { taskRoutes } from "./rest/tasks.ts";

/** What the routes of REST are made of. */
export interface RestDependencies {
  services: Services;
  feed: EventFeed;
  clock: Clock;
  readiness: () => Promise<readonly ReadinessCheck[]>;
  metrics: () => Promise<Metrics>;
}

/** All routes of REST, in the order of the documentation. */
export function restRoutes(deps: RestDependencies): Route[] {
  const { services } = deps;
  return [
    ...jobCreationRoutes(services),
    ...jobRoutes(services),
    ...executionRoutes(services),
    ...taskRoutes(services),
    ...scheduleRoutes(services),
    ...namedScheduleRoutes(services),
    ...scheduleFiringRoutes(services),
    ...registryRoutes(services),
    ...queueControlRoutes(services),
    ...statsRoutes(services),
    ...eventRoutes(deps.feed),
    ...systemRoutes(deps),
  ];
}
