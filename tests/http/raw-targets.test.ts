import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createHttpClient, type HttpClientOptions } from "../../src/http/http-client.ts";
import { call, failureOf, textOf } from "../support/http-call.ts";
import { startTestServer, TEST_AUTHORITY_FILE } from "../support/http-server.ts";
import { startTestProxy } from "../support/proxy-server.ts";
import { startRawServer } from "../support/raw-server.ts";

const raw = startRawServer((connection, request) => {
  const [, to] = /^GET \/to\?(\S*)/.exec(request) ?? [];
  if (to === undefined) connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  else connection.write(`HTTP/1.1 302 Found\r\nLocation: ${decodeURIComponent(to)}\r\nContent-Length: 0\r\n\r\n`);
});
const secure = startTestServer({ certificates: ["service"] });
const tunnel = startTestProxy(secure.port);
const clients: ReturnType<typeof createHttpClient>[] = [];
const client = clientWith({});
afterAll(async () => {
  await Promise.all(clients.map((one) => one.stop()));
  raw.stop();
  tunnel.stop();
  await secure.stop();
});

function clientWith(options: HttpClientOptions) {
  const made = createHttpClient({ lookup: () => Promise.resolve(["127.0.0.1"]), ...options });
  clients.push(made);
  return made;
}

/** Returns the request line of the latest request. */
function sentTarget(): string {
  return /^\S+ (\S*) HTTP\/1\.1\r\n/.exec(raw.requests.at(-1) ?? "")?.[1] ?? "";
}

const TARGETS = [
  "//bucket//key",
  "///bucket",
  "//",
  "//?",
  "//host:99/path",
  "//user@host/path",
  "//a?x=//y&z=%2F%2f",
  "/a//b",
  "/a//",
  "/%2F/a%",
  "/?//",
  "/?",
  "/a|b'c",
];

describe("the path is sent as written", () => {
  test.each(TARGETS)("%s", async (target) => {
    const response = await call(client.send, raw.url + target);
    expect([sentTarget(), response.url]).toEqual([target, raw.url + target]);
  });

  test.each(TARGETS)("%s after a redirect", async (target) => {
    const response = await call(client.send, `${raw.url}/to?${encodeURIComponent(raw.url + target)}`);
    expect([sentTarget(), response.url]).toEqual([target, raw.url + target]);
  });

  test.each(TARGETS)("%s through a proxy", async (target) => {
    const own = clientWith({ proxies: { http: `http://us%40er:pa%3Ass@127.0.0.1:${raw.port}` } });
    await call(own.send, `http://far.test${target}`);
    expect(sentTarget()).toBe(`http://far.test${target}`);
    expect(raw.requests.at(-1)).toContain(`Basic ${Buffer.from("us@er:pa:ss").toString("base64")}\r\n`);
    expect(raw.requests.at(-1)).toMatch(/^Host: far\.test\r$/m);
  });

  test("any path is sent byte by byte", async () => {
    const piece = fc.constantFrom("/", "//", "a", "%2F", "%", ":", "@", "?", "=", "&", ";", "..", ".", "é", "|", "[");
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const url = new URL(`${raw.url}/${pieces.join("")}`);
        const response = await call(client.send, url.href);
        expect([sentTarget(), response.url]).toEqual([url.href.slice(raw.url.length), url.href]);
      }),
      { numRuns: 100 },
    );
  });

  test("a path with two slashes keeps method, headers and body", async () => {
    const headers: [string, string][] = [
      ["X-One", "1"],
      ["Accept", "a/b"],
      ["Cookie", "a=1"],
    ];
    await call(client.send, `${raw.url}//a`, { method: "PROPFIND", headers, body: "hällo" });
    const request = raw.requests.at(-1) ?? "";
    for (const line of ["X-One: 1", "Accept: a/b", "Cookie: a=1", "Content-Length: 6", `Host: 127.0.0.1:${raw.port}`]) {
      expect(request).toContain(`\r\n${line}\r\n`);
    }
    expect(request).not.toContain("Transfer-Encoding");
    await call(client.send, `${raw.url}//a`, { method: "POST" });
    expect(raw.requests.at(-1)).toContain("Content-Length: 0\r\n");
  });

  test("repeated Set-Cookie lines, encoded bodies and limits work as for other paths", async () => {
    const lines = `Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX: 1\r\nX: 2\r\nContent-Encoding: gzip\r\n`;
    const body = Bun.gzipSync(Buffer.from("hello".repeat(100)));
    const own = startRawServer((connection) => {
      connection.write(`HTTP/1.1 200 Fine\r\n${lines}Content-Length: ${body.byteLength}\r\n\r\n`);
      connection.write(body);
    });
    const [double, single] = await Promise.all([call(client.send, `${own.url}//a`), call(client.send, `${own.url}/a`)]);
    expect([double.status, double.statusText, double.headers]).toEqual([200, "Fine", single.headers]);
    expect(textOf(double)).toBe("hello".repeat(100));
    const failure = await failureOf(call(client.send, `${own.url}//a`, { maxResponseBytes: 499 }));
    expect(failure.kind).toBe("too-large");
    own.stop();
  });
});

