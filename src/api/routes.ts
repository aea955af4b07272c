import type { OidcLogin } from "../access/oidc/login.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Clock } from "../lib/clock.ts";
import { keptByLabels } from "../service/scope/limited-views.ts";
import type { Metrics } from "../telemetry/metrics/metrics.ts";
import type { GraphqlDependencies } from "./graphql/context.ts";
import { graphqlRoutes } from "./graphql/graphql-routes.ts";
import type { Route } from "./http/route.ts";
import type { RouteGroup } from "./http/served-route.ts";
import { openApiDocument } from "./openapi/document.ts";
import { createDashboardFiles } from "./pages/dashboard-archive.ts";
import { oidcRoutes } from "./pages/oidc-routes.ts";
import { pageRoutes } from "./pages/page-routes.ts";
import { hookRoutes } from "./rest/hooks.ts";
import { systemRoutes } from "./rest/system.ts";
import { restRoutes } from "./rest-routes.ts";

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
  const files = createDashboardFiles();
  const forms = { setup: deps.services.setup, provider: deps.oidcLogin?.providerHost, files };
  const groups = [
    { name: "rest", routes: rest },
    { name: "hooks", routes: hooks },
    { name: "system", routes: system },
    { name: "graphql", routes: graphqlRoutes(deps) },
    {
      name: "pages",
      routes: [
        ...pageRoutes(openApi, forms),
        ...oidcRoutes(deps.oidcLogin, deps.services, { trail: deps.trail, files }),
      ],
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
