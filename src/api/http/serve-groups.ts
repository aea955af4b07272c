import type { Caller } from "../../domain/principal.ts";
import { createAdmittedStreams } from "./admitted-streams.ts";
import { actionOf, isChange } from "./audit-trail.ts";
import { checkBodyHead } from "./body-head.ts";
import type { Peer } from "./client.ts";
import { HttpError } from "./http-error.ts";
import { type MiddlewareOptions, withMiddlewares } from "./middlewares.ts";
import type { Requirements } from "./requirements.ts";
import { createRouteTable } from "./route-table.ts";
import type { RouteGroup } from "./served-route.ts";
import { nameRoute, traced } from "./traced-request.ts";

/**
 * Creates the function that responds to every request. It never rejects, and turns each error into a problem document.
 * @param groups in any order, because no two routes match the same request
 * @returns a function that takes the request and the other end of its connection
 */
export function serveGroups(
  groups: readonly RouteGroup[],
  options: MiddlewareOptions,
): (request: Request, peer: Peer) => Promise<Response> {
  const routes = groups.flatMap((group) => group.routes);
  const table = createRouteTable(routes);
  const { gate, trail, findClient, traces } = options;
  /** The other ends of the connections. Elysia passes on only the request. */
  const peers = new WeakMap<Request, Peer>();
  const clientOf = (request: Request) => findClient(request.headers, peers.get(request) ?? NO_PEER);
  const streams = createAdmittedStreams(options.limits.clock);
  const app = withMiddlewares(routes, options, clientOf);
  for (const route of routes) {
    const { method, path, requires, respond, refuse } = route;
    const changes = isChange(route);
    const action = actionOf(route);
    app.route(
      method,
      path,
      async ({ request, params, client, readBody }) => {
        nameRoute(traces.requests, path);
        let caller: Caller;
        try {
          const admitted = gate.admit(request, requires, client);
          caller = admitted instanceof Promise ? await admitted : admitted;
        } catch (error) {
          if (refuse === undefined) throw error;
          return refuse(error, request);
        }
        checkBodyHead(request, requires);
        const call = { request, params: readParams(params), caller, readBody: () => readBody(requires) };
        const response = changes
          ? await trail.change({ action, params: call.params }, caller, (draft) => respond({ ...call, draft }))
          : await respond(call);
        return streams.guard(response, caller, () => gate.recheck(request, requires, client));
      },
      // Elysia's parsers have no limits.
      { parse: "none" },
    );
  }
  // All other requests get a route too, so that they pass the same middlewares.
  const unmatched = [...table.hidden, { method: "ALL", path: "/*" }];
  for (const { method, path } of unmatched) {
    app.route(
      method,
      path,
      async ({ request, client }) => {
        await gate.admit(request, UNMATCHED, client);
        return table.respondToUnmatched(request);
      },
      { parse: "none" },
    );
  }
  return async (request, peer) => {
    peers.set(request, peer);
    return traced(request, traces.requests, () => app.handle(request));
  };
}

const NO_PEER: Peer = { address: "", secure: false };

/** What a request that matches no route requires: the routes are no secret, because the OpenAPI document is public. */
const UNMATCHED: Requirements = { access: "public", body: "ignored" };

/** Reads the parameters of a path. @throws {HttpError} 400 if an escape in the path is not valid */
function readParams(params: Readonly<Record<string, string | undefined>> | undefined): Record<string, string> {
  const read: Record<string, string> = {};
  // Undefined for a path without parameters.
  for (const [name, value] of Object.entries(params ?? {})) {
    if (typeof value !== "string") {
      const message = `The ${name} in the path can't be read: a % there is not followed by UTF-8 in hexadecimal digits.`;
      throw new HttpError(400, "BAD_PATH", message, { remedy: "Encode it as encodeURIComponent does." });
    }
    read[name] = value;
  }
  return read;
}
