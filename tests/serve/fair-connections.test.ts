import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { startRawServer } from "../support/raw-server.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let asked = 0;
let enough = Promise.withResolvers<void>();
/** How many silent requests {@link enough} waits for. */
let awaited = 0;
const server = startRawServer((connection, request) => {
  if (request.startsWith("GET /quick ")) return connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  asked++;
  if (asked === awaited) enough.resolve();
});
afterAll(() => server.stop());

let place: Workplace;
beforeEach(() => {
  asked = 0;
  enough = Promise.withResolvers();
  place = newWorkplace();
  place.writeTask(
    "hoarder",
    `async ({ url, count }) => { await Promise.allSettled(Array.from({ length: count }, () => fetch(url))); }`,
    { limits: { time: "20s" } },
  );
  place.writeTask("quick", "async (url) => (await fetch(url)).text()", { limits: { time: "5s" } });
});
afterEach(() => place[Symbol.dispose]());

/** Has a job ask 400 times for what never comes. @returns the job's path */
async function hoard(serve: ServeProcess): Promise<string> {
  const input = { url: `${server.url}/silent`, count: 400 };
  const { status, body } = await serve.call("POST", "/api/v1/jobs", { task: "hoarder", input });
  expect(status).toBe(201);
  return `/api/v1/jobs/${body.id}`;
}

/** Tests that another task's fetch gets its response while the hoarder still waits for its own. */
async function expectQuickRun(serve: ServeProcess, hoarder: string): Promise<void> {
  const { body } = await serve.call("POST", "/api/v1/tasks/quick/execute", { input: `${server.url}/quick` });
  expect(body.output).toBe("ok");
  expect((await serve.call("GET", hoarder)).body.status).toBe("processing");
}

test("fetches to a silent server do not delay those of another task", async () => {
  const serve = await place.serve();
  // More than the 256 connections that the runtime opens by default.
  awaited = 300;
  const hoarder = await hoard(serve);
  await enough.promise;
  await expectQuickRun(serve, hoarder);
});

test("http.max_connections: a task that hoards connections gets its share and no more", async () => {
  const serve = await place.serve([], { RATCHET_HTTP_MAX_CONNECTIONS: "60" });
  awaited = 10;
  const hoarder = await hoard(serve);
  await enough.promise;
  await expectQuickRun(serve, hoarder);
  expect(asked).toBe(10);
});