describe("two slashes over TLS", () => {
  const tls = { caFile: TEST_AUTHORITY_FILE };

  test("the certificate is checked against the name", async () => {
    const own = clientWith({ tls });
    await call(own.send, `https://service.test:${secure.port}//json`);
    expect(secure.seen.at(-1)?.target).toBe("//json");
    const wrong = await failureOf(call(own.send, `https://third.test:${secure.port}//json`));
    expect([wrong.code, wrong.message.includes("another host name")]).toEqual(["ERR_TLS_CERT_ALTNAME_INVALID", true]);
    const untrusted = await failureOf(call(clientWith({}).send, `https://service.test:${secure.port}//json`));
    expect(untrusted.message).toContain("certificate");
    const unchecked = clientWith({ tls: { verify: false } });
    expect((await call(unchecked.send, `https://third.test:${secure.port}//json`)).status).toBeGreaterThan(0);
  });

  test("the same through a tunnel", async () => {
    const own = clientWith({ tls, proxies: { https: `http://us:er@127.0.0.1:${tunnel.port}` } });
    await call(own.send, "https://service.test//json");
    expect(secure.seen.at(-1)?.target).toBe("//json");
    expect(tunnel.requests.at(-1)).toStartWith("CONNECT service.test:443 HTTP/1.1\r\n");
    expect(tunnel.requests.at(-1)).toContain(`Basic ${Buffer.from("us:er").toString("base64")}`);
    const wrong = await failureOf(call(own.send, "https://third.test//json"));
    expect(wrong.message).toContain("another host name");
  });

  test("a proxy that rejects, is unreachable, or is invalid", async () => {
    const refusing = startTestProxy(secure.port, "407 Proxy Authentication Required");
    const own = clientWith({ proxies: { https: `http://127.0.0.1:${refusing.port}` } });
    const refused = await failureOf(call(own.send, "https://far.test//a"));
    expect([refused.code, refused.message]).toEqual([
      "ERR_PROXY_TUNNEL",
      `GET https://far.test//a: the proxy refused to open a tunnel: 407 Proxy Authentication Required (proxy 127.0.0.1:${refusing.port})`,
    ]);
    refusing.stop();
    const away = await failureOf(call(own.send, "https://far.test//a"));
    expect([away.code, away.message.includes("the connection was refused")]).toEqual(["ECONNREFUSED", true]);
    const socks = clientWith({ proxies: { http: "socks5://127.0.0.1:1080" } });
    expect((await failureOf(call(socks.send, "http://far.test//a"))).message).toContain("neither http: nor https:");
  });

  test("an aborted request closes its connection", async () => {
    const flooded = Promise.withResolvers<number>();
    const controller = new AbortController();
    const own = startRawServer((connection) => {
      connection.write("HTTP/1.1 200 OK\r\n\r\n");
      flooded.resolve(connection.flood("x".repeat(0x10000)));
      controller.abort();
    });
    const failure = await failureOf(call(client.send, `${own.url}//a`, { signal: controller.signal }));
    expect(failure.kind).toBe("aborted");
    await flooded.promise;
    own.stop();
  });
});
