import { afterAll, describe, expect, test } from "bun:test";
import type { HttpBodyReader, HttpResponse } from "../../src/domain/http.ts";
import { HttpFailure } from "../../src/domain/http.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import { failureOf } from "../support/failure-of.ts";
import { call, textOf } from "../support/http-call.ts";
import { type RawConnection, startRawServer } from "../support/raw-server.ts";

const HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const LIMIT = 1_000_000;
const client = createHttpClient({ maxResponseBytes: LIMIT });
afterAll(() => client.stop());

/** Starts a server that begins a chunked response; `then` goes on with it. */
function serveChunked(then: (connection: RawConnection) => unknown) {
  return startRawServer((connection) => {
    connection.write(HEAD);
    then(connection);
  });
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

function streamOf({ stream }: HttpResponse): HttpBodyReader {
  if (stream === undefined) throw new Error("the response has no stream");
  return stream;
}

const nextText = async (stream: HttpBodyReader) => {
  const piece = await stream.read();
  return piece === undefined ? undefined : new TextDecoder().decode(piece);
};

async function httpFailureOf(promise: Promise<unknown>): Promise<HttpFailure> {
  const failure = await failureOf(promise);
  if (failure instanceof HttpFailure) return failure;
  throw failure;
}

describe("a response that streams", () => {
  test("is there with its headers, and its pieces come as they are sent", async () => {
    const connections: RawConnection[] = [];
    const raw = serveChunked((connection) => connections.push(connection));
    const stream = streamOf(await call(client.send, raw.url, { streams: true }));
    const seen: (string | undefined)[] = [];
    for (const text of [chunk("one"), chunk("two"), "0\r\n\r\n"]) {
      connections[0]?.write(text);
      seen.push(await nextText(stream));
    }
    expect(seen).toEqual(["one", "two", undefined]);
    raw.stop();
  });

  test("is whole if all of it came with the headers, and for those who do not ask for a stream", async () => {
    const raw = serveChunked((connection) => connection.write(`${chunk("whole")}0\r\n\r\n`));
    const whole = await call(client.send, raw.url, { streams: true });
    expect([textOf(whole), whole.stream]).toEqual(["whole", undefined]);
    raw.stop();
    const begun = Promise.withResolvers<RawConnection>();
    const slow = serveChunked(begun.resolve);
    const collecting = call(client.send, slow.url);
    for (const text of [chunk("sl"), chunk("ow"), "0\r\n\r\n"]) (await begun.promise).write(text);
    const collected = await collecting;
    expect([textOf(collected), collected.stream]).toEqual(["slow", undefined]);
    slow.stop();
  });

  test("makes its server wait while nobody reads, and is gone when it is cancelled", async () => {
    const flooded = Promise.withResolvers<number>();
    const raw = serveChunked((connection) => flooded.resolve(connection.flood(chunk("x".repeat(10_000)))));
    const stream = streamOf(await call(client.send, raw.url, { streams: true }));
    expect((await stream.read())?.length).toBeGreaterThan(0);
    stream.cancel();
    expect(await flooded.promise).toBeLessThan(32_000_000);
    raw.stop();
  });

  test("ends with its signal, and so does its connection", async () => {
    const flooded = Promise.withResolvers<number>();
    const raw = serveChunked((connection) => flooded.resolve(connection.flood(chunk("x".repeat(10_000)))));
    const abort = new AbortController();
    const stream = streamOf(await call(client.send, raw.url, { streams: true, signal: abort.signal }));
    await stream.read();
    abort.abort();
    expect((await httpFailureOf(stream.read())).kind).toBe("aborted");
    expect(await flooded.promise).toBeGreaterThan(0);
    raw.stop();
  });

  test("fails in the middle if its connection is reset", async () => {
    const begun = Promise.withResolvers<RawConnection>();
    const raw = serveChunked((connection) => {
      connection.write(chunk("begun"));
      begun.resolve(connection);
    });
    const stream = streamOf(await call(client.send, raw.url, { streams: true }));
    expect(await nextText(stream)).toBe("begun");
    (await begun.promise).reset();
    const failure = await httpFailureOf(stream.read());
    expect([failure.kind, failure.code]).toEqual(["network", "ECONNRESET"]);
    expect(failure.message).toContain("the connection was closed before the response was complete");
    raw.stop();
  });

  test("fails in the middle when all waits for it together take too long", async () => {
    const connections = new Set<RawConnection>();
    const raw = serveChunked((connection) => {
      const drip = () => {
        connection.write(chunk("x"));
        if (connections.size > 0) setImmediate(drip);
      };
      connections.add(connection);
      drip();
    });
    const stream = streamOf(await call(client.send, raw.url, { streams: true, timeoutMs: 100 }));
    const readAll = async () => {
      while ((await stream.read()) !== undefined);
    };
    const failure = await httpFailureOf(readAll());
    expect([failure.kind, failure.message]).toEqual(["timeout", `GET ${raw.url}/: no complete response within 100ms`]);
    raw.stop();
  });

  test("has all the time in which nobody reads it", async () => {
    const connections: RawConnection[] = [];
    const raw = serveChunked((connection) => connections.push(connection));
    const stream = streamOf(await call(client.send, raw.url, { streams: true, timeoutMs: 400 }));
    const stuck = serveChunked(() => undefined);
    const timed = await httpFailureOf(call(client.send, stuck.url, { timeoutMs: 400 })); // its time passes meanwhile
    expect(timed.kind).toBe("timeout");
    stuck.stop();
    connections[0]?.write(`${chunk("late")}0\r\n\r\n`);
    expect([await nextText(stream), await stream.read()]).toEqual(["late", undefined]);
    raw.stop();
  });

  test("is counted after it was decoded, and fails when it is too large", async () => {
    const bomb = Bun.gzipSync(new Uint8Array(LIMIT * 4));
    const begun = Promise.withResolvers<RawConnection>();
    const raw = startRawServer((connection) => {
      connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
      begun.resolve(connection);
    });
    const stream = streamOf(await call(client.send, raw.url, { streams: true }));
    (await begun.promise).write(bomb);
    let total = 0;
    const readAll = async () => {
      for (let piece = await stream.read(); piece !== undefined; piece = await stream.read()) total += piece.length;
    };
    const failure = await httpFailureOf(readAll());
    expect([failure.kind, total <= LIMIT]).toEqual(["too-large", true]);
    raw.stop();
  });

  test("keeps its place among the connections until its body has ended", async () => {
    const narrow = createHttpClient({ maxConnections: 1 });
    const owner = { executionId: "e", taskUuid: "t" };
    const raw = startRawServer((connection, request) => {
      connection.write(request.startsWith("GET /open") ? HEAD : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    const stream = streamOf(await call(narrow.send, `${raw.url}/open`, { streams: true, owner }));
    const order: string[] = [];
    const second = call(narrow.send, raw.url, { owner }).then(() => order.push("second"));
    await call(client.send, raw.url);
    order.push("cancel");
    stream.cancel();
    await second;
    expect(order).toEqual(["cancel", "second"]);
    await narrow.stop();
    raw.stop();
  });

  test("that is only a redirect is closed, and the next one streams", async () => {
    const flooded = Promise.withResolvers<number>();
    const raw = startRawServer((connection, request) => {
      if (request.startsWith("GET /there")) return connection.write(HEAD + chunk("there"));
      connection.write("HTTP/1.1 302 Found\r\nLocation: /there\r\nTransfer-Encoding: chunked\r\n\r\n");
      flooded.resolve(connection.flood(chunk("x".repeat(1_000))));
    });
    const response = await call(client.send, raw.url, { streams: true });
    const stream = streamOf(response);
    expect([await nextText(stream), response.redirected]).toEqual(["there", true]);
    expect(await flooded.promise).toBeGreaterThan(0);
    stream.cancel();
    raw.stop();
  });
});
