import { afterAll, describe, expect, test } from "bun:test";
import { createHttpClient } from "../../src/http/http-client.ts";
import { call, failureOf } from "../support/http-call.ts";
import { type RawConnection, startRawServer } from "../support/raw-server.ts";

const client = createHttpClient({ timeoutMs: 10_000 });
afterAll(() => client.stop());

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

/** Words of the runtime: camel case, its advice, names of its libraries. */
const INTERNAL = /\b[A-Z][a-z]+[A-Z]\w*|_HTTP_|HPE_|verbose|fetch|Bun|uws|Boring|zlib|llhttp|undefined|null/;

/** A path for Bun's client, and one that only node:http can send. */
const PATHS = ["/a", "//a"];

function speaks(bytes: string | Uint8Array, end = false): (connection: RawConnection) => void {
  return (connection) => {
    connection.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    if (end) connection.end();
  };
}

const HEAD = /not valid HTTP: its status line or a header field is malformed/;
const CHUNK = /not valid HTTP: a chunk of its body is malformed/;
const LENGTH = /not valid HTTP: its Content-Length is not a number, or two of them differ/;
const CLOSED = /the connection was closed before the response was complete/;
const LARGE = /the response's headers are too large/;
const CODING = /a Transfer-Encoding other than chunked/;

type Case = [what: string, speak: (connection: RawConnection) => void, message: RegExp, code: string];

