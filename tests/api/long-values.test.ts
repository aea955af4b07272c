/** Values of more than 1 MB, which travel between threads and to the client in pieces. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Has characters of one to four bytes, so that pieces end inside of characters. */
const LONG = { text: "aé漢😀".repeat(200_000), ms: 0 };

async function createLong(): Promise<number> {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task: "sleeping", input: LONG });
  expect(status).toBe(201);
  expect(body.input).toEqual(LONG);
  await server.deps.queue.wait(body.id, AbortSignal.timeout(60_000));
  return body.id;
}

async function graphql(query: string, variables: unknown, accept = "application/json"): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify({ query, variables }),
  });
}

describe("a long value", () => {
  test("is read back as it was sent, alone and in a list", async () => {
    const id = await createLong();
    const response = await fetch(`${server.url}/api/v1/jobs/${id}`);
    const bytes = await response.bytes();
    expect(response.headers.get("content-length")).toBe(String(bytes.byteLength));
    expect(JSON.parse(new TextDecoder().decode(bytes)).input).toEqual(LONG);
    const { body } = await server.call("GET", "/api/v1/jobs?limit=1");
    expect(body.items[0]).toMatchObject({ id, input: LONG });
  });

  test("is the same in the response of a GraphQL query, as JSON and as an event", async () => {
    const id = await createLong();
    const query = "query($id: Int!) { job(id: $id) { id input } }";
    for (const type of ["application/json", "application/graphql-response+json"]) {
      const response = await graphql(query, { id }, type);
      expect(response.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
      expect(await response.json()).toEqual({ data: { job: { id, input: LONG } } });
    }
    const text = await (await graphql(query, { id }, "text/event-stream")).text();
    const [, data = ""] = /^data: ?(\{.*)$/m.exec(text) ?? [];
    expect(JSON.parse(data)).toEqual({ data: { job: { id, input: LONG } } });
  });

  test("belongs to one idempotency key, whatever the order of members", async () => {
    const request = { task: "sleeping", idempotencyKey: "long", input: LONG };
    const first = await server.call("POST", "/api/v1/jobs", request);
    const again = await server.call("POST", "/api/v1/jobs", { ...request, input: { ms: 0, text: LONG.text } });
    expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
    const other = await server.call("POST", "/api/v1/jobs", { ...request, input: { ...LONG, ms: 1 } });
    expect([other.status, other.body.code]).toEqual([409, "CONFLICT"]);
  });
});

test("a large batch of jobs is created by a GraphQL variable", async () => {
  const inputData = { text: "x".repeat(1_000), ms: 0 };
  const taskId = await server.taskId("sleeping");
  const jobs = Array.from({ length: 200 }, () => ({ taskId, inputData }));
  const query = "mutation($jobs: [ExecuteTaskInput!]!) { enqueueJobs(jobs: $jobs) { created jobs { id } } }";
  const { data, errors } = (await (await graphql(query, { jobs })).json()) as never as {
    data: { enqueueJobs: { created: number; jobs: { id: number }[] } };
    errors?: unknown;
  };
  expect(errors).toBeUndefined();
  expect(data.enqueueJobs.created).toBe(200);
  const { body } = await server.call("GET", `/api/v1/jobs/${data.enqueueJobs.jobs.at(-1)?.id}`);
  expect(body.input).toEqual(inputData);
});
