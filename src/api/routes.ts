import type { Metrics } from "../telemetry/metrics.ts";
import type { ApiDependencies } from "./dependencies.ts";
import type { EventFeed } from "./event-feed.ts";
import type { Route } from "./http/route.ts";
import { eventRoutes } from "./rest/events.ts";
import { executionRoutes } from "./rest/executions.ts";
import { jobCreationRoutes } from "./rest/job-creation.ts";
import { jobRoutes } from "./rest/jobs.ts";
import { queueControlRoutes } from "./rest/queue-control.ts";
import { registryRoutes } from "./rest/registry.ts";
import { scheduleFiringRoutes } from "./rest/schedule-firing.ts";
import { scheduleRoutes } from "./rest/schedules.ts";
import { statsRoutes } from "./rest/stats.ts";
import { systemRoutes } from "./rest/system.ts";
import { taskRoutes } from "./rest/tasks.ts";

/** All routes of REST, in the order of the documentation. */
export function restRoutes(deps: ApiDependencies, feed: EventFeed, metrics: () => Promise<Metrics>): Route[] {
  return [
    ...jobCreationRoutes(deps),
    ...jobRoutes(deps),
    ...executionRoutes(deps),
    ...taskRoutes(deps),
    ...scheduleRoutes(deps),
    ...scheduleFiringRoutes(deps),
    ...registryRoutes(deps),
    ...queueControlRoutes(deps),
    ...statsRoutes(deps),
    ...eventRoutes(feed),
    ...systemRoutes(deps, metrics),
  ];
}
