import { Elysia } from "elysia";
import type { RouteName } from "../route-table.ts";

/**
 * Called for each request when its response is ready.
 * @param route the path with the names of its parameters; "unknown" if no route matches
 * @param startedAt from `performance.now()`
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
      // Each method has its own counters, so callers must not be able to invent methods.
      onResponse(METHODS.has(method) ? method : "other", nameOf(method, route), status, startedAt);
    });
}
