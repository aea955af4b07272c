import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { HttpRequest, HttpResponse } from "../../../src/domain/http.ts";
import { createHttpClient, type HttpClient, type HttpClientOptions } from "../../../src/http/http-client.ts";
import { lookupSystem } from "../../../src/http/resolve-host.ts";
import { startDnsServer, type TestDnsServer } from "../../support/dns-server.ts";
import { call, failureOf, textOf } from "../../support/http-call.ts";
import { startTestProxy, type TestProxy } from "../../support/proxy-server.ts";
import { openTestSocket } from "../../support/socket-call.ts";
import { networkRules } from "../../support/task-rules.ts";
import { INVALID_URLS, LOOPBACK_URLS, OTHER_URLS } from "./ssrf-targets.ts";

/** Requests of a task, not of the host. */
const owner = { executionId: "1", taskUuid: "2" };

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "loopback.test": ["127.0.0.1"],
  "mapped.test": ["::ffff:127.0.0.1"],
  "alias.test": ["@loopback.test", "127.0.0.1"],
  "first-dead.test": ["127.0.0.3", "127.0.0.1"],
  [new URL("http://löopback.test").hostname]: ["127.0.0.1"],
  "metadata.test": ["169.254.169.254"],
  "private.test": ["10.0.0.1", "192.168.0.1"],
  "unique-local.test": ["fd00::1"],
  "nat64.test": ["64:ff9b::a00:1"],
  "6to4.test": ["2002:a00:1::1"],
  "compatible.test": ["::a00:1"],
  "permitted.test": ["127.0.0.4"],
  // A public address first: a check of the first one alone would let the second one through.
  "mixed.test": ["127.0.0.4", "127.0.0.1"],
};

/** The server that no attempt may reach, on every loopback address. */
let target: Bun.Server<undefined>;
let hits = 0;
/** Another one, at 127.0.0.1 alone. */
let narrow: Bun.Server<undefined>;
/** A server at an address that http.allow permits. It redirects to the URL in `to`. */
let permitted: Bun.Server<undefined>;
let names: TestDnsServer;
let proxy: TestProxy;
const clients: HttpClient[] = [];

beforeAll(async () => {
  target = Bun.serve({
    hostname: "0.0.0.0",
    port: 0,
    fetch(request, server) {
      hits += 1;
      return server.upgrade(request) ? undefined : new Response("secret");
    },
    websocket: { message: () => undefined },
  });
  narrow = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch() {
      hits += 1;
      return new Response("secret");
    },
  });
  permitted = Bun.serve({
    hostname: "127.0.0.4",
    port: 0,
    fetch(request) {
      const { searchParams } = new URL(request.url);
      const to = searchParams.get("to");
      const status = Number(searchParams.get("status") ?? 302);
      return to === null ? new Response("public") : new Response(null, { status, headers: { location: to } });
    },
  });
  names = await startDnsServer((name, count) => {
    if (name === "rebinding.test") return [count % 2 === 0 ? "127.0.0.4" : "127.0.0.1"];
    return NAMES[name] ?? [];
  });
  proxy = startTestProxy(target.port ?? 0);
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.stop()));
  await Promise.all([target.stop(true), narrow.stop(true), permitted.stop(true)]);
  names.stop();
  proxy.stop();
});

/** A client whose tasks may reach the internet and 127.0.0.4, which stands for it: tests leave this machine alone. */
function clientWith(options: HttpClientOptions = {}): HttpClient {
  const client = createHttpClient({
    lookup: (name) => (/\.test\.?$/.test(name) ? names.lookup(name.replace(/\.$/, "")) : lookupSystem(name)),
    network: { scope: "public", allow: networkRules("127.0.0.4/32"), deny: [] },
    timeoutMs: 5_000,
    ...options,
  });
  clients.push(client);
  return client;
}

const at = (url: string) => url.replaceAll("%p", String(target.port));
const attempt = (client: HttpClient, url: string, more: Partial<Omit<HttpRequest, "body">> = {}) =>
  call(client.send, url, { owner, ...more });

