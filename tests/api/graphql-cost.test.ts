/** What queries cost the server: statements, and memory. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { createApi } from "../../src/api/api.ts";
import type { Store } from "../../src/store/contract/store.ts";
import { eventually } from "../support/eventually.ts";
import { responseTimesDuring } from "../support/response-times.ts";
import { openEventStream } from "./event-stream.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function enqueue(task: string, count: number, input: unknown): Promise<number[]> {
  const jobs = Array.from({ length: count }, () => ({ task, input }));
  const { body } = await server.call("POST", "/api/v1/jobs/batch", { jobs } as never);
  const ids: number[] = body.jobs.map(({ id }: { id: number }) => id);
  for (const id of ids) await server.deps.queue.wait(id, AbortSignal.timeout(60_000));
  return ids;
}

test("the store is asked once for each kind of thing, however many there are", async () => {
  await enqueue("addition", 20, { num1: 1, num2: 2 });
  const calls: Record<string, number> = {};
  const counted = <T extends object>(name: string, part: T): T =>
    new Proxy(part, {
      get(target, key, receiver) {
        const value = Reflect.get(target, key, receiver);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          calls[`${name}.${String(key)}`] = (calls[`${name}.${String(key)}`] ?? 0) + 1;
          return value.apply(target, args);
        };
      },
    });
  const real = server.deps.store;
  const store = {
    ...real,
    tasks: counted<Store["tasks"]>("tasks", real.tasks),
    jobs: counted<Store["jobs"]>("jobs", real.jobs),
    executions: counted<Store["executions"]>("executions", real.executions),
    stats: counted<Store["stats"]>("stats", real.stats),
  };
  const api = createApi({ ...server.deps, store });
  const url = await api.start({ host: "127.0.0.1", port: 0 });
  const query = `{ jobs(pagination: {limit: 20}) { total jobs {
    output task { label jobStats { total } executionStats { completed } } executions { input output task { label } }
  } } }`;
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const answer = JSON.parse(await response.text());
  await api.stop(100);
  expect(answer.data.jobs.jobs).toHaveLength(20);
  expect(answer.data.jobs.jobs[0]).toMatchObject({ output: { sum: 3 }, executions: [{ output: { sum: 3 } }] });
  expect(calls).toEqual({
    "jobs.list": 1,
    "jobs.count": 1,
    "tasks.getMany": 1,
    "executions.ofJobs": 1,
    "executions.detailBytes": 1,
    "executions.details": 1,
    "stats.readMany": 1,
  });
});

test("the inputs and outputs of a response have a limit, with all aliases", async () => {
  const input = { text: "x".repeat(3_000_000), ms: 0 };
  const ids = [...(await enqueue("sleeping", 6, input)), ...(await enqueue("sleeping", 6, input))];
  const ask = async (query: string) => (await server.call("POST", "/graphql", { query })).body;
  const taskId = await server.taskId("sleeping");
  const page = (fields: string, limit: number) =>
    `jobs(taskId: ${taskId}, pagination: {limit: ${limit}}) { jobs { ${fields} } }`;
  expect((await ask(`{ ${page("id input", 10)} }`)).data.jobs.jobs).toHaveLength(10);
  for (const query of [
    `{ ${page("id", 12)} }`,
    `{ a: ${page("id", 6)} b: ${page("id", 6)} }`,
    `{ ${page("output", 8)} }`,
    `{ executions(taskId: ${taskId}, pagination: {limit: 12}) { executions { output } } }`,
    `{ ${ids.map((id, at) => `j${at}: job(id: ${id}) { id }`).join(" ")} }`,
  ]) {
    const { errors } = await ask(query);
    expect([query, errors?.[0].extensions.code]).toEqual([query, "QUERY_TOO_LARGE"]);
  }
  // What is not asked for is not read.
  const light = await ask(`{ executions(taskId: ${taskId}, pagination: {limit: 12}) { executions { id } } }`);
  expect(light.data.executions.executions).toHaveLength(12);
}, 120_000);

test("listeners get large jobs one after the other, all of them", async () => {
  const taskId = await server.taskId("sleeping");
  await using stream = await openEventStream(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query: `subscription { jobUpdates(taskId: ${taskId}) { id status } }` }),
  });
  const ids = await enqueue("sleeping", 5, { text: "x".repeat(3_000_000), ms: 0 });
  const left = new Set(ids);
  while (left.size > 0) {
    const { data: text = "" } = await stream.nextOf("next");
    const { id, status } = JSON.parse(text).data.jobUpdates;
    if (status === "COMPLETED") left.delete(id);
  }
});

test("listeners get the end of a job once, however many jobs there are", async () => {
  const taskId = await server.taskId("addition");
  await using stream = await openEventStream(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query: `subscription { jobUpdates(taskId: ${taskId}) { id status } }` }),
  });
  const ids = await enqueue("addition", 400, { num1: 1, num2: 2 });
  const [last = 0] = await enqueue("addition", 1, { num1: 1, num2: 2 });
  const ended: number[] = [];
  while (ended.at(-1) !== last) {
    const { data: text = "" } = await stream.nextOf("next");
    const { id, status } = JSON.parse(text).data.jobUpdates;
    if (status === "COMPLETED") ended.push(id);
  }
  expect(ended.toSorted((a, b) => a - b)).toEqual([...ids, last]);
});

const LISTENERS = 30;

test("slow listeners delay nobody", async () => {
  const query = "subscription { jobUpdates { id status input output executions { id } task { label } } }";
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
  const request = `${head}Accept: text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const sockets = Array.from({ length: LISTENERS }, () => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => void socket.write(request));
    return socket.pause();
  });
  const listeners = async () => (await server.call("GET", "/metrics")).body;
  await eventually(async () => (await listeners()).includes(`ratchet_event_clients ${LISTENERS}\n`));
  const jobs = Array.from({ length: 500 }, () => ({ task: "addition", input: { num1: 1, num2: 2 } }));
  const made = await server.call("POST", "/api/v1/jobs/batch", { jobs });
  const work = eventually(
    async () => (await server.call("GET", `/api/v1/jobs/${made.body.jobs.at(-1).id}`)).body.status === "completed",
  );
  const { slowest, all } = await responseTimesDuring(work, () => server.call("GET", "/version"));
  // Most of the time, when each of them is given all it has missed at once.
  expect(slowest).toBeLessThan(all / 2);
  for (const socket of sockets) socket.destroy();
}, 120_000);
