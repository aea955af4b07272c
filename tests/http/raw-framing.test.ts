import { afterAll, describe, expect, test } from "bun:test";
import { createHttpClient } from "../../src/http/http-client.ts";
import { call, failureOf, textOf } from "../support/http-call.ts";
import { type RawConnection, startRawServer } from "../support/raw-server.ts";

const MEGABYTE = 1024 * 1024;
const client = createHttpClient({ timeoutMs: 10_000, maxResponseBytes: MEGABYTE });
afterAll(() => client.stop());

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = "Transfer-Encoding: chunked\r\n";
/** 64 kB of body as one chunk. */
const CHUNK = `10000\r\n${"x".repeat(0x10000)}\r\n`;

/** Sends a request to a server that speaks these bytes. */
async function requestTo<T>(speak: (connection: RawConnection) => void, use: (url: string) => Promise<T>): Promise<T> {
  const raw = startRawServer(speak);
  try {
    return await use(raw.url);
  } finally {
    raw.stop();
  }
}

describe("announced lengths are not trusted", () => {
  const endless: [string, string, string][] = [
    ["a short Content-Length with chunks", `${OK}Content-Length: 10\r\n${CHUNKED}\r\n`, CHUNK],
    ["a short Content-Length after chunks", `${OK}${CHUNKED}Content-Length: 10\r\n\r\n`, CHUNK],
    ["chunks of one byte", `${OK}Content-Length: 1\r\n${CHUNKED}\r\n`, "1\r\nx\r\n".repeat(10_000)],
    ["chunks and nothing said", `${OK}${CHUNKED}\r\n`, CHUNK],
    ["a body that ends with the connection", `${OK}\r\n`, "x".repeat(0x10000)],
    ["the same by HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n", "x".repeat(0x10000)],
    ["the same in an unknown coding", `${OK}Content-Encoding: rot13\r\n\r\n`, "x".repeat(0x10000)],
    ["a status without a meaning", `HTTP/1.1 299 \r\n${CHUNKED}Content-Length: 0\r\n\r\n`, CHUNK],
  ];
  test.each(endless)("%s: the body ends at the limit, and the connection with it", async (_, head, piece) => {
    const flooded = Promise.withResolvers<number>();
    const before = process.memoryUsage.rss();
    const failure = await requestTo(
      (connection) => {
        connection.write(head);
        flooded.resolve(connection.flood(piece));
      },
      async (url) => {
        const failure = await failureOf(call(client.send, url));
        // The client has closed the connection: only the sockets' buffers were sent beyond the limit.
        expect(await flooded.promise).toBeLessThan(60 * MEGABYTE);
        return failure;
      },
    );
    expect([failure.kind, failure.message.includes("larger than the limit of 1MB")]).toEqual(["too-large", true]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(80e6);
  });

  test("a Content-Length over the limit fails before the body arrives", async () => {
    const failure = await requestTo(
      (connection) => connection.write(`${OK}Content-Length: 99999999\r\n\r\n`),
      (url) => failureOf(call(client.send, url)),
    );
    expect(failure.kind).toBe("too-large");
  });
});

describe("framing of RFC 9112", () => {
  const readings: [string, string | string[], string][] = [
    ["a Content-Length", `${OK}Content-Length: 5\r\n\r\nhello`, "hello"],
    ["no more than the Content-Length", `${OK}Content-Length: 5\r\n\r\nhello there`, "hello"],
    ["equal Content-Lengths", `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`, "hello"],
    ["chunks before a Content-Length", `${OK}Content-Length: 3\r\n${CHUNKED}\r\n5\r\nhello\r\n0\r\n\r\n`, "hello"],
    ["a trailer", `${OK}${CHUNKED}\r\n5\r\nhello\r\n0\r\nX-Sum: a\r\n\r\n`, "hello"],
    ["chunk extensions", `${OK}${CHUNKED}\r\n5;a=b;c="d"\r\nhello\r\n0\r\n\r\n`, "hello"],
    ["sizes in upper case and with zeros", `${OK}${CHUNKED}\r\n000A\r\n0123456789\r\n0\r\n\r\n`, "0123456789"],
    ["identity with a Content-Length", `${OK}Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello`, "hello"],
    [
      "interim responses",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n${OK}Content-Length: 5\r\n\r\nhello`,
      "hello",
    ],
    ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "hello"],
    ["no reason", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", "hello"],
    ["bytes that come one by one", [...`${OK}${CHUNKED}X: y\r\n\r\n5\r\nhello\r\n0\r\n\r\n`], "hello"],
    ["204 with a body", "HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nhello", ""],
    ["304 with a body", "HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\nhello", ""],
  ];
  test.each(readings)("%s", async (_, bytes, body) => {
    const speak = async (connection: RawConnection) => {
      for (const piece of typeof bytes === "string" ? [bytes] : bytes) {
        connection.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const response = await requestTo(
      (connection) => void speak(connection),
      (url) => call(client.send, url),
    );
    expect(textOf(response)).toBe(body);
  });

  test("a body that ends with the connection", async () => {
    const speak = (connection: RawConnection) => {
      connection.write("HTTP/1.0 200 OK\r\n\r\nhello");
      connection.end();
    };
    expect(textOf(await requestTo(speak, (url) => call(client.send, url)))).toBe("hello");
  });

  test("bodies in many pieces arrive whole", async () => {
    const speak = (connection: RawConnection) => connection.write(`${OK}${CHUNKED}\r\n${CHUNK.repeat(9)}0\r\n\r\n`);
    const raw = startRawServer(speak);
    const { body } = await call(client.send, raw.url);
    raw.stop();
    expect([body.byteLength, body.buffer.byteLength, body.every((byte) => byte === 0x78)]).toEqual([
      9 * 0x10000,
      9 * 0x10000,
      true,
    ]);
  });

  test("256 header fields are accepted", async () => {
    const fields = Array.from({ length: 255 }, (_, i) => `X-${i}: ${i}\r\n`).join("");
    const speak = (connection: RawConnection) => connection.write(`${OK}${fields}Content-Length: 0\r\n\r\n`);
    const { headers } = await requestTo(speak, (url) => call(client.send, url));
    expect([headers.length, headers.find(([name]) => name === "x-254")]).toEqual([256, ["x-254", "254"]]);
  });

  test("bytes after a response on its connection are not the next response", async () => {
    const smuggled = `${OK}Content-Length: 4\r\n\r\nevil`;
    const raw = startRawServer((connection) => {
      connection.write(`${OK}Content-Length: 2\r\n\r\nok${connection.count === 1 ? smuggled : ""}`);
    });
    for (let i = 0; i < 3; i++) expect(textOf(await call(client.send, raw.url))).toBe("ok");
    raw.stop();
  });
});
