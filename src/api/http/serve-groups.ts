import { type MiddlewareOptions, withMiddlewares } from "./middlewares.ts";
import { Refusal } from "./refusal.ts";
import { createRouteTable } from "./route-table.ts";
import type { RouteGroup } from "./served-route.ts";

/**
 * The function that responds to every request. It never rejects, and each of its errors is a problem document.
 * @param groups in any order: no two routes are for the same requests
 */
export function serveGroups(
  groups: readonly RouteGroup[],
  options: MiddlewareOptions,
): (request: Request) => Promise<Response> {
  const routes = groups.flatMap((group) => group.routes);
  const table = createRouteTable(routes);
  const app = withMiddlewares(routes, options);
  for (const { method, path, requires, respond } of routes) {
    app.route(
      method,
      path,
      async ({ request, params, readBody }) =>
        respond({ request, params: readParams(params), readBody: () => readBody(requires.body) }),
      // Elysia's parsers know no limits.
      { parse: "none" },
    );
  }
  // Everything else: a route of its own, so that it passes the same middlewares.
  const unmatched = [...table.hidden, { method: "ALL", path: "/*" }];
  for (const { method, path } of unmatched) {
    app.route(method, path, ({ request }) => table.refuse(request), { parse: "none" });
  }
  return async (request) => app.handle(request);
}

/** A path's parameters as texts. @throws {Refusal} 400 where an escape in the path stands for nothing */
function readParams(params: Readonly<Record<string, string | undefined>> | undefined): Record<string, string> {
  const read: Record<string, string> = {};
  // Elysia sets none for a path without any.
  for (const [name, value] of Object.entries(params ?? {})) {
    if (typeof value !== "string") {
      const message = `The ${name} in the path can't be read: a % there is not followed by UTF-8 in hexadecimal digits.`;
      throw new Refusal(400, "BAD_PATH", message, "Encode it as encodeURIComponent does.");
    }
    read[name] = value;
  }
  return read;
}
