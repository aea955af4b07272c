import { Elysia } from "elysia";
import type { RouteName } from "../route-table.ts";

/**
 * Gets each request once its response is there.
 * @param route with parameters as names; "unknown" when there is no such route
 * @param startedAt as `performance.now()` had it
 */
export type RequestObserver = (method: string, route: string, status: number, startedAt: number) => void;

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts requests and measures how long they take. */
export function metrics(routes: readonly RouteName[], onResponse: RequestObserver) {
  const known = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  const nameOf = (method: string, path: string): string =>
    known.has(`${method === "HEAD" ? "GET" : method} ${path}`) ? path : "unknown";
  return new Elysia({ name: "metrics" })
    .derive({ as: "global" }, () => ({ startedAt: performance.now() }))
    .mapResponse({ as: "global" }, ({ request, route, startedAt, responseValue }) => {
      const { method } = request;
      const { status } = responseValue as Response;
      // Stats are kept for each method: callers must not be able to invent more of them.
      onResponse(METHODS.has(method) ? method : "other", nameOf(method, route), status, startedAt);
    });
}