async function expectRefused(exchange: Promise<HttpResponse | object>): Promise<void> {
  const before = hits;
  const { kind, code, message } = await failureOf(exchange);
  expect({ kind, code, message }).toMatchObject({ kind: "refused", code: "PERMISSION_DENIED" });
  expect(message).toContain("execution.network");
  expect(hits).toBe(before);
}

describe("without a policy", () => {
  test.each(LOOPBACK_URLS)("%j reaches the server", async (url) => {
    const client = clientWith({ network: { scope: "any", allow: [], deny: [] } });
    const before = hits;
    expect((await attempt(client, at(url))).status).toBe(200);
    expect(hits).toBe(before + 1);
  });
});

describe("a request to", () => {
  test.each(LOOPBACK_URLS)("%j does not reach the server", async (url) => {
    await expectRefused(attempt(clientWith(), at(url)));
  });

  test.each(OTHER_URLS)("%s is refused", async (url) => {
    await expectRefused(attempt(clientWith(), url));
    await expectRefused(attempt(clientWith(), url, { method: "POST" }));
  });

  test.each(INVALID_URLS)("%s is not sent", async (url) => {
    const before = hits;
    const failure = await failureOf(attempt(clientWith({ timeoutMs: 1_000 }), at(url)));
    expect(failure.kind).toBe("invalid-request");
    expect(hits).toBe(before);
  });
});

describe("a redirect to", () => {
  const via = (to: string, status = 302) =>
    `http://permitted.test:${permitted.port}/?status=${status}&to=${encodeURIComponent(to)}`;

  test("a permitted place is followed", async () => {
    const there = `http://127.0.0.4:${permitted.port}/`;
    expect(textOf(await attempt(clientWith(), via(there)))).toBe("public");
  });

  // A header can't contain all characters that a URL in a program can.
  const visible = [...LOOPBACK_URLS, ...OTHER_URLS].filter(
    (url) => /^[!-~]+$/.test(url) && /^http:(?:\/\/|\\)/i.test(url),
  );
  test.each(visible)("%s is refused", async (url) => {
    await expectRefused(attempt(clientWith(), via(at(url))));
  });

  test.each([301, 303, 307, 308])("the server is refused with %i", async (status) => {
    await expectRefused(attempt(clientWith(), via(at("http://127.0.0.1:%p/"), status), { method: "POST" }));
  });

  test.each(["//127.0.0.1:%p/", "//[::ffff:7f00:1]:%p/x", "\\\\127.0.0.1:%p/", "///127.0.0.1:%p/"])(
    "%s, without a scheme, is refused",
    async (url) => {
      await expectRefused(attempt(clientWith(), via(at(url))));
    },
  );

  test("the server is refused at the last of several hops", async () => {
    await expectRefused(attempt(clientWith(), via(via(via(at("http://loopback.test:%p/"))))));
  });
});

describe("a WebSocket to", () => {
  test("the server is opened without a policy", async () => {
    const client = clientWith({ network: { scope: "any", allow: [], deny: [] } });
    const { socket } = await openTestSocket(client.send, at("ws://127.0.0.1:%p/"), { owner });
    socket.leave();
  });

  const sockets = [...LOOPBACK_URLS, ...OTHER_URLS].filter((url) => url.startsWith("http://"));
  test.each(sockets)("%j with ws: is refused", async (url) => {
    const { href } = new URL(at(url).replace("http:", "ws:"));
    await expectRefused(openTestSocket(clientWith().send, href, { owner }));
  });
});

