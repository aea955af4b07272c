import { afterAll, describe, expect, test } from "bun:test";
import { createHttpClient } from "../../src/http/http-client.ts";
import { call, failureOf, textOf } from "../support/http-call.ts";
import { startTestServer } from "../support/http-server.ts";
import { startRawServer } from "../support/raw-server.ts";

const server = startTestServer();
const client = createHttpClient({ maxResponseBytes: 1_000_000 });
afterAll(async () => {
  await client.stop();
  await server.stop();
});

/** Serves one encoded body with one Content-Encoding. */
function serveEncoded(encoding: string, body: Uint8Array) {
  return startRawServer((connection) => {
    connection.write(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.byteLength}\r\n\r\n`);
    connection.write(body);
  });
}

describe("encoded bodies are decoded", () => {
  test.each(["gzip", "deflate", "deflate-raw", "br", "zstd", "gzip,br", "deflate,gzip"])("%s", async (coding) => {
    const response = await call(client.send, `${server.url}/encoded/${coding}?n=100000`);
    expect(textOf(response)).toBe("x".repeat(100_000));
    expect(response.headers).toContainEqual(["content-encoding", coding.replace("-raw", "")]);
  });

  test("an empty body is empty, whatever the header says", async () => {
    const raw = serveEncoded("gzip", new Uint8Array(0));
    expect((await call(client.send, raw.url)).body.byteLength).toBe(0);
    raw.stop();
  });

  test("HEAD has no body to decode", async () => {
    const raw = startRawServer((connection) =>
      connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99999999\r\n\r\n"),
    );
    expect((await call(client.send, raw.url, { method: "HEAD" })).status).toBe(200);
    raw.stop();
  });

  test("identity, x-gzip and upper case are understood, an unknown coding is not decoded", async () => {
    const gzip = serveEncoded(" identity , X-GZIP", Bun.gzipSync(Buffer.from("hello")));
    expect(textOf(await call(client.send, gzip.url))).toBe("hello");
    const unknown = serveEncoded("rot13", Buffer.from("uryyb"));
    expect(textOf(await call(client.send, unknown.url))).toBe("uryyb");
    gzip.stop();
    unknown.stop();
  });

  test.each([
    ["cut off gzip", "gzip?n=100000&cut=20"],
    ["cut off brotli", "br?n=100000&cut=3"],
    ["cut off zstd", "zstd?n=100000&cut=5"],
    ["cut off deflate", "deflate?n=100000&cut=10"],
  ])("%s is a damaged body", async (_, path) => {
    const failure = await failureOf(call(client.send, `${server.url}/encoded/${path}`));
    expect([failure.kind, failure.message.includes("body is damaged")]).toEqual(["network", true]);
  });

  test("text that claims to be gzip is a damaged body, and nothing is printed", async () => {
    const script = `
      const { createHttpClient } = await import(${JSON.stringify(`${import.meta.dir}/../../src/http/http-client.ts`)});
      const request = { method: "GET", headers: [], body: null };
      const failure = await createHttpClient().send({ ...request, url: process.argv[1] }, new AbortController().signal).catch((e) => e);
      process.stdout.write(failure.kind + " " + failure.message);`;
    const raw = serveEncoded("gzip", Buffer.from("not gzip at all"));
    const child = Bun.spawn([process.execPath, "-e", script, raw.url], { stdout: "pipe", stderr: "pipe" });
    expect(await child.stdout.text()).toMatch(/^network GET .*: the gzip body is damaged$/);
    expect(await child.stderr.text()).toBe("");
    raw.stop();
  });

  test("a connection that breaks inside an encoded body is not reported as damage", async () => {
    const raw = startRawServer((connection) => {
      connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\n\r\n");
      connection.write(Bun.gzipSync(Buffer.from("hello".repeat(1000))).subarray(0, 20));
      connection.end();
    });
    const failure = await failureOf(call(client.send, raw.url));
    expect(failure.message).toContain("closed before the response was complete");
    raw.stop();
  });
});

describe("bodies are limited", () => {
  test("a body at the limit passes, one byte more does not", async () => {
    const exact = await call(client.send, `${server.url}/bytes/5000`, { maxResponseBytes: 5000 });
    expect(exact.body.byteLength).toBe(5000);
    const failure = await failureOf(call(client.send, `${server.url}/bytes/5001`, { maxResponseBytes: 5000 }));
    expect(failure.kind).toBe("too-large");
    expect(failure.message).toContain("larger than the limit of 5000B");
  });

  test("decoded bytes count", async () => {
    for (const coding of ["gzip", "br", "zstd"]) {
      const url = `${server.url}/encoded/${coding}?n=5001`;
      expect((await call(client.send, url, { maxResponseBytes: 5001 })).body.byteLength).toBe(5001);
      expect((await failureOf(call(client.send, url, { maxResponseBytes: 5000 }))).kind).toBe("too-large");
    }
  });

  test("an endless body stops at the limit", async () => {
    const gone = server.nextAbort("/endless");
    expect((await failureOf(call(client.send, `${server.url}/endless`))).kind).toBe("too-large");
    await gone;
  });

  test("a small response that unpacks to 200 MB costs no more than the limit", async () => {
    const bomb = Bun.zstdCompressSync(new Uint8Array(200_000_000));
    expect(bomb.byteLength).toBeLessThan(10_000);
    const raw = serveEncoded("zstd", bomb);
    Bun.gc(true);
    const before = process.memoryUsage.rss();
    expect((await failureOf(call(client.send, raw.url))).kind).toBe("too-large");
    expect(process.memoryUsage.rss() - before).toBeLessThan(40e6);
    raw.stop();
  });

  test("a limit of zero allows an empty body only", async () => {
    expect((await call(client.send, `${server.url}/bytes/0`, { maxResponseBytes: 0 })).status).toBe(200);
    expect((await failureOf(call(client.send, `${server.url}/text`, { maxResponseBytes: 0 }))).kind).toBe("too-large");
  });
});
