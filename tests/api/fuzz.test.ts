/** Every operation of the OpenAPI document with anything at all: answers are as documented, and no fault is found. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonValue } from "../../src/domain/json.ts";
import type { Document, Operation } from "./contract.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
let document: Document;
beforeAll(async () => {
  server = await startServer({ working: false });
  document = (await server.call("GET", "/openapi.json")).body;
  await server.call("POST", "/api/v1/jobs", { task: "addition", input: { num1: 1, num2: 2 } });
  await server.call("POST", "/api/v1/schedules", { name: "one", task: "sleeping", every: "1h" });
});
afterAll(() => server[Symbol.asyncDispose]());

/** More for a long look by hand. */
const RUNS = Number(Bun.env.FUZZ_RUNS ?? 2_500);
const SEED = Bun.env.FUZZ_RUNS === undefined ? 19 : undefined;

const WORDS = [
  ..."0 1 2 -1 1e9 NaN Infinity null true false asc desc queued,failed addition sleeping job.* 1.1 5.5 1,1".split(" "),
  ..."9007199254740993 999999999999999 99999999999999999999 2026-01-01T00:00:00Z tasks embedded".split(" "),
  ..."%00 %ff %ZZ %2e%2e .. %2F ; ' %22 __proto__ constructor %F0%9F%92%A9".split(" "),
  "",
  "x".repeat(2_000),
];
const word = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...WORDS) }, fc.string().map(encodeURIComponent));
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
  fc.constantFrom<JsonValue>(...WORDS, 0, 1, 1.5, -1, 1e300, 2 ** 53, [], {}, ["failed"], { count: 1, periodMs: 1 }),
);

interface Request {
  method: string;
  path: string;
  body: JsonValue | undefined;
}

/** Requests to an operation: paths and parameters of words, bodies like its example with something else here or there. */
function requests(method: string, pattern: string, operation: Operation): fc.Arbitrary<Request> {
  const names = operation.parameters.filter((one) => one.in === "query").map(({ name }) => name);
  const { schema, example } = operation.requestBody?.content["application/json"] ?? {};
  const members = Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
  const path = fc.array(word, { minLength: 3, maxLength: 3 }).map((words) => {
    let at = 0;
    return pattern.replace(/\{\w+\}/g, () => words[at++] ?? "");
  });
  const query = fc.array(fc.tuple(fc.constantFrom(...names, ...names, "x"), word), { maxLength: 3 });
  const changes = fc.dictionary(fc.constantFrom(...members, ...members, "x", "__proto__"), junk, { maxKeys: 4 });
  const body = fc.oneof(
    { weight: 4, arbitrary: changes.map((changed) => ({ ...(example as object), ...changed }) as JsonValue) },
    junk,
    fc.constant(undefined),
  );
  return fc.tuple(path, query, body, fc.boolean()).map(([at, pairs, sent, asks]) => ({
    method: method.toUpperCase(),
    path: `${at}${asks && pairs.length > 0 ? `?${pairs.map((pair) => pair.join("=")).join("&")}` : ""}`,
    body: method === "get" ? undefined : sent,
  }));
}

/** Whether the operation answers with a stream of events, which does not end by itself. */
const streams = ({ responses }: Operation): boolean => "text/event-stream" in (responses["200"]?.content ?? {});

test("responses match the documentation, whatever the request", async () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => !streams(operation))
      .map(([method, operation]) => requests(method, path, operation)),
  );
  expect(operations.length).toBeGreaterThan(40);
  const statuses: Record<number, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.oneof(...operations), async ({ method, path, body }) => {
      const { status } = await server.call(method, path, body);
      statuses[status] = (statuses[status] ?? 0) + 1;
      expect(status).toBeLessThan(500);
    }),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: SEED }) },
  );
  expect(server.log.filter(({ level }) => level === "error")).toEqual([]);
  // That the requests are not all refused for one and the same thing.
  for (const status of [200, 201, 400, 404, 409, 422]) expect([status, statuses[status] ?? 0]).not.toEqual([status, 0]);
}, 600_000);
