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
  const routes = apiRoutes({
    ...server.deps,
    services: createServices(server.deps),
    feed: none,
    logFeed: none,
    metrics: none,
    limitedTo: none,
    trail: none,
  });
  groups = Object.fromEntries(routes.groups.map(({ name, routes }) => [name, routes]));
});
afterAll(() => server[Symbol.asyncDispose]());

const all = () => Object.values(groups).flat();
const named = (routes: readonly ServedRoute[] = []) => routes.map(({ method, path }) => `${method} ${path}`);

test("routes are in five groups", () => {
  expect(Object.keys(groups)).toEqual(["rest", "hooks", "system", "graphql", "pages"]);
  for (const { path } of groups.rest ?? []) expect(path).toStartWith("/api/v1/");
  expect(named(groups.hooks)).toEqual(["POST /hooks/:name"]);
  expect(named(groups.system)).toEqual(["GET /health", "GET /ready", "GET /version", "GET /metrics"]);
  expect(named(groups.graphql)).toEqual(["GET /graphql", "POST /graphql"]);
});

test("only pages, signed deliveries and the state of the server are public", () => {
  const open = all().filter(({ requires }) => requires.access === "public");
  expect(named(open)).toEqual([
    "POST /api/v1/login",
    "POST /api/v1/logout",
    "POST /api/v1/setup",
    "POST /hooks/:name",
    "GET /health",
    "GET /ready",
    "GET /version",
    "GET /assets/:name",
    "GET /login",
    "GET /setup",
    "GET /login/form.js",
    "GET /openapi.json",
    "GET /api/v1/openapi.json",
    "GET /docs",
    "GET /docs/start.js",
    "GET /docs/swagger-ui.js",
    "GET /docs/swagger-ui.css",
  ]);
});

test("a server without users serves its state and its set-up", () => {
  const first = all().filter(({ requires }) => requires.duringSetup === true);
  expect(named(first)).toEqual([
    "POST /api/v1/setup",
    "GET /health",
    "GET /assets/:name",
    "GET /setup",
    "GET /login/form.js",
  ]);
});

test("who is limited to some tasks gets nothing about all of them", () => {
  const wide = all().filter(({ requires }) => requires.allTasks === true);
  expect(named(wide)).toEqual([
    "GET /api/v1/http/origins",
    "GET /api/v1/registry/sources",
    "GET /api/v1/registry/cache",
    "GET /metrics",
  ]);
});

test("what changes something requires more than reading", () => {
  const reads = all().filter(({ method, requires }) => method !== "GET" && requires.access === "read");
  expect(named(reads)).toEqual([
    "POST /api/v1/jobs/:id/explain",
    "POST /api/v1/tasks/:task/validate",
    "POST /api/v1/schedules/preview",
    // Each field of GraphQL has a requirement of its own.
    "POST /graphql",
  ]);
  const strict = all().filter(
    ({ method, requires }) => method === "GET" && !["public", "read"].includes(requires.access),
  );
  expect(named(strict)).toEqual([
    "GET /api/v1/users",
    "GET /api/v1/users/:name",
    "GET /api/v1/keys",
    "GET /api/v1/secrets",
    "GET /api/v1/settings",
    "GET /api/v1/notifications/rules",
    "GET /api/v1/notifications/rules/:id",
    "GET /api/v1/notifications/deliveries",
    "GET /api/v1/audit",
  ]);
});

test("only an admin handles users, keys and configuration", () => {
  expect(named(all().filter(({ requires }) => requires.access === "admin"))).toEqual([
    "GET /api/v1/users",
    "POST /api/v1/users",
    "GET /api/v1/users/:name",
    "PATCH /api/v1/users/:name",
    "DELETE /api/v1/users/:name",
    "GET /api/v1/keys",
    "POST /api/v1/keys",
    "DELETE /api/v1/keys/:name",
    "POST /api/v1/keys/:name/rotate",
    "PATCH /api/v1/tasks/:task",
    "POST /api/v1/registry/sources/refresh",
    "POST /api/v1/registry/sources/:name/refresh",
    "GET /api/v1/secrets",
    "PUT /api/v1/secrets/:name",
    "DELETE /api/v1/secrets/:name",
    "GET /api/v1/settings",
    "POST /api/v1/notifications/rules",
    "GET /api/v1/notifications/rules",
    "GET /api/v1/notifications/rules/:id",
    "PATCH /api/v1/notifications/rules/:id",
    "DELETE /api/v1/notifications/rules/:id",
    "POST /api/v1/notifications/rules/:id/test",
    "GET /api/v1/notifications/deliveries",
    "GET /api/v1/audit",
  ]);
});

test("a route that changes something reads its body to the end", () => {
  for (const { method, requires } of all()) expect(requires.body === "ignored").toBe(method === "GET");
});
