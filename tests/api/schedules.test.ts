import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("sum", "({ a, b }) => a + b");
  const schema = { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] };
  writeFileSync(join(place.folder, "tasks/sum/input.schema.json"), JSON.stringify(schema));
  server = await place.serve();
});
afterAll(() => place[Symbol.dispose]());

let made = 0;
async function create(more: JsonObject = {}): Promise<JsonObject> {
  const request = { name: `s${++made}`, task: "sum", input: { a: 1, b: 2 }, every: "10h", ...more };
  const { status, body } = await server.call("POST", "/api/v1/schedules", request);
  expect(status).toBe(201);
  return body;
}

const total = async (path: string) => ((await server.call("GET", path)).body.items as JsonObject[]).length;

test("every action without a body rejects one, and does nothing", async () => {
  const { body: document } = await server.call("GET", "/openapi.json");
  const { id } = await create({ enabled: false });
  let checked = 0;
  for (const [path, methods] of Object.entries(document.paths as Record<string, JsonObject>)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (method === "get" || (operation as JsonObject).requestBody !== undefined || !path.startsWith("/api/"))
        continue;
      const target = path.replace(/\{\w+\}/g, String(id));
      for (const body of [{ bogus: 1 }, [], null, 5, "text"]) {
        const { status, body: problem } = await server.call(method.toUpperCase(), target, body);
        expect({ method, path, status, code: problem.code }).toEqual({ method, path, status: 400, code: "USAGE" });
      }
      checked += 1;
    }
  }
  expect(checked).toBeGreaterThanOrEqual(7);
  expect((await server.call("GET", `/api/v1/schedules/${id}`)).body).toMatchObject({ enabled: false });
  const { body } = await server.call("POST", `/api/v1/schedules/${id}/resume`, { "a/b": 1 });
  expect(body.errors).toEqual([{ pointer: "/a~1b", message: "is unknown here" }]);
  expect((await server.call("POST", `/api/v1/schedules/${id}/resume`, {})).status).toBe(200);
});

test("actions with a body reject unknown members", async () => {
  const { id } = await create();
  const before = await total("/api/v1/jobs?limit=1000");
  for (const action of ["trigger", "pause", "backfill"]) {
    const { status } = await server.call("POST", `/api/v1/schedules/${id}/${action}`, { bogus: 1 });
    expect(status).toBe(400);
  }
  expect(await total("/api/v1/jobs?limit=1000")).toBe(before);
});

test("a trigger accepts a valid input and does not change the schedule's own", async () => {
  const { id } = await create();
  const { status, body } = await server.call("POST", `/api/v1/schedules/${id}/trigger`, { input: { a: 5, b: 6 } });
  expect(status).toBe(201);
  const job = await server.until(`/api/v1/jobs/${body.id}`, ({ finishedAt }) => finishedAt !== null);
  expect(job).toMatchObject({ status: "completed", output: 11, input: { a: 5, b: 6 } });
  const wrong = await server.call("POST", `/api/v1/schedules/${id}/trigger`, { input: { a: "x", b: 1 } });
  expect(wrong.status).toBe(422);
  expect((wrong.body.errors as JsonObject[])[0]?.pointer).toBe("/input/a");
  const own = await server.call("POST", `/api/v1/schedules/${id}/trigger`);
  expect(own.body).toMatchObject({ input: { a: 1, b: 2 } });
});

test("a trigger by GraphQL accepts an input too", async () => {
  const { id } = await create();
  const trigger = async (inputData: unknown) => {
    const query =
      "mutation ($id: Int!, $inputData: JSON) { triggerSchedule(id: $id, inputData: $inputData) { input } }";
    return (await server.call("POST", "/graphql", { query, variables: { id: id ?? 0, inputData } as JsonObject })).body;
  };
  expect(await trigger({ a: 7, b: 8 })).toEqual({ data: { triggerSchedule: { input: { a: 7, b: 8 } } } });
  expect(JSON.stringify(await trigger({ a: 7 }))).toContain("INVALID_INPUT");
});

test("PUT replaces a schedule; omitted members get their defaults", async () => {
  const { id, name } = await create({
    overlap: "allow_all",
    catchUpWindow: "5m",
    jitter: "3s",
    startAt: "2026-01-01T00:00:00Z",
    endAt: "2226-01-01T00:00:00Z",
    pauseOnFailure: true,
    priority: "high",
    enabled: false,
  });
  const path = `/api/v1/schedules/${id}`;
  const put = { name: String(name), task: "sum", cron: "0 2 * * *", timezone: "Europe/Berlin", input: { a: 3, b: 4 } };
  const replaced = await server.call("PUT", path, put);
  expect(replaced.status).toBe(200);
  const fresh = await create({ ...put, name: `like ${name}`, every: undefined as never });
  const { id: _, name: __, createdAt: ___, updatedAt: ____, ...expected } = fresh;
  expect(replaced.body).toMatchObject(expected);
  expect((await server.call("PUT", path, { ...put, startAt: null, endAt: null, version: null })).status).toBe(200);
  for (const missing of ["name", "task"]) {
    const { [missing]: _dropped, ...rest } = put as JsonObject;
    expect((await server.call("PUT", path, rest)).status).toBe(400);
  }
  expect((await server.call("PUT", path, { name: String(name), task: "sum" })).status).toBe(422);
  expect((await server.call("PUT", "/api/v1/schedules/999999", put)).status).toBe(404);
  const patched = await server.call("PATCH", path, { priority: "low" });
  expect(patched.body).toMatchObject({ priority: "low", cron: "0 2 * * *", timezone: "Europe/Berlin" });
});
