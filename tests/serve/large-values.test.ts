import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
/** Far beyond what is handled on the spot. */
const LARGE = { b: Array.from({ length: 100_000 }, (_, at) => ({ at })), a: "é漢😀" };
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  place.writeTask("twice", "(n) => [...Array(n).keys(), 7]");
  place.write("tasks/twice/output.schema.json", '{"uniqueItems":true}');
  place.write(
    "tasks/echo/input.schema.json",
    '{"properties":{"b":{"items":{"properties":{"at":{"type":"integer"}}}}}}',
  );
  server = await place.serve();
});
afterAll(() => place[Symbol.dispose]());

const ended = (id: unknown) => server.until(`/api/v1/jobs/${id}`, ({ finishedAt }) => finishedAt !== null);

test("a large input passes through a job unchanged, and every view shows it", async () => {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task: "echo", input: LARGE });
  expect([status, body.input]).toEqual([201, LARGE]);
  const job = await ended(body.id);
  expect([job.status, job.input, job.output]).toEqual(["completed", LARGE, LARGE]);
  const { items } = (await server.call("GET", "/api/v1/jobs")).body as { items: JsonObject[] };
  expect(items[0]?.input).toEqual(LARGE);
  const execution = (await server.call("GET", `/api/v1/executions/${job.executionId}`)).body;
  expect([execution.input, execution.output]).toEqual([LARGE, LARGE]);
  const query = `{ job(id: ${body.id}) { input output } }`;
  expect((await server.call("POST", "/graphql", { query })).body).toEqual({
    data: { job: { input: LARGE, output: LARGE } },
  });
});

test("a large input passes through GraphQL variables and through a batch", async () => {
  const { id } = (await server.call("GET", "/api/v1/tasks/echo")).body;
  const query = "mutation($id: Int!, $d: JSON) { executeTaskDirect(taskId: $id, inputData: $d) { output } }";
  for (const d of [LARGE, JSON.stringify(LARGE)]) {
    const { body } = await server.call("POST", "/graphql", { query, variables: { id, d } });
    expect(body).toEqual({ data: { executeTaskDirect: { output: LARGE } } });
  }
  const batch = await server.call("POST", "/api/v1/jobs/batch", {
    jobs: [{ task: "echo" }, { task: "echo", input: LARGE }],
  });
  const [, second] = batch.body.jobs as JsonObject[];
  expect((await ended(second?.id)).output).toEqual(LARGE);
});

test("large values are checked against the schema, with pointers into the request", async () => {
  const wrong = { ...LARGE, b: [...LARGE.b, { at: "x" }] };
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task: "echo", input: wrong });
  expect([status, body.code, body.errors]).toEqual([
    422,
    "INVALID_INPUT",
    [{ pointer: "/input/b/100000/at", message: "must be a whole number" }],
  ]);
  const direct = (await server.call("POST", "/api/v1/tasks/twice/execute", { input: 100_000 })).body;
  expect(direct.error).toMatchObject({
    code: "INVALID_OUTPUT",
    message: expect.stringContaining("but the item at 100000 is a duplicate"),
  });
});

test("one idempotency key creates one job, whatever the order of the members of a large input", async () => {
  const request = { task: "echo", idempotencyKey: "k" };
  const first = await server.call("POST", "/api/v1/jobs", { ...request, input: LARGE });
  const again = await server.call("POST", "/api/v1/jobs", { ...request, input: { a: LARGE.a, b: LARGE.b } });
  expect([again.status, again.body.id]).toEqual([200, first.body.id]);
  const other = await server.call("POST", "/api/v1/jobs", { ...request, input: { ...LARGE, a: "other" } });
  expect([other.status, other.body.code]).toEqual([409, "CONFLICT"]);
});
