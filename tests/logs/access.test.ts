/** Who sees which lines. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { keyHeader } from "../access/credentials.ts";
import { startServer, type TestServer } from "../api/start-server.ts";
import { eventually } from "../support/eventually.ts";

let server: TestServer;
let admin: Record<string, string>;
let viewer: Record<string, string>;
let limited: Record<string, string>;
let nothing: Record<string, string>;
let own: number;
let foreign: number;
let last: number;
beforeAll(async () => {
  server = await startServer({ working: false, access: true });
  admin = await keyHeader(server, "all", "admin");
  viewer = await keyHeader(server, "viewer", "viewer");
  limited = await keyHeader(server, "few", "viewer", { tasks: ["addi*"] });
  nothing = await keyHeader(server, "none", "admin", { tasks: ["nothing-like-it"] });
  await eventually(async () => (await server.call("GET", "/api/v1/logs")).status === 401);
  const { store } = server.deps;
  const ids = { jobId: null, executionId: null, traceId: null };
  own = (await store.tasks.byLabel("addition"))?.id ?? 0;
  foreign = (await store.tasks.byLabel("sleeping"))?.id ?? 0;
  const line = (message: string, taskId: number | null) =>
    ({ ...ids, time: 1, level: "info", message, taskId }) as const;
  await store.logs.append([line("user ada", null), line("own", own), line("foreign", foreign)]);
  last = (await store.logs.bounds()).last;
});
afterAll(() => server[Symbol.asyncDispose]());

const list = async (who: Record<string, string>, query = ""): Promise<string[]> => {
  const { body } = await server.call("GET", `/api/v1/logs${query}`, undefined, who);
  return body.items.map(({ message }: { message: string }) => message);
};

test("admins see everything, viewers what concerns a task, limited callers what concerns theirs", async () => {
  expect(await list(admin)).toEqual(["foreign", "own", "user ada"]);
  expect(await list(viewer)).toEqual(["foreign", "own"]);
  expect(await list(limited)).toEqual(["own"]);
  expect(await list(nothing)).toEqual([]);
  expect(await list(viewer, "?grep=ada")).toEqual([]);
  expect(await list(limited, "?grep=o")).toEqual(["own"]);
  const { status } = await server.call("GET", "/api/v1/logs?task=sleeping", undefined, limited);
  expect(status).toBe(404);
});

test("GraphQL shows the same", async () => {
  const query = "{ logs { items { message } } }";
  const of = async (who: Record<string, string>) =>
    (await server.call("POST", "/graphql", { query }, who)).body.data.logs.items.map(
      ({ message }: { message: string }) => message,
    );
  expect(await of(admin)).toHaveLength(3);
  expect(await of(viewer)).toEqual(["foreign", "own"]);
  expect(await of(limited)).toEqual(["own"]);
});

test("the stream shows the same", async () => {
  const of = async (who: Record<string, string>) => {
    const response = await fetch(`${server.url}/api/v1/logs/stream?lastEventId=${last - 3}`, { headers: who });
    expect(response.status).toBe(200);
    let seen = "";
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      seen += new TextDecoder().decode(chunk);
      if (seen.includes("event: lines")) break;
    }
    return [...seen.matchAll(/"message":"([^"]*)"/g)].map(([, message]) => message ?? "");
  };
  expect(await of(admin)).toEqual(["user ada", "own", "foreign"]);
  expect(await of(viewer)).toEqual(["own", "foreign"]);
  expect(await of(limited)).toEqual(["own"]);
});
