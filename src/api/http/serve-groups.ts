import { HttpError } from "./http-error.ts";
import { type MiddlewareOptions, withMiddlewares } from "./middlewares.ts";
import type { Requirements } from "./requirements.ts";
import { createRouteTable } from "./route-table.ts";
import type { RouteGroup } from "./served-route.ts";

/**
 * Creates the function that responds to every request. It never rejects, and turns each error into a problem document.
 * @param groups in any order, because no two routes match the same request
 * @returns a function that takes the request and the IP address of the other end of its connection
 */
export function serveGroups(
  groups: readonly RouteGroup[],
  options: MiddlewareOptions,
): (request: Request, peer: string) => Promise<Response> {
  const routes = groups.flatMap((group) => group.routes);
  const table = createRouteTable(routes);
  const app = withMiddlewares(routes, options);
  const { gate, clientAddress } = options;
  /** The other ends of the connections. Elysia passes on only the request. */
  const peers = new WeakMap<Request, string>();
  const admit = (request: Request, requires: Requirements) =>
    gate.admit(request, requires, clientAddress(request.headers, peers.get(request) ?? ""));
  for (const { method, path, requires, respond } of routes) {
    app.route(
      method,
      path,
      async ({ request, params, readBody }) => {
        const admitted = admit(request, requires);
        const caller = admitted instanceof Promise ? await admitted : admitted;
        return respond({ request, params: readParams(params), caller, readBody: () => readBody(requires.body) });
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
      async ({ request }) => {
        await admit(request, UNMATCHED);
        return table.respondToUnmatched(request);
      },
      { parse: "none" },
    );
  }
  return async (request, peer) => {
    peers.set(request, peer);
    return app.handle(request);
  };
}

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
