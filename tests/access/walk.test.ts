/** Every route, field, stream and page, as everybody. A new one without an entry fails here. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from "graphql";
import { createSchema } from "../../src/api/graphql/schema.ts";
import type { ServedRoute } from "../../src/api/http/served-route.ts";
import { apiRoutes } from "../../src/api/routes.ts";
import { ROLES, type Role, roleIncludes } from "../../src/domain/principal.ts";
import { createServices } from "../../src/service/services.ts";
import { startServer, type TestServer } from "../api/start-server.ts";
import { eventually } from "../support/eventually.ts";
import { badCallers, type Callers, goodCallers, keyHeader } from "./credentials.ts";
import { FIELDS, ROUTES } from "./expected-roles.ts";

let server: TestServer;
let good: Record<Role, Record<string, string>[]>;
let bad: Callers;
let limitedAdmin: Record<string, string>;
beforeAll(async () => {
  server = await startServer({ working: false, access: true });
  good = await goodCallers(server);
  bad = await badCallers(server);
  limitedAdmin = await keyHeader(server, "limited-admin", "admin", { tasks: ["addition"] });
  const expired = bad["an expired key"] ?? {};
  await eventually(async () => (await statusOf("GET", "/api/v1/jobs", expired)) === 401);
});
afterAll(() => server[Symbol.asyncDispose]());

function routes(): ServedRoute[] {
  const none = {} as never;
  const services = createServices(server.deps);
  const { groups } = apiRoutes({
    ...server.deps,
    services,
    feed: none,
    logFeed: none,
    metrics: none,
    limitedTo: none,
    trail: none,
  });
  return groups.flatMap((group) => group.routes);
}

async function send(method: string, path: string, headers: Record<string, string>, body = "{}"): Promise<Response> {
  const abort = new AbortController();
  const response = await fetch(`${server.url}${path.replace(/:\w+/g, "1")}`, {
    method,
    redirect: "manual",
    signal: abort.signal,
    headers: { "content-type": "application/json", ...headers },
    ...(method === "GET" ? {} : { body }),
  });
  // Streams do not end by themselves.
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) abort.abort();
  return response;
}

async function statusOf(method: string, path: string, headers: Record<string, string>): Promise<number> {
  return (await send(method, path, headers)).status;
}

test("the table has every route, and no other", () => {
  expect(Object.keys(ROUTES).sort()).toEqual(
    routes()
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
  );
});

test("nobody who is unknown gets more than what is public", async () => {
  const wrong: string[] = [];
  for (const [route, needed] of Object.entries(ROUTES)) {
    const [method = "", path = ""] = route.split(" ");
    for (const [who, headers] of Object.entries(bad)) {
      const response = await send(method, path, headers);
      const isRefused = response.status === 401 && response.headers.get("www-authenticate")?.startsWith("Bearer");
      if ((isRefused === true) === (needed === "public")) wrong.push(`${route} as ${who}: ${response.status}`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

test("every role gets what it may, and 403 for the rest", async () => {
  const wrong: string[] = [];
  for (const [route, needed] of Object.entries(ROUTES)) {
    if (needed === "public") continue;
    const [method = "", path = ""] = route.split(" ");
    for (const role of ROLES) {
      for (const headers of good[role]) {
        const status = await statusOf(method, path, headers);
        const isAllowed = status !== 401 && status !== 403;
        if (isAllowed !== roleIncludes(role, needed)) wrong.push(`${route} as ${role}: ${status}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

/** What an admin alone gets, and concerns one task: a limited admin gets it for the own ones. */
const OF_ONE_TASK = new Set(["PATCH /api/v1/tasks/:task"]);

test("an admin who is limited to some tasks gets nothing that an admin alone gets and concerns others", async () => {
  for (const [route, needed] of Object.entries(ROUTES)) {
    if (needed !== "admin") continue;
    const [method = "", path = ""] = route.split(" ");
    const body = OF_ONE_TASK.has(route) ? '{"enabled":true}' : "{}";
    const { status } = await send(method, path.replace(":task", "sleeping"), limitedAdmin, body);
    expect([route, status]).toEqual([route, OF_ONE_TASK.has(route) ? 404 : 403]);
  }
});

