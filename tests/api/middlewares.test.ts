import { beforeEach, expect, test } from "bun:test";
import { OPEN_ACCESS } from "../../src/access/access-control.ts";
import { createAccessCheck } from "../../src/api/http/access-check.ts";
import type { Deed } from "../../src/api/http/audit-trail.ts";
import { createBodyMemory } from "../../src/api/http/body-memory.ts";
import { createFindClient } from "../../src/api/http/client.ts";
import { createGate } from "../../src/api/http/gate.ts";
import { withMiddlewares } from "../../src/api/http/middlewares.ts";
import { serveGroups } from "../../src/api/http/serve-groups.ts";
import type { RouteGroup, ServedRoute } from "../../src/api/http/served-route.ts";
import type { AuditDraft } from "../../src/domain/audit.ts";
import type { Caller } from "../../src/domain/principal.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createTraces } from "../../src/telemetry/tracing/traces.ts";

const MAX_BYTES = 300_000;

let seen: string[];
let faults: unknown[];
beforeEach(() => {
  seen = [];
  faults = [];
});

const DRAFT: AuditDraft = { actor: "local", action: "test", target: null, address: "" };

const options = () => ({
  findClient: createFindClient(() => false),
  access: createAccessCheck({ host: "localhost", allowedHosts: [], allowedOrigins: ["https://friend.example"] }),
  gate: createGate({ control: OPEN_ACCESS }),
  trail: {
    change: async <T>(_deed: Deed, _caller: Caller, work: (draft: AuditDraft) => T | Promise<T>) => work(DRAFT),
  },
  traces: createTraces(),
  limits: { maxBytes: MAX_BYTES, timeoutMs: 1_000, clock: systemClock },
  bodyMemory: createBodyMemory(3 * MAX_BYTES),
  readJson: async (pieces: readonly Uint8Array[]) => JSON.parse(Buffer.concat(pieces).toString()),
  onResponse: (method: string, route: string, status: number) => void seen.push(`${method} ${route} ${status}`),
  onFault: (error: unknown) => void faults.push(error),
});

function serve(...routes: Partial<ServedRoute>[]) {
  const respond = () => new Response("done");
  const requires = { access: "read", body: "ignored" } as const;
  const group: RouteGroup = {
    name: "test",
    routes: routes.map((route) => ({ method: "GET", path: "/items/:id", requires, respond, ...route })),
  };
  const handle = serveGroups([group], options());
  return (request: Request) => handle(request, { address: "127.0.0.1", secure: false });
}

const ask = (path: string, init: RequestInit = {}) =>
  new Request(`http://localhost${path}`, { ...init, headers: { host: "localhost", ...init.headers } });

test("the middlewares have names, and each is there once", () => {
  const { event } = withMiddlewares([], options(), () => ({ address: "127.0.0.1", secure: false }));
  expect(event.transform?.length).toBe(5);
  expect(event.mapResponse?.length).toBe(6);
  expect(event.error?.length).toBe(1);
});

test("every request is counted once, under the name of its route", async () => {
  const handle = serve({}, { path: "/items/all", method: "POST", requires: { access: "write", body: "empty" } });
  await handle(ask("/items/1"));
  await handle(ask("/items/1", { method: "HEAD" }));
  await handle(ask("/nothing/here"));
  await handle(ask("/items/1", { method: "DELETE" }));
  // A path of its own, which is not an item with the id "all".
  await handle(ask("/items/all"));
  await handle(ask("/items/1", { headers: { origin: "https://foe.example" } }));
  await handle(ask("/nothing", { method: "PROPFIND", headers: { "content-length": "0" } }));
  expect(seen).toEqual([
    "GET /items/:id 200",
    "HEAD /items/:id 200",
    "GET unknown 404",
    "DELETE unknown 405",
    "GET unknown 405",
    "GET /items/:id 403",
    "other unknown 404",
  ]);
});

test("a request that access rejects reaches nothing else", async () => {
  let reached = false;
  const handle = serve({
    respond() {
      reached = true;
      return new Response("done");
    },
  });
  const response = await handle(ask("/items/1", { headers: { origin: "https://foe.example" } }));
  expect(response.status).toBe(403);
  expect(response.headers.has("access-control-allow-origin")).toBe(false);
  expect(reached).toBe(false);
});

test("an allowed page may read errors as well", async () => {
  const handle = serve({});
  const headers = { origin: "https://friend.example" };
  for (const path of ["/items/1", "/nothing"]) {
    const response = await handle(ask(path, { headers }));
    expect(response.headers.get("access-control-allow-origin")).toBe("https://friend.example");
  }
});

test("what a handler throws is a problem document, and a fault is reported once", async () => {
  const fault = new Error("secret");
  const handle = serve({
    respond: () => {
      throw fault;
    },
  });
  const response = await handle(ask("/items/1"));
  expect(response.status).toBe(500);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ code: "INTERNAL", status: 500 });
  expect(text).not.toContain("secret");
  expect(faults).toEqual([fault]);
});

test("the memory for a body is given back with the response, whatever it is", async () => {
  const handle = serve({
    method: "POST",
    path: "/items",
    requires: { access: "write", body: "json" },
    async respond({ readBody }) {
      await readBody();
      throw new Error("too bad");
    },
  });
  // Three of these may be worked on at once; all of them one after the other.
  const body = JSON.stringify("x".repeat(MAX_BYTES - 10));
  for (let n = 0; n < 5; n++) {
    const headers = { "content-type": "application/json" };
    expect((await handle(ask("/items", { method: "POST", body, headers }))).status).toBe(500);
  }
});

test("HEAD ends a stream of events, which GET keeps open", async () => {
  let cancelled = false;
  const stream = new ReadableStream({
    cancel() {
      cancelled = true;
    },
  });
  const handle = serve({
    respond: () => new Response(stream, { headers: { "content-type": "text/event-stream" } }),
  });
  const response = await handle(ask("/items/1", { method: "HEAD" }));
  expect(response.status).toBe(200);
  expect(cancelled).toBe(true);
});
