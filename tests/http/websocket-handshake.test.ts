import { afterAll, describe, expect, test } from "bun:test";
import { createHttpClient, type HttpClientOptions } from "../../src/http/http-client.ts";
import { failureOf } from "../support/http-call.ts";
import { TEST_AUTHORITY_FILE, testCertificate } from "../support/http-server.ts";
import { startTestProxy } from "../support/proxy-server.ts";
import { openTestSocket } from "../support/socket-call.ts";
import { type SocketServerOptions, startSocketServer } from "../support/socket-server.ts";
import { hostsOf } from "../support/task-rules.ts";

const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function serverWith(options?: SocketServerOptions) {
  const server = await startSocketServer(options);
  stops.push(() => server.stop());
  return server;
}

function clientWith(options?: HttpClientOptions) {
  const client = createHttpClient(options);
  stops.push(() => client.stop());
  return client;
}

const client = clientWith();
const plain = await serverWith();
const DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

describe("handshakes", () => {
  test("the request is the standard's", async () => {
    const server = await serverWith({ headers: "Sec-WebSocket-Protocol: b\r\n" });
    const [peer, { socket }] = await Promise.all([
      server.accept(),
      openTestSocket(client.send, `ws://user:pass@127.0.0.1:${server.port}/a//b?c=%20#d`, { protocols: ["a", "b"] }),
    ]);
    const [line, ...headers] = peer.request.trimEnd().split("\r\n");
    expect(line).toBe("GET /a//b?c=%20 HTTP/1.1");
    expect(headers).toContain(`Host: 127.0.0.1:${server.port}`);
    expect(headers).toContain("Upgrade: websocket");
    expect(headers).toContain("Connection: Upgrade");
    expect(headers).toContain("Sec-WebSocket-Version: 13");
    expect(headers).toContain("Sec-WebSocket-Protocol: a, b");
    expect(headers).toContain(`Authorization: Basic ${btoa("user:pass")}`);
    expect(headers.filter((header) => /^accept/i.test(header))).toEqual([]);
    expect(socket.protocol).toBe("b");
    socket.leave();
  });

  const wrong: Record<string, [(accept: string) => string, string]> = {
    "another status": [() => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404 Not Found"],
    "a redirect": [() => "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "302 Found"],
    "no HTTP": [() => "hello\r\n\r\n", "not valid HTTP"],
    "a folded header": [() => "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n folded\r\n\r\n", "not valid HTTP"],
    "a head without end": [() => `HTTP/1.1 101 x\r\n${"a: b\r\n".repeat(10_000)}`, "not valid HTTP"],
    "another protocol": [(a) => response(a).replace("websocket", "h2c"), "another protocol"],
    "no Connection": [(a) => response(a).replace("Connection: Upgrade\r\n", ""), "lacks Connection: Upgrade"],
    "another key": [() => response("AAAA"), "does not match the key"],
    "an unwanted subprotocol": [(a) => response(a, "Sec-WebSocket-Protocol: x\r\n"), "was not offered"],
    "an unwanted extension": [(a) => response(a, "Sec-WebSocket-Extensions: x-zip\r\n"), "was not offered"],
    "an unwanted parameter": [
      (a) => response(a, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9\r\n"),
      "was not offered",
    ],
    "the extension twice": [(a) => response(a, DEFLATE + DEFLATE), "was not offered"],
  };

  function response(accept: string, headers = ""): string {
    return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${headers}\r\n`;
  }

  for (const [what, [make, message]] of Object.entries(wrong)) {
    test(`${what} fails`, async () => {
      const server = await serverWith({ response: make });
      const failure = await failureOf(openTestSocket(client.send, server.url));
      expect(failure.kind).toBe("network");
      expect(failure.message).toStartWith(`WebSocket ${server.url}: `);
      expect(failure.message).toContain(message);
    });
  }

  test("a server that accepts none of the subprotocols fails", async () => {
    const failure = await failureOf(openTestSocket(client.send, plain.url, { protocols: ["a"] }));
    expect(failure.message).toContain("accepts none of the offered subprotocols");
    await plain.accept();
  });

  test("a server that never responds meets the time limit", async () => {
    const server = await serverWith({ response: null });
    const failure = await failureOf(openTestSocket(client.send, server.url, { timeoutMs: 50 }));
    expect(failure.kind).toBe("timeout");
    expect(failure.message).toContain("within 50ms");
  });

  test("a refused connection says so", async () => {
    const server = await startSocketServer();
    server.stop();
    const failure = await failureOf(openTestSocket(client.send, server.url));
    expect(failure.code).toBe("ECONNREFUSED");
    expect(failure.message).toBe(`WebSocket ${server.url}: the connection was refused (127.0.0.1 port ${server.port})`);
  });

  test("a host that is not permitted is refused as for fetch", async () => {
    const failure = await failureOf(openTestSocket(client.send, plain.url, { taskRules: hostsOf("example.com") }));
    expect(failure.kind).toBe("refused");
    expect(failure.message).toStartWith(
      `WebSocket ${plain.url} was refused: the host 127.0.0.1:${plain.port} is not in the task's permissions.hosts.`,
    );
    const wss = await failureOf(
      openTestSocket(client.send, "wss://localhost/", { taskRules: hostsOf("localhost:80", "localhost:444") }),
    );
    expect(wss.message).toContain("permissions.hosts");
  });

  test("names are resolved as for fetch, and connected to exactly that address", async () => {
    const named = clientWith({ lookup: () => Promise.resolve(["127.0.0.1"]) });
    const [peer, { socket }] = await Promise.all([
      plain.accept(),
      openTestSocket(named.send, `ws://somewhere.test:${plain.port}/`),
    ]);
    expect(peer.request).toContain(`Host: somewhere.test:${plain.port}\r\n`);
    socket.leave();
  });

  test("a proxy is asked for a tunnel", async () => {
    const proxy = startTestProxy(plain.port);
    stops.push(() => proxy.stop());
    const proxied = clientWith({ proxies: { http: `http://127.0.0.1:${proxy.port}` } });
    const [peer, { socket, until, messages }] = await Promise.all([
      plain.accept(),
      openTestSocket(proxied.send, "ws://far.test/x"),
    ]);
    expect(proxy.requests[0]).toStartWith("CONNECT far.test:80 HTTP/1.1");
    expect(peer.request).toStartWith("GET /x HTTP/1.1\r\nHost: far.test\r\n");
    peer.frame(0x81, "through");
    await until(1);
    expect(messages).toEqual(["through"]);
    socket.leave();
    const refusing = startTestProxy(plain.port, "407 Proxy Authentication Required");
    stops.push(() => refusing.stop());
    const refused = clientWith({ proxies: { http: `http://127.0.0.1:${refusing.port}` } });
    const failure = await failureOf(openTestSocket(refused.send, "ws://far.test/x"));
    expect(failure.message).toContain("the proxy refused to open a tunnel: 407");
  });
});

describe("TLS", () => {
  const secure = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: testCertificate("service"),
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no", { status: 400 })),
    websocket: { message: (socket, message) => void socket.send(message) },
  });
  stops.push(() => secure.stop(true));
  const lookup = () => Promise.resolve(["127.0.0.1"]);

  async function echo(options: HttpClientOptions): Promise<void> {
    const { socket, until, messages } = await openTestSocket(
      clientWith(options).send,
      `wss://service.test:${secure.port}/`,
    );
    socket.send("over TLS");
    await until(1);
    expect(messages).toEqual(["over TLS"]);
    socket.leave();
  }

  test("a trusted authority's certificate passes, also through a proxy", async () => {
    await echo({ lookup, tls: { caFile: TEST_AUTHORITY_FILE } });
    await echo({ lookup, tls: { verify: false } });
    const proxy = startTestProxy(secure.port ?? 0);
    stops.push(() => proxy.stop());
    await echo({ tls: { caFile: TEST_AUTHORITY_FILE }, proxies: { https: `http://127.0.0.1:${proxy.port}` } });
    expect(proxy.requests).toHaveLength(1);
  });

  test("an untrusted authority, or a certificate for another name, fails", async () => {
    const open = (options: HttpClientOptions, host: string) =>
      failureOf(openTestSocket(clientWith({ lookup, ...options }).send, `wss://${host}:${secure.port}/`));
    expect((await open({}, "service.test")).message).toContain("can't be traced to a trusted authority");
    expect((await open({ tls: { caFile: TEST_AUTHORITY_FILE } }, "third.test")).message).toContain("another host name");
  });

  test("a server without TLS fails", async () => {
    const failure = await failureOf(
      openTestSocket(client.send, `wss://127.0.0.1:${plain.port}/`, { timeoutMs: 2_000 }),
    );
    expect(failure.message).toContain(`WebSocket wss://127.0.0.1:${plain.port}/: `);
  });
});
