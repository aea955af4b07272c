/** What the server makes of raw bytes: a well-formed response to each, and never one that the effect belies. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openRaw } from "../support/raw-connection.ts";
import { RAW_REQUESTS, type RawRequest } from "./raw-requests.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(async () => {
  expect(server.log.filter(({ level }) => level === "error")).toEqual([]);
  await server[Symbol.asyncDispose]();
});

const countJobs = async (): Promise<number> => (await server.deps.store.stats.read()).jobs.queued;

/** Sends the bytes in pieces of a size, and checks all that follows. */
async function check({ bytes, statuses, jobs = 0, closes, halfClose, toHead }: RawRequest, size: number) {
  const before = await countJobs();
  const connection = await openRaw(server.url);
  for (let at = 0; at < bytes.length; at += size) {
    connection.send(bytes.slice(at, at + size));
    // Lets the piece travel on its own.
    if (size < bytes.length) await new Promise(setImmediate);
  }
  if (halfClose) connection.halfClose();
  for (const status of statuses) {
    const response = await connection.response(toHead);
    expect(response.status).toBe(status);
    if (status >= 400 && !toHead) expect(JSON.parse(response.body)).toMatchObject({ status });
    if (status >= 400) expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(Date.parse(response.headers.get("date") ?? "")).toBeGreaterThan(0);
  }
  if (!closes) {
    // Whatever came before, the next request is understood.
    connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect((await connection.response()).status).toBe(200);
  }
  expect(await connection.closed()).toBe("");
  expect((await countJobs()) - before).toBe(jobs);
}

for (const [group, requests] of Object.entries(RAW_REQUESTS)) {
  describe(group, () => {
    test.each(requests.map((request) => [request.name, request] as const))("%s", async (_, request) => {
      await check(request, request.bytes.length);
    });

    test.each(requests.filter(({ bytes }) => bytes.length < 400).map((request) => [request.name, request] as const))(
      "%s, a byte at a time",
      async (_, request) => {
        await check(request, 1);
      },
    );
  });
}
