import { nearest } from "../../lib/nearest.ts";
import { Refusal } from "./refusal.ts";

/** A route as far as finding it goes; parameters of the path as `:name`. */
export interface RouteName {
  method: string;
  path: string;
}

/** Knows which routes there are. */
export interface RouteTable {
  /**
   * Paths without parameters that a route with one would answer for in a method that is not theirs: `/jobs/batch`
   * looks like a job with the id "batch".
   */
  hidden: readonly RouteName[];
  /**
   * Answers a request that no route is for: OPTIONS with the methods of the path.
   * @throws {Refusal} 405 when the path is there with other methods, else 404 with the nearest path
   */
  refuse(request: Request): Response;
}

/** Every route for GET is one for HEAD too (RFC 9110, section 9.3.2). */
const IMPLIED: Readonly<Record<string, readonly string[]>> = { GET: ["GET", "HEAD"] };

export function createRouteTable(routes: readonly RouteName[]): RouteTable {
  const methods = new Map<string, string[]>();
  for (const { method, path } of routes) {
    methods.set(path, [...(methods.get(path) ?? []), ...(IMPLIED[method] ?? [method])]);
  }

  function refuse(request: Request): Response {
    const { pathname } = new URL(request.url);
    // OPTIONS of the server in general, whose target is an asterisk.
    const isGeneral = pathname === "/*" && request.method === "OPTIONS";
    const exact = isGeneral ? [...methods.values()].flat() : methods.get(pathname);
    const found = exact ?? [...methods].flatMap(([pattern, names]) => (fits(pattern, pathname) ? names : []));
    // A method that fits and was not found nevertheless: the path is written in a way that the router does not know.
    if (found.length === 0 || found.includes(request.method)) throw nothingThere(pathname, methods.keys());
    const allow = [...new Set([...found, "OPTIONS"])].join(", ");
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    const message = `${request.method} is not for ${JSON.stringify(pathname.slice(0, 200))}.`;
    throw new Refusal(405, "METHOD_NOT_ALLOWED", message, `Use ${allow}.`, { allow });
  }

  return { hidden: hiddenRoutes(methods), refuse };
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

function nothingThere(path: string, patterns: Iterable<string>): Refusal {
  const shown = JSON.stringify(path.slice(0, 200));
  const near = nearestPath(path, patterns);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const remedy = "GET /openapi.json lists the routes.";
  return new Refusal(404, "ROUTE_NOT_FOUND", `There is nothing at ${shown}.${hint}`, remedy);
}

/** The nearest pattern, its parameters filled with what the path has in their places. */
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
