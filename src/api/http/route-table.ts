import { nearest } from "../../lib/nearest.ts";
import { HttpError } from "./http-error.ts";

/** What identifies a route. Parameters of the path are written `:name`. */
export interface RouteName {
  method: string;
  path: string;
}

/** Finds out what to do with requests that match no route. */
export interface RouteTable {
  /**
   * Paths without parameters, with the methods that they lack but that a route with a parameter has: `GET /jobs/batch`
   * would otherwise look like a job with the id "batch".
   */
  hidden: readonly RouteName[];
  /**
   * Responds to a request that matches no route: to OPTIONS with the methods of the path.
   * @throws {HttpError} 405 if the path has other methods, else 404 with the nearest path
   */
  respondToUnmatched(request: Request): Response;
}

/** Every route for GET also serves HEAD (RFC 9110, section 9.3.2). */
const IMPLIED: Readonly<Record<string, readonly string[]>> = { GET: ["GET", "HEAD"] };

/** Creates the table of all routes. */
export function createRouteTable(routes: readonly RouteName[]): RouteTable {
  const methods = new Map<string, string[]>();
  for (const { method, path } of routes) {
    methods.set(path, [...(methods.get(path) ?? []), ...(IMPLIED[method] ?? [method])]);
  }

  function respondToUnmatched(request: Request): Response {
    const { pathname } = new URL(request.url);
    // `OPTIONS *` asks about the server in general.
    const isGeneral = pathname === "/*" && request.method === "OPTIONS";
    const exact = isGeneral ? [...methods.values()].flat() : methods.get(pathname);
    const found = exact ?? [...methods].flatMap(([pattern, names]) => (fits(pattern, pathname) ? names : []));
    // The method exists but the router did not find it, so the path is written in a form that the router does not know.
    if (found.length === 0 || found.includes(request.method)) throw nothingThere(pathname, methods.keys());
    const allow = [...new Set([...found, "OPTIONS"])].join(", ");
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    const message = `${JSON.stringify(pathname.slice(0, 200))} does not support ${request.method}.`;
    throw new HttpError(405, "METHOD_NOT_ALLOWED", message, { remedy: `Use ${allow}.`, headers: { allow } });
  }

  return { hidden: hiddenRoutes(methods), respondToUnmatched };
}

function hiddenRoutes(methods: ReadonlyMap<string, readonly string[]>): RouteName[] {
  const paths = [...methods.keys()];
  return paths
    .filter((path) => !path.includes(":"))
    .flatMap((path) => {
      const others = paths.filter((pattern) => pattern !== path && fits(pattern, path));
      const theirs = new Set(others.flatMap((pattern) => methods.get(pattern) ?? []));
      return [...theirs].filter((method) => !methods.get(path)?.includes(method)).map((method) => ({ method, path }));
    });
}

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith(":") || part === given[at]);
}

function nothingThere(path: string, patterns: Iterable<string>): HttpError {
  const shown = JSON.stringify(path.slice(0, 200));
  const near = nearestPath(path, patterns);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const remedy = "GET /openapi.json lists the routes.";
  return new HttpError(404, "ROUTE_NOT_FOUND", `There is nothing at ${shown}.${hint}`, { remedy });
}

/** Returns the nearest pattern, with its parameters replaced by the corresponding parts of the path. */
function nearestPath(path: string, patterns: Iterable<string>): string | undefined {
  const given = path.split("/");
  const filled = [...patterns].map((pattern) =>
    pattern
      .split("/")
      .map((part, at) => (part.startsWith(":") ? (given[at] ?? part) : part))
      .join("/"),
  );
  const others = filled.filter((one) => one !== path);
  return nearest(path, others) ?? others.find((one) => path.length > 1 && one.endsWith(path));
}
