import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ServedRoute } from "../../src/api/http/served-route.ts";
import { apiRoutes } from "../../src/api/routes.ts";
import { createServices } from "../../src/service/services.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
let groups: Record<string, readonly ServedRoute[]>;
beforeAll(async () => {
  server = await startServer({ working: false });
  const none = {} as never;
  const routes = apiRoutes({ ...server.deps, services: createServices(server.deps), feed: none, metrics: none });
  groups = Object.fromEntries(routes.groups.map(({ name, routes }) => [name, routes]));
});
afterAll(() => server[Symbol.asyncDispose]());

const all = () => Object.values(groups).flat();
const named = (routes: readonly ServedRoute[] = []) => routes.map(({ method, path }) => `${method} ${path}`);

test("routes are in four groups", () => {
  expect(Object.keys(groups)).toEqual(["rest", "system", "graphql", "pages"]);
  for (const { path } of groups.rest ?? []) expect(path).toStartWith("/api/v1/");
  expect(named(groups.system)).toEqual(["GET /health", "GET /ready", "GET /version", "GET /metrics"]);
  expect(named(groups.graphql)).toEqual(["GET /graphql", "POST /graphql"]);
});

test("only pages and the state of the server are public", () => {
  const open = all().filter(({ requires }) => requires.access === "public");
  expect(named(open)).toEqual(["GET /health", "GET /ready", "GET /version", ...named(groups.pages)]);
});

test("what changes something requires more than reading", () => {
  const reads = all().filter(({ method, requires }) => method !== "GET" && requires.access === "read");
  expect(named(reads)).toEqual([
    "POST /api/v1/jobs/:id/explain",
    "POST /api/v1/tasks/:task/validate",
    "POST /api/v1/schedules/preview",
  ]);
  const strict = all().filter(
    ({ method, requires }) => method === "GET" && !["public", "read"].includes(requires.access),
  );
  expect(named(strict)).toEqual(["GET /api/v1/secrets"]);
});

test("only an administrator changes what all jobs depend on", () => {
  expect(named(all().filter(({ requires }) => requires.access === "admin"))).toEqual([
    "PATCH /api/v1/tasks/:task",
    "POST /api/v1/registry/sources/refresh",
    "POST /api/v1/registry/sources/:name/refresh",
    "POST /api/v1/queue/pause",
    "POST /api/v1/queue/resume",
    "PUT /api/v1/queue/limits",
    "GET /api/v1/secrets",
    "PUT /api/v1/secrets/:name",
    "DELETE /api/v1/secrets/:name",
  ]);
});

test("a route that changes something reads its body to the end", () => {
  for (const { method, requires } of all()) expect(requires.body === "ignored").toBe(method === "GET");
});