/** Malformed responses that both clients report in the same way. */
const malformed: Case[] = [
  ["the greeting of another protocol", speaks("SSH-2.0-OpenSSH_9.9\r\n", true), HEAD, "EPROTO"],
  ["a status of letters", speaks("HTTP/1.1 abc OK\r\n\r\n"), HEAD, "EPROTO"],
  ["a status of four digits", speaks("HTTP/1.1 1000 OK\r\nContent-Length: 0\r\n\r\n"), HEAD, "EPROTO"],
  ["NUL in a header's value", speaks(`${OK}X: a\0b\r\nContent-Length: 0\r\n\r\n`), HEAD, "EPROTO"],
  ["NUL in a header's name", speaks(`${OK}X\0Y: a\r\nContent-Length: 0\r\n\r\n`), HEAD, "EPROTO"],
  ["a control character in a header", speaks(`${OK}X: a\x01b\r\nContent-Length: 0\r\n\r\n`), HEAD, "EPROTO"],
  ["a carriage return in a header", speaks(`${OK}X: a\rb\r\nContent-Length: 0\r\n\r\n`), HEAD, "EPROTO"],
  ["a header without a colon", speaks(`${OK}Xfoo\r\nContent-Length: 0\r\n\r\n`), HEAD, "EPROTO"],
  ["a header without a name", speaks(`${OK}: v\r\nContent-Length: 0\r\n\r\n`), HEAD, "EPROTO"],
  ["a space in a header's name", speaks(`${OK}X Y: v\r\nContent-Length: 0\r\n\r\n`), HEAD, "EPROTO"],
  ["a space before a colon", speaks(`${OK}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`), HEAD, "EPROTO"],
  ["a chunk size of letters", speaks(`${CHUNKED}ZZ\r\nhello\r\n0\r\n\r\n`), CHUNK, "EPROTO"],
  ["a negative chunk size", speaks(`${CHUNKED}-5\r\nhello\r\n0\r\n\r\n`), CHUNK, "EPROTO"],
  ["a chunk size beyond 64 bits", speaks(`${CHUNKED}ffffffffffffffffff\r\nhello\r\n0\r\n\r\n`), CHUNK, "EPROTO"],
  ["a chunk without its line break", speaks(`${CHUNKED}5\r\nhelloXX0\r\n\r\n`), CHUNK, "EPROTO"],
  ["a length of letters", speaks(`${OK}Content-Length: abc\r\n\r\nok`), LENGTH, "EPROTO"],
  ["a negative length", speaks(`${OK}Content-Length: -5\r\n\r\nok`), LENGTH, "EPROTO"],
  ["a length with a sign", speaks(`${OK}Content-Length: +2\r\n\r\nok`), LENGTH, "EPROTO"],
  ["a length in hex", speaks(`${OK}Content-Length: 0x2\r\n\r\nok`), LENGTH, "EPROTO"],
  ["a length with an exponent", speaks(`${OK}Content-Length: 1e1\r\n\r\nok`), LENGTH, "EPROTO"],
  ["a length beyond 64 bits", speaks(`${OK}Content-Length: 99999999999999999999999\r\n\r\nok`), LENGTH, "EPROTO"],
  ["a list of lengths", speaks(`${OK}Content-Length: 2, 2\r\n\r\nok`), LENGTH, "EPROTO"],
  ["lengths that differ", speaks(`${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nokx`), LENGTH, "EPROTO"],
  ["an unknown transfer coding", speaks(`${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`), CODING, "EPROTO"],
  [
    "an unrequested protocol",
    speaks("HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    /another protocol/,
    "EPROTO",
  ],
  ["headers of 10 MB", speaks(`${OK}X: ${"x".repeat(10_000_000)}\r\n\r\n`), LARGE, "EPROTO"],
  [
    "an endless header",
    (connection) => {
      connection.write(`${OK}X: `);
      void connection.flood("x".repeat(0x10000));
    },
    LARGE,
    "EPROTO",
  ],
  [
    "endless headers",
    (connection) => {
      connection.write(OK);
      void connection.flood("X: y\r\n".repeat(100));
    },
    /headers are too large|more than 256 header fields/,
    "EPROTO",
  ],
  ["nothing", (connection) => connection.end(), CLOSED, "ECONNRESET"],
  ["a reset", (connection) => connection.reset(), CLOSED, "ECONNRESET"],
  ["an end within the headers", speaks("HTTP/1.1 200 OK\r\nX: ", true), CLOSED, "ECONNRESET"],
  ["an end within the body", speaks(`${OK}Content-Length: 20\r\n\r\nhello`, true), CLOSED, "ECONNRESET"],
  ["an end between chunks", speaks(`${CHUNKED}5\r\nhello\r\n`, true), CLOSED, "ECONNRESET"],
  ["an end within a chunk", speaks(`${CHUNKED}5\r\nhel`, true), CLOSED, "ECONNRESET"],
  [
    "a reset within the body",
    (connection) => {
      connection.write(`${OK}Content-Length: 20\r\n\r\nhello`);
      connection.resetSoon();
    },
    CLOSED,
    "ECONNRESET",
  ],
  [
    "a damaged gzip body",
    speaks(`${OK}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello`),
    /the gzip body is damaged/,
    "EPROTO",
  ],
];

/** Responses that only Bun's client rejects. */
const rejectedByBun: Case[] = [
  ["HTTP/2", speaks("HTTP/2.0 200 OK\r\n\r\n"), HEAD, "EPROTO"],
  [
    "257 header fields",
    speaks(`${OK}${"X: y\r\n".repeat(256)}Content-Length: 0\r\n\r\n`),
    /more than 256 header fields/,
    "EPROTO",
  ],
  ["a status below 100", speaks("HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n"), /status 99 is not valid/, "EPROTO"],
  [
    "an unknown coding with a length",
    speaks(`${OK}Transfer-Encoding: xx\r\nContent-Length: 2\r\n\r\nok`),
    CODING,
    "EPROTO",
  ],
  [
    "chunked twice",
    speaks(`${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    CODING,
    "EPROTO",
  ],
];

describe.each(PATHS)("malformed responses for %s", (path) => {
  test.each(path === "/a" ? [...malformed, ...rejectedByBun] : malformed)("%s", async (_, speak, message, code) => {
    const raw = startRawServer(speak);
    // A POST, so that no client retries.
    const failure = await failureOf(call(client.send, raw.url + path, { method: "POST", body: "x" }));
    raw.stop();
    expect([failure.kind, failure.code]).toEqual(["network", code]);
    expect(failure.message).toMatch(message);
    expect(failure.message).toStartWith(`POST ${raw.url}${path}: `);
    expect(failure.message).not.toMatch(INTERNAL);
  });

  test.each(["100 Continue", "102 Processing", "103 Early Hints"])("an endless sequence of %s", async (status) => {
    const flooded = Promise.withResolvers<number>();
    const raw = startRawServer((connection) =>
      flooded.resolve(connection.flood(`HTTP/1.1 ${status}\r\n\r\n`.repeat(1_000))),
    );
    const before = process.memoryUsage.rss();
    const failure = await failureOf(call(client.send, raw.url + path, { timeoutMs: 300 }));
    await flooded.promise;
    raw.stop();
    expect([failure.kind, failure.code]).toEqual(["timeout", "ETIMEDOUT"]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
  });
});