test("access is checked before the body is read", async () => {
  const viewer = good.viewer[0] ?? {};
  for (const [headers, status] of [
    [{}, 401],
    [viewer, 403],
  ] as const) {
    const body = endlessBody();
    const response = await fetch(`${server.url}/api/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    expect(response.status).toBe(status);
  }
});

test("access is checked before anything about the body", async () => {
  const boundary = "multipart/form-data; boundary=x";
  const viewer = good.viewer[0] ?? {};
  const requests = [
    ["POST", "/api/v1/jobs", { "content-type": "application/x-www-form-urlencoded" }],
    ["POST", "/api/v1/jobs", { "content-type": "text/plain" }],
    ["POST", "/api/v1/jobs", { "content-type": boundary }],
    ["DELETE", "/api/v1/jobs/1", { "content-type": "application/x-www-form-urlencoded" }],
    ["PUT", "/api/v1/secrets/one", { "content-type": "text/plain" }],
    ["POST", "/api/v1/jobs", { "content-encoding": "gzip" }],
    ["POST", "/api/v1/jobs", { expect: "the-best" }],
  ] as const;
  for (const [method, path, headers] of requests) {
    expect([headers, await statusOf(method, path, headers)]).toEqual([headers, 401]);
    expect([headers, await statusOf(method, path, { ...headers, ...viewer })]).toEqual([headers, 403]);
  }
  expect(await statusOf("POST", "/graphql", { "content-type": "text/plain" })).toBe(401);
  expect(await statusOf("POST", "/graphql", { "content-type": "text/plain", ...viewer })).toBe(415);
  const operator = good.operator[0] ?? {};
  expect(await statusOf("POST", "/api/v1/jobs", { "content-type": "text/plain", ...operator })).toBe(415);
  expect(await statusOf("GET", "/api/v1/jobs", { expect: "the-best", ...viewer })).toBe(417);
});

test("a foreign page with a cookie is refused, whatever it sends", async () => {
  for (const headers of good.admin.filter((one) => "cookie" in one)) {
    for (const type of ["text/plain", "application/json"]) {
      const sent = { origin: "https://evil.example", "content-type": type, ...headers };
      expect(await statusOf("POST", "/api/v1/jobs", sent)).toBe(403);
    }
  }
});

/** A body whose end never comes. */
function endlessBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"task":')) });
}

type RootField = GraphQLField<unknown, unknown>;

function fields(): [kind: string, field: RootField][] {
  const schema = createSchema();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((type) =>
    Object.values(type?.getFields() ?? {}).map((field): [string, RootField] => [type?.name ?? "", field]),
  );
}

/** A document with the field, its required arguments and the name of its type. */
function documentOf(kind: string, field: RootField): string {
  const args = field.args
    .filter(({ type }) => isNonNullType(type))
    .map(({ name, type }) => `${name}: ${literalOf(type)}`);
  const selection = isLeafType(getNamedType(field.type)) ? "" : " { __typename }";
  return `${kind.toLowerCase()} { ${field.name}${args.length === 0 ? "" : `(${args.join(", ")})`}${selection} }`;
}

function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return `[${literalOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? "";
  if (isInputObjectType(type)) {
    const members = Object.values(type.getFields()).filter((member) => isNonNullType(member.type));
    return `{${members.map((member) => `${member.name}: ${literalOf(member.type)}`).join(", ")}}`;
  }
  if (["Int", "Float"].includes(type.name)) return "1";
  if (type.name === "Boolean") return "true";
  return type.name === "DateTime" ? '"2026-01-01T00:00:00Z"' : '"1"';
}

test("the table has every field, and no other", () => {
  expect(Object.keys(FIELDS).sort()).toEqual(
    fields()
      .map(([kind, { name }]) => `${kind}.${name}`)
      .sort(),
  );
});

test("every field of GraphQL serves the roles that may use it", async () => {
  const wrong: string[] = [];
  for (const [kind, field] of fields()) {
    const needed = FIELDS[`${kind}.${field.name}`] ?? "admin";
    const body = JSON.stringify({ query: documentOf(kind, field) });
    const accept = kind === "Subscription" ? { accept: "text/event-stream" } : {};
    for (const role of ROLES) {
      const abort = new AbortController();
      const response = await fetch(`${server.url}/graphql`, {
        method: "POST",
        body,
        signal: abort.signal,
        headers: { "content-type": "application/json", ...accept, ...good[role][0] },
      });
      const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
      const isRefused = await refuses(response, isStream && roleIncludes(role, needed));
      abort.abort();
      if (isRefused === roleIncludes(role, needed)) wrong.push(`${kind}.${field.name} as ${role}`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

async function refuses(response: Response, isOpenStream: boolean): Promise<boolean> {
  if (isOpenStream) return false;
  return (await response.text()).includes('"FORBIDDEN"');
}

test("the challenge says whether a credential was sent that is not accepted", async () => {
  const challenge = async (headers: Record<string, string>, path = "/api/v1/jobs") =>
    (await send("GET", path, headers)).headers.get("www-authenticate");
  const plain = 'Bearer realm="ratchet"';
  for (const path of ["/api/v1/jobs", "/graphql", "/playground"]) {
    for (const who of ["an expired key", "a revoked key", "a key of another server", "a session that was left"]) {
      expect([who, await challenge(bad[who] ?? {}, path)]).toEqual([who, `${plain}, error="invalid_token"`]);
    }
    for (const who of ["nobody", "a user name and a password", "an empty credential"]) {
      expect([who, await challenge(bad[who] ?? {}, path)]).toEqual([who, plain]);
    }
  }
});

test("GraphQL tells nobody anything but UNAUTHENTICATED", async () => {
  for (const headers of Object.values(bad)) {
    const response = await send(
      "POST",
      "/graphql",
      headers,
      JSON.stringify({ query: "{ __schema { types { name } } }" }),
    );
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
  }
});
