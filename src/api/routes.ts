import type { OidcLogin } from "../access/oidc/login.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Clock } from "../lib/clock.ts";
import { keptByLabels } from "../service/scope/limited-views.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { GraphqlDependencies } from "./graphql/context.ts";
import { graphqlRoutes } from "./graphql/graphql-routes.ts";
import { createLoginThrottle } from "./http/login-throttle.ts";
import type { Route } from "./http/route.ts";
import type { RouteGroup } from "./http/served-route.ts";
import { openApiDocument } from "./openapi/document.ts";
import { oidcRoutes } from "./pages/oidc-routes.ts";
import { pageRoutes } from "./pages/page-routes.ts";
import { auditRoutes } from "./rest/audit.ts";
import { eventRoutes } from "./rest/events.ts";
import { executionRoutes } from "./rest/executions.ts";
import { hookRoutes } from "./rest/hooks.ts";
import { httpRoutes } from "./rest/http.ts";
import { jobCreationRoutes } from "./rest/job-creation.ts";
import { jobRoutes } from "./rest/jobs.ts";
import { keyRoutes } from "./rest/keys.ts";
import { loginRoutes } from "./rest/login.ts";
import { queueControlRoutes } from "./rest/queue-control.ts";
import { registryRoutes } from "./rest/registry.ts";
import { scheduleFiringRoutes } from "./rest/schedule-firing.ts";
import { namedScheduleRoutes, scheduleRoutes } from "./rest/schedules.ts";
import { secretRoutes } from "./rest/secrets.ts";
import { statsRoutes } from "./rest/stats.ts";
import { systemRoutes } from "./rest/system.ts";
import { taskRoutes } from "./rest/tasks.ts";
import { userRoutes } from "./rest/users.ts";
import { webhookRoutes } from "./rest/webhooks.ts";

/** What the routes need. */
export interface RouteDependencies extends GraphqlDependencies {
  clock: Clock;
  metrics: () => Promise<Metrics>;
  /** Logs people in at an OpenID provider. @default none */
  oidcLogin?: OidcLogin | undefined;
  /** Largest delivery of a webhook, bytes. @default 1 MB */
  maxDeliveryBytes?: number | undefined;
}

/** All routes of the server, and their description. */
export interface ApiRoutes {
  groups: readonly RouteGroup[];
  /** The OpenAPI 3.1 document for the routes of REST and of the server itself. */
  openApi(): JsonObject;
}

/** Creates all routes, in one group per door. */
export function apiRoutes(deps: RouteDependencies): ApiRoutes {
  const rest = limitedRoutes(restRoutes(deps), deps);
  const hooks = hookRoutes(deps.services, deps.maxDeliveryBytes);
  const system = systemRoutes(deps);
  let document: JsonObject | undefined;
  const openApi = (): JsonObject => {
    document ??= openApiDocument([...rest, ...hooks, ...system]);
    return document;
  };
  const forms = { setup: deps.services.setup, provider: deps.oidcLogin?.providerHost };
  const groups = [
    { name: "rest", routes: rest },
    { name: "hooks", routes: hooks },
    { name: "system", routes: system },
    { name: "graphql", routes: graphqlRoutes(deps) },
    {
      name: "pages",
      routes: [...pageRoutes(openApi, forms), ...oidcRoutes(deps.oidcLogin, deps.services, deps.trail)],
    },
  ];
  return { groups, openApi };
}

/**
 * Lets callers who are limited to some tasks reach the same routes over services that know no other tasks. A handler can't
 * forget the limit, because it never sees the rest.
 */
function limitedRoutes(routes: readonly Route[], deps: RouteDependencies): Route[] {
  const routesFor = keptByLabels((labels) => restRoutes({ ...deps, ...deps.limitedTo(labels) }));
  return routes.map((route, index) => {
    if (route.requires.access === "public") return route;
    return {
      ...route,
      respond(call) {
        const labels = call.caller.principal?.tasks;
        const own = labels === undefined ? route : routesFor(labels)[index];
        if (own === undefined) throw new Error("the routes of a limited caller are others");
        return own.respond(call);
      },
    };
  });
}

/** Creates all routes of REST, in the order of the documentation. */
function restRoutes({ services, feed, clock }: RouteDependencies): Route[] {
  return [
    ...loginRoutes(services, createLoginThrottle(clock)),
    ...userRoutes(services),
    ...keyRoutes(services),
    ...jobCreationRoutes(services),
    ...jobRoutes(services),
    ...executionRoutes(services),
    ...taskRoutes(services),
    ...scheduleRoutes(services),
    ...namedScheduleRoutes(services),
    ...scheduleFiringRoutes(services),
    ...httpRoutes(services),
    ...registryRoutes(services),
    ...queueControlRoutes(services),
    ...secretRoutes(services),
    ...statsRoutes(services),
    ...webhookRoutes(services),
    ...auditRoutes(services),
    ...eventRoutes(feed),
  ];
}
