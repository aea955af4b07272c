import { afterAll, expect, test } from "bun:test";
import { connect, createServer, type Server } from "node:net";
import { createHttpClient } from "../../src/http/http-client.ts";
import { call, failureOf, textOf } from "../support/http-call.ts";
import { TEST_AUTHORITY_FILE, testCertificate } from "../support/http-server.ts";
import { startRawServer } from "../support/raw-server.ts";

const BODY = new Uint8Array(3_000_001).map((_, i) => i * 7);
const HASH = new Bun.CryptoHasher("sha256").update(BODY).digest("hex");

/** Responds with how a body was framed, and with its hash; redirects to itself from `/away`. */
const fetchHash = async (request: Request) => {
  const hash = new Bun.CryptoHasher("sha256").update(await request.bytes()).digest("hex");
  if (new URL(request.url).pathname === "/away") return new Response(null, { status: 307, headers: { Location: "/" } });
  const framing = ["content-length", "transfer-encoding"].map((name) => request.headers.get(name));
  return Response.json([...framing, hash]);
};
const plain = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: fetchHash });
const secure = Bun.serve({ hostname: "127.0.0.1", port: 0, tls: testCertificate("service"), fetch: fetchHash });

/** A proxy that tunnels CONNECT to the secure server and passes everything else on to the plain one. */
const proxy: Server = createServer((client) => {
  client.once("data", (first) => {
    const tunnels = first.toString("latin1").startsWith("CONNECT ");
    const upstream = connect(Number(tunnels ? secure.port : plain.port), "127.0.0.1");
    if (tunnels) client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    else upstream.write(first);
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on("error", () => {});
  });
});
await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const proxyUrl = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;

const lookup = () => Promise.resolve(["127.0.0.1"]);
const tls = { caFile: TEST_AUTHORITY_FILE };
const direct = createHttpClient({ lookup, tls });
const proxied = createHttpClient({ lookup, tls, proxies: { http: proxyUrl, https: proxyUrl } });
afterAll(async () => {
  await Promise.all([direct.stop(), proxied.stop()]);
  proxy.close();
  await Promise.all([plain.stop(true), secure.stop(true)]);
});

const post = (client: typeof direct, url: string) => call(client.send, url, { method: "POST", body: BODY });

test.each([
  ["in plain HTTP", direct, plain.url.href],
  ["over TLS", direct, `https://service.test:${secure.port}/`],
  ["through a proxy", proxied, "http://far.test/"],
  ["through a tunnel", proxied, "https://service.test/"],
  ["after a redirect", direct, `${plain.url.href}away`],
])("a large body arrives whole, with its length: %s", async (_name, client, url) => {
  for (let i = 0; i < 3; i++) {
    expect(JSON.parse(textOf(await post(client, url)))).toEqual([String(BODY.length), null, HASH]);
  }
});

test("a response that comes before the end of a large body counts, and the next request is not confused", async () => {
  const early = startRawServer((connection) => {
    connection.write("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
  });
  for (let i = 0; i < 2; i++) {
    const response = await post(direct, early.url);
    expect([response.status, textOf(response)]).toEqual([413, "no"]);
  }
  early.stop();
});

test("a connection that is reset in the middle of a large body is a network failure", async () => {
  const resets = startRawServer((connection) => connection.reset());
  expect(await failureOf(post(direct, resets.url))).toMatchObject({ kind: "network", code: "ECONNRESET" });
  resets.stop();
});

test("a large body that nobody reads can be aborted", async () => {
  const abort = new AbortController();
  const silent = startRawServer(() => abort.abort());
  const exchange = call(direct.send, silent.url, { method: "POST", body: BODY, signal: abort.signal });
  expect(await failureOf(exchange)).toMatchObject({ kind: "aborted" });
  silent.stop();
});

test("a large body in shared memory arrives whole", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(BODY.length));
  shared.set(BODY);
  const response = await call(direct.send, plain.url.href, { method: "PUT", body: shared });
  expect(JSON.parse(textOf(response))).toEqual([String(BODY.length), null, HASH]);
});