describe("through a proxy on this machine, which is not restricted itself,", () => {
  const proxied = (more: HttpClientOptions = {}) => {
    const url = `http://127.0.0.1:${proxy.port}`;
    return clientWith({ proxies: { http: url, https: url }, ...more });
  };

  test("a permitted place is asked for by name", async () => {
    const before = proxy.requests.length;
    expect(textOf(await attempt(proxied(), "http://permitted.test/x"))).toBe("proxied");
    expect(proxy.requests[before]).toStartWith("GET http://permitted.test/x HTTP/1.1");
  });

  test.each([...LOOPBACK_URLS, ...OTHER_URLS])("%j is not asked for", async (url) => {
    const before = proxy.requests.length;
    await expectRefused(attempt(proxied(), at(url)));
    await expectRefused(attempt(proxied(), at(url).replace(/^ *https?:/i, "https:")));
    expect(proxy.requests).toHaveLength(before);
  });

  test("a WebSocket is not asked for", async () => {
    const before = proxy.requests.length;
    await expectRefused(openTestSocket(proxied().send, at("ws://loopback.test:%p/"), { owner }));
    expect(proxy.requests).toHaveLength(before);
  });

  test("a name with one address that is not permitted is not asked for, because the proxy would choose", async () => {
    const before = proxy.requests.length;
    await expectRefused(attempt(proxied(), at("http://mixed.test:%p/")));
    expect(proxy.requests).toHaveLength(before);
  });

  test("a name that nobody here can resolve is not asked for", async () => {
    const before = proxy.requests.length;
    await expectRefused(attempt(proxied(), "http://only-the-proxy-knows.test/"));
    expect(proxy.requests).toHaveLength(before);
  });

  test("a name that a rule permits is asked for without resolving it", async () => {
    const network = { scope: "public", allow: networkRules("only-the-proxy-knows.test"), deny: [] } as const;
    expect(textOf(await attempt(proxied({ network }), "http://only-the-proxy-knows.test/"))).toBe("proxied");
    expect(names.asked("only-the-proxy-knows.test")).toBe(2);
  });

  test("an exception from the proxy does not open what is behind it", async () => {
    const url = `http://127.0.0.1:${proxy.port}`;
    const direct = clientWith({ proxies: { http: url, https: url, noProxy: "*" } });
    await expectRefused(attempt(direct, at("http://127.0.0.1:%p/")));
  });
});

describe("a name", () => {
  const there = (name: string, path = "/") => `http://${name}:${narrow.port}${path}`;

  test("with addresses of both kinds is only connected to at a permitted one", async () => {
    const before = hits;
    expect(textOf(await attempt(clientWith(), `http://mixed.test:${permitted.port}/`))).toBe("public");
    // Nothing listens at the permitted address and this port.
    expect(await failureOf(attempt(clientWith(), there("mixed.test")))).toMatchObject({ code: "ECONNREFUSED" });
    expect(hits).toBe(before);
  });

  test("that changes between look-ups is connected to at the address that was checked", async () => {
    const before = hits;
    const outcomes = new Set<string>();
    for (let round = 0; round < 20; round++) {
      for (const url of [
        `http://rebinding.test:${permitted.port}/`,
        there("rebinding.test"),
        there("rebinding.test", "//x"),
      ]) {
        outcomes.add(await attempt(clientWith(), url).then(textOf, ({ code }) => String(code)));
      }
    }
    expect([...outcomes].sort()).toEqual(["ECONNREFUSED", "PERMISSION_DENIED", "public"]);
    expect(hits).toBe(before);
  });

  test("that changes after a redirect is checked again", async () => {
    const before = hits;
    const to = encodeURIComponent(there("rebinding.test"));
    const outcomes = new Set<string | undefined>();
    for (let round = 0; round < 10; round++) {
      const failure = await failureOf(attempt(clientWith(), `http://permitted.test:${permitted.port}/?to=${to}`));
      outcomes.add(failure.code);
    }
    expect([...outcomes].sort()).toEqual(["ECONNREFUSED", "PERMISSION_DENIED"]);
    expect(hits).toBe(before);
  });
});

test("the host's own requests are not restricted", async () => {
  expect(textOf(await call(clientWith().send, at("http://127.0.0.1:%p/")))).toBe("secret");
});
