/** Schedules by their names: PUT creates or replaces, and a name leads to a schedule wherever an id does. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startServer, type TestServer } from "./start-server.ts";

const INPUT = { num1: 1, num2: 2 };
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

const byName = (name: string) => `/api/v1/schedules/by-name/${encodeURIComponent(name)}`;

test("PUT creates, then replaces; omitted members get their defaults", async () => {
  const path = byName("nightly / Zürich");
  const first = await server.call("PUT", path, { task: "addition", every: "5m", input: INPUT, jitter: "2s" });
  expect([first.status, first.body.name, first.body.jitter]).toEqual([201, "nightly / Zürich", 2_000]);
  expect(first.headers.get("location")).toBe(`/api/v1/schedules/${first.body.id}`);
  const second = await server.call("PUT", path, { task: "addition", cron: "0 2 * * *", input: INPUT });
  expect([second.status, second.body.id, second.body.jitter]).toEqual([200, first.body.id, 0]);
  expect((await server.call("GET", path)).body).toEqual(second.body);
  expect((await server.call("DELETE", path)).status).toBe(204);
  const gone = await server.call("GET", path);
  expect([gone.status, gone.body.code, gone.body.data]).toEqual([
    404,
    "SCHEDULE_NOT_FOUND",
    { name: "nightly / Zürich" },
  ]);
});

test("many at once create one schedule", async () => {
  const put = () => server.call("PUT", byName("busy"), { task: "addition", every: "5m", input: INPUT });
  const replies = await Promise.all(Array.from({ length: 8 }, put));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
});

test("a body with another name is an error, and errors point into the body", async () => {
  const other = await server.call("PUT", byName("mine"), {
    name: "yours",
    task: "addition",
    every: "5m",
    input: INPUT,
  });
  expect([other.status, other.body.errors[0].pointer]).toEqual([400, "/name"]);
  const bad = await server.call("PUT", byName("mine"), {
    task: "addition",
    every: "5m",
    input: { num1: "x", num2: 2 },
  });
  expect([bad.status, bad.body.errors[0].pointer]).toEqual([422, "/input/num1"]);
  const short = await server.call("PUT", byName("mine"), { task: "addition", every: "1ms", input: INPUT });
  expect([short.status, short.body.errors[0].pointer]).toEqual([422, "/every"]);
});

test("a name works instead of an id", async () => {
  const { body } = await server.call("PUT", byName("hourly"), { task: "addition", cron: "@hourly", input: INPUT });
  const path = "/api/v1/schedules/hourly";
  expect((await server.call("GET", path)).body.id).toBe(body.id);
  expect((await server.call("PATCH", path, { jitter: "1s" })).body).toMatchObject({ id: body.id, jitter: 1_000 });
  expect((await server.call("POST", `${path}/pause`)).body.enabled).toBe(false);
  expect((await server.call("POST", `${path}/resume`)).body.enabled).toBe(true);
  expect((await server.call("POST", `${path}/trigger`)).body.scheduleId).toBe(body.id);
  expect((await server.call("GET", `${path}/next?count=2`)).body.items).toHaveLength(2);
  expect((await server.call("GET", `${path}/firings`)).body.items).toHaveLength(1);
  const range = { from: "2026-01-01T00:00:00Z", to: "2026-01-01T02:00:00Z" };
  expect((await server.call("POST", `${path}/backfill`, range)).body.items).toHaveLength(3);
  expect((await server.call("GET", "/api/v1/schedules/unknown/next")).status).toBe(404);
});

test("a name of digits is found by its own route", async () => {
  const { body } = await server.call("PUT", byName("17"), { task: "addition", every: "1h", input: INPUT });
  expect((await server.call("GET", byName("17"))).body.id).toBe(body.id);
  expect((await server.call("GET", "/api/v1/schedules/17")).status).toBe(404);
});

test("a name of white space is rejected for that, not for its length", async () => {
  const plan = { task: "addition", every: "5m", input: { num1: 1, num2: 2 } };
  const { status, body } = await server.call("PUT", "/api/v1/schedules/by-name/%20", plan);
  expect([status, body.detail]).toEqual([422, "The name consists of white space only."]);
});
