/** What executions of a server touched, over REST and GraphQL, and after a restart. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const service = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/ten": () => new Response("0123456789"),
    "/silent": () => {
      asked.resolve();
      return new Promise<Response>(() => {});
    },
  },
});
const asked = Promise.withResolvers<void>();
const base = `http://127.0.0.1:${service.port}`;
const TEN = [{ origin: base, methods: { GET: 2 }, count: 2, bytesSent: 0, bytesReceived: 20, failures: 0 }];
let place: Workplace;
let server: ServeProcess;

beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("quiet", "() => 1");
  place.writeTask("twice", `() => [1, 2].map(() => fetch("${base}/ten").status)`);
  place.writeTask("waits", `() => fetch("${base}/silent").status`);
  server = await place.serve();
});
afterAll(async () => {
  place[Symbol.dispose]();
  await service.stop(true);
});

const ledgerOf = async (id: unknown): Promise<JsonObject> => {
  const { status, body } = await server.call("GET", `/api/v1/executions/${id}/ledger`);
  expect(status).toBe(200);
  return body;
};

async function executionOf(task: string): Promise<unknown> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input: null });
  const done = await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
  return done.executionId;
}

test("an execution of a job has a ledger over REST and GraphQL", async () => {
  const [quiet, twice] = [await executionOf("quiet"), await executionOf("twice")];
  const { cpuMs, peakMemoryBytes, ...touched } = await ledgerOf(twice);
  expect(touched).toEqual({ origins: TEN, secrets: [], tasks: [] });
  expect(cpuMs).toBeGreaterThan(0);
  expect(peakMemoryBytes).toBeGreaterThan(0);
  expect(await ledgerOf(quiet)).toMatchObject({ origins: [], secrets: [], tasks: [] });
  const fields = "ledger { origins { origin methods count bytesSent bytesReceived failures } secrets tasks cpuMs }";
  const query = `{ execution(id: ${twice}) { ${fields} } executions { executions { id ledger { origins { count } } } } }`;
  const { body } = await server.call("POST", "/graphql", { query });
  const data = body.data as { execution: object; executions: { executions: { id: number; ledger: object }[] } };
  expect(data.execution).toEqual({ ledger: { origins: TEN, secrets: [], tasks: [], cpuMs } });
  const byId = new Map(data.executions.executions.map(({ id, ledger }) => [id, ledger]));
  expect(byId.get(Number(twice))).toEqual({ origins: [{ count: 2 }] });
  expect(byId.get(Number(quiet))).toEqual({ origins: [] });
});

test("direct executions have one, and so have executions that were cancelled", async () => {
  const { body } = await server.call("POST", "/api/v1/tasks/twice/execute", { input: null });
  expect((await ledgerOf(body.executionId)).origins).toEqual(TEN);
  const { body: job } = await server.call("POST", "/api/v1/jobs", { task: "waits", input: null });
  await asked.promise;
  const { executionId } = (await server.call("GET", `/api/v1/jobs/${job.id}`)).body;
  expect(await ledgerOf(executionId)).toMatchObject({ origins: [], cpuMs: null });
  await server.call("POST", `/api/v1/jobs/${job.id}/cancel`, {});
  const after = await server.until(
    `/api/v1/executions/${executionId}/ledger`,
    ({ origins }) => (origins as unknown[]).length > 0,
  );
  expect(after.origins).toMatchObject([{ origin: base, count: 1, failures: 1 }]);
});

test("an execution that does not exist has none", async () => {
  const { status, body } = await server.call("GET", "/api/v1/executions/4711/ledger");
  expect([status, body.code]).toEqual([404, "EXECUTION_NOT_FOUND"]);
});

test("ledgers survive a restart", async () => {
  const id = await executionOf("twice");
  const before = await ledgerOf(id);
  await server.end();
  server = await place.serve();
  expect(await ledgerOf(id)).toEqual(before);
});
