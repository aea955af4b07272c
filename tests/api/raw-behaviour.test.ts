/** What takes more than one exchange of bytes: clients that wait, stall, leave, or read slowly. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type HttpServer, listen } from "../../src/api/http1/http-server.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { eventually, untilSteady } from "../support/eventually.ts";
import { openRaw } from "../support/raw-connection.ts";
import { drip, readNothingFor } from "../support/slow-client.ts";
import { startServer, type TestServer } from "./start-server.ts";

const HOST = "Host: localhost\r\n";
const JOB = '{"task":"addition","input":{"num1":1,"num2":2}}';
const post = (path: string, fields: string): string =>
  `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${fields}\r\n`;

describe("a server with real jobs", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ settings: { idleTimeoutMs: 400, bodyTimeoutMs: 400, maxBodyBytes: 1_000_000 } });
  });
  afterAll(async () => {
    expect(server.log.filter(({ level }) => level === "error")).toEqual([]);
    await server[Symbol.asyncDispose]();
  });

  test("a client that waits for 100 Continue gets it, and then its response", async () => {
    const connection = await openRaw(server.url);
    connection.send(post("/api/v1/jobs", `Expect: 100-continue\r\nContent-Length: ${JOB.length}\r\n`));
    expect(await connection.status()).toBe(100);
    connection.send(JOB);
    expect((await connection.response()).status).toBe(201);
    connection.destroy();
  });

  test("a client that waits for 100 Continue gets an error at once if its body is not wanted", async () => {
    const connection = await openRaw(server.url);
    connection.send(post("/api/v1/jobs", "Expect: 100-continue\r\nContent-Length: 2000000\r\n"));
    expect(await connection.status()).toBe(413);
    expect(await connection.closed()).toBe("");
  });

  test("a client that sends its head too slowly gets an error, however often it sends a byte", async () => {
    const connection = await openRaw(server.url);
    connection.send(`GET /version HTTP/1.1\r\n${HOST}X: `);
    const stop = drip(connection, "a", 50);
    const response = await connection.response().finally(stop);
    expect(response.status).toBe(408);
    expect(JSON.parse(response.body).code).toBe("REQUEST_TOO_SLOW");
    expect(await connection.closed()).toBe("");
  });

  test("a client that sends its body too slowly gets an error, and no job exists", async () => {
    const before = (await server.deps.store.stats.read()).jobs;
    for (const fields of [`Content-Length: ${JOB.length}\r\n`, "Transfer-Encoding: chunked\r\n"]) {
      const connection = await openRaw(server.url);
      connection.send(`${post("/api/v1/jobs", fields)}2`);
      expect((await connection.response()).status).toBe(408);
      expect(await connection.closed()).toBe("");
    }
    expect((await server.deps.store.stats.read()).jobs).toEqual(before);
  });

  test("an idle connection is closed silently, before the first request and between two", async () => {
    const silent = await openRaw(server.url);
    const used = await openRaw(server.url);
    used.send(`GET /version HTTP/1.1\r\n${HOST}\r\n`);
    expect((await used.response()).status).toBe(200);
    expect(await silent.closed()).toBe("");
    expect(await used.closed()).toBe("");
  });

  test("an action without a body does nothing if the request's body is malformed or cut short", async () => {
    const enqueued = await server.call("POST", "/api/v1/jobs", {
      task: "addition",
      input: { num1: 1, num2: 2 },
      runAt: Date.now() + 3_600_000,
    });
    expect(enqueued.status).toBe(201);
    const path = `/api/v1/jobs/${enqueued.body.id}/cancel`;
    const cut = await openRaw(server.url);
    cut.send(`${post(path, "Content-Length: 10\r\n")}{}`);
    cut.halfClose();
    expect((await cut.response()).status).toBe(400);
    const malformed = await openRaw(server.url);
    malformed.send(post(path, "Transfer-Encoding: chunked\r\n"));
    malformed.send("ZZ\r\n");
    expect((await malformed.response()).status).toBe(400);
    expect((await server.call("GET", `/api/v1/jobs/${enqueued.body.id}`)).body.status).toBe("queued");
  });

  test("a response may take longer than the idle timeout", async () => {
    const connection = await openRaw(server.url);
    const input = '{"input":{"ms":1200}}';
    connection.send(`${post("/api/v1/tasks/sleeping/execute", `Content-Length: ${input.length}\r\n`)}${input}`);
    expect((await connection.response()).status).toBe(200);
    connection.destroy();
  });

  test.each(["reset", "halfClose"] as const)("a client that leaves (%s) cancels its execution", async (leave) => {
    const connection = await openRaw(server.url);
    const running = server.deps.direct.running();
    const input = '{"input":{"ms":8000}}';
    connection.send(`${post("/api/v1/tasks/sleeping/execute", `Content-Length: ${input.length}\r\n`)}${input}`);
    await eventually(() => server.deps.direct.running() > running);
    connection[leave]();
    await eventually(() => server.deps.direct.running() === running);
    if (leave === "halfClose") expect(JSON.parse((await connection.response()).body).status).toBe("cancelled");
    connection.destroy();
  });

  test.each(["reset", "halfClose", "destroy"] as const)("a client that leaves (%s) ends its stream", async (leave) => {
    const metric = async () => {
      const { body } = await server.call("GET", "/metrics");
      return Number(/^ratchet_event_clients (\d+)$/m.exec(body)?.[1]);
    };
    const connection = await openRaw(server.url);
    connection.send(`GET /api/v1/events HTTP/1.1\r\n${HOST}\r\n`);
    await eventually(async () => (await metric()) === 1);
    connection[leave]();
    await eventually(async () => (await metric()) === 0);
    connection.destroy();
  });
});

describe("a bare server", () => {
  let server: HttpServer;
  let url: string;
  const cancelled = Promise.withResolvers<void>();
  const BIG = Buffer.alloc(8_000_000, "0123456789abcdef");
  let pulled = 0;

  const handle = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === "/big") return new Response(BIG, { headers: { "content-type": "text/plain" } });
    if (pathname === "/echo")
      return new Response(request.body, { headers: { "content-type": "application/octet-stream" } });
    if (pathname === "/ignore") return new Response(null, { status: 204 });
    if (pathname === "/broken") {
      const body = new ReadableStream({ pull: (to) => to.error(new Error("gone wrong")) });
      return new Response(body, { headers: { "content-type": "text/csv" } });
    }
    const body = new ReadableStream<Uint8Array>({
      pull(to) {
        pulled += 1;
        to.enqueue(BIG.subarray(0, 100_000));
      },
      cancel: () => cancelled.resolve(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };

  beforeAll(() => {
    server = listen({
      host: "127.0.0.1",
      port: 0,
      handle,
      onHttpError() {},
      clock: systemClock,
      idleTimeoutMs: 20_000,
    });
    url = `http://127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    server.finish();
    await server.closed(5_000);
  });

  test("a response arrives whole at a client that reads slowly", async () => {
    const connection = await openRaw(url);
    connection.send(`GET /big HTTP/1.1\r\n${HOST}\r\n`);
    await readNothingFor(connection, 250);
    const { body } = await connection.response();
    expect(Buffer.from(body, "latin1").equals(BIG)).toBe(true);
    connection.destroy();
  });

  test("a client that reads nothing of its response is disconnected", async () => {
    const hasty = listen({
      host: "127.0.0.1",
      port: 0,
      handle,
      onHttpError() {},
      clock: systemClock,
      idleTimeoutMs: 300,
    });
    const connection = await openRaw(`http://127.0.0.1:${hasty.port}`);
    connection.pause();
    connection.send(`GET /big HTTP/1.1\r\n${HOST}\r\n`);
    hasty.finish();
    await hasty.closed(10_000);
    connection.resume();
    await expect(connection.response()).rejects.toThrow("ended");
  });

  test("a stream is pulled no faster than its client reads, and cancelled when the client leaves", async () => {
    const connection = await openRaw(url);
    connection.pause();
    connection.send(`GET /stream HTTP/1.1\r\n${HOST}\r\n`);
    expect(await untilSteady(() => pulled)).toBeLessThan(1_000);
    connection.reset();
    await cancelled.promise;
  });

  test("a body is streamed in both directions at once", async () => {
    const connection = await openRaw(url);
    connection.send(`POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`);
    const part = BIG.toString("latin1", 0, 50_000);
    for (let n = 0; n < 40; n++) connection.send(`${part.length.toString(16)}\r\n${part}\r\n`);
    connection.send("0\r\nX-Sum: a\r\n\r\n");
    expect((await connection.response()).body).toBe(part.repeat(40));
    connection.destroy();
  });

  test("the server does not wait for a body that nobody reads", async () => {
    const connection = await openRaw(url);
    connection.send(`POST /ignore HTTP/1.1\r\n${HOST}Content-Length: 100000000\r\n\r\n`);
    connection.send(BIG);
    const response = await connection.response();
    expect([response.status, response.headers.get("connection")]).toEqual([204, "close"]);
    connection.destroy();
  });

  test("a response that fails half-way does not look complete", async () => {
    const connection = await openRaw(url);
    connection.send(`GET /broken HTTP/1.1\r\n${HOST}\r\n`);
    await expect(connection.response()).rejects.toThrow("did not come (ended)");
  });

  test("a stream to a client of HTTP/1.0 ends with the connection", async () => {
    const connection = await openRaw(url);
    connection.send("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello");
    const response = await connection.response();
    expect([response.body, response.headers.get("connection")]).toEqual(["hello", "close"]);
  });

  test("finishing closes idle connections at once and others after their response", async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const own = listen({
      host: "127.0.0.1",
      port: 0,
      async handle() {
        begun.resolve();
        await release.promise;
        return Response.json({});
      },
      onHttpError() {},
      clock: systemClock,
      idleTimeoutMs: 60_000,
    });
    const idle = await openRaw(`http://127.0.0.1:${own.port}`);
    const busy = await openRaw(`http://127.0.0.1:${own.port}`);
    busy.send(`GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(2));
    await begun.promise;
    own.finish();
    expect(await idle.closed()).toBe("");
    release.resolve();
    const response = await busy.response();
    expect([response.status, response.headers.get("connection")]).toEqual([200, "close"]);
    expect(await busy.closed()).toBe("");
    await own.closed(5_000);
    expect(openRaw(`http://127.0.0.1:${own.port}`)).rejects.toThrow();
  });
});
