import { afterAll, describe, expect, test } from "bun:test";
import { createHttpClient, type HttpClientOptions } from "../../src/http/http-client.ts";
import { bypassesProxy, proxyForUrl } from "../../src/http/proxy-for-url.ts";
import { call, echoOf, failureOf, textOf } from "../support/http-call.ts";
import { startTestServer, TEST_AUTHORITY_FILE } from "../support/http-server.ts";
import { startTestProxy } from "../support/proxy-server.ts";

const server = startTestServer();
const secure = startTestServer({ certificates: ["service"] });
const proxy = startTestProxy(secure.port);
const proxyUrl = `http://us%40er:pass@127.0.0.1:${proxy.port}`;
const clients: ReturnType<typeof createHttpClient>[] = [];
afterAll(async () => {
  await Promise.all(clients.map((client) => client.stop()));
  proxy.stop();
  await Promise.all([server.stop(), secure.stop()]);
});

function clientWith(options: HttpClientOptions) {
  const client = createHttpClient({ lookup: () => Promise.resolve(["127.0.0.1"]), ...options });
  clients.push(client);
  return client;
}

describe("requests go through the proxy", () => {
  test("plain HTTP with the whole URL and the proxy's credentials; the proxy resolves the name", async () => {
    const lookup = () => Promise.reject(new Error("asked"));
    const client = clientWith({ proxies: { http: proxyUrl }, lookup });
    expect(textOf(await call(client.send, "http://far.test/path?q=1"))).toBe("proxied");
    const seen = proxy.requests.at(-1) ?? "";
    expect(seen).toStartWith("GET http://far.test/path?q=1 HTTP/1.1\r\n");
    expect(seen).toContain(`Proxy-Authorization: Basic ${Buffer.from("us@er:pass").toString("base64")}\r\n`);
    expect(seen).toMatch(/^Host: far\.test\r$/m);
  });

  test("TLS through a tunnel, checked against the name", async () => {
    const client = clientWith({ proxies: { https: proxyUrl }, tls: { caFile: TEST_AUTHORITY_FILE } });
    const response = await call(client.send, `https://service.test/echo`, { headers: [["Authorization", "Bearer t"]] });
    expect(echoOf(response).headers).toMatchObject({ host: "service.test", authorization: "Bearer t" });
    expect(proxy.requests.at(-1)).toStartWith("CONNECT service.test:443 HTTP/1.1\r\n");
    expect(proxy.requests.at(-1)).not.toContain("Bearer");
    const failure = await failureOf(call(client.send, `https://third.test/echo`));
    expect(failure.message).toContain("another host name");
  });

  test("each scheme has its own proxy, and exceptions bypass it", async () => {
    const client = clientWith({ proxies: { https: proxyUrl } });
    expect((await call(client.send, `http://near.test:${server.port}/text`)).status).toBe(200);
    const except = clientWith({ proxies: { http: proxyUrl, noProxy: "near.test" } });
    expect(textOf(await call(except.send, `http://near.test:${server.port}/text`))).toBe("hello");
    expect(textOf(await call(except.send, `http://far.test:${server.port}/text`))).toBe("proxied");
  });

  test("a proxy that rejects, is unreachable, or is invalid", async () => {
    const refusing = startTestProxy(secure.port, "407 Proxy Authentication Required");
    const refused = clientWith({ proxies: { https: `http://127.0.0.1:${refusing.port}` } });
    const failure = await failureOf(call(refused.send, "https://far.test/"));
    expect(failure.message).toContain("the proxy refused to open a tunnel: 407 Proxy Authentication Required");
    refusing.stop();
    const away = await failureOf(call(refused.send, "https://far.test/"));
    expect(away.message).toContain(`the connection was refused (proxy 127.0.0.1:${refusing.port})`);
    const socks = clientWith({ proxies: { http: "socks5://127.0.0.1:1080" } });
    expect((await failureOf(call(socks.send, "http://far.test/"))).message).toContain("neither http: nor https:");
    const bad = clientWith({ proxies: { http: "http://[bad" } });
    const unusable = await failureOf(call(bad.send, "http://far.test/"));
    expect([unusable.kind, unusable.message.includes("not a URL")]).toEqual(["refused", true]);
  });

  test("variables of the process are ignored", async () => {
    const script = `
      const { createHttpClient } = await import(${JSON.stringify(`${import.meta.dir}/../../src/http/http-client.ts`)});
      const request = { method: "GET", headers: [], body: null };
      for (const proxies of [{}, { http: "http://127.0.0.1:${proxy.port}" }]) {
        const send = createHttpClient({ proxies }).send;
        const response = await send({ ...request, url: "${server.url}/text" }, new AbortController().signal);
        process.stdout.write(new TextDecoder().decode(response.body) + " ");
      }`;
    const env = { ...process.env, HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1", NO_PROXY: "*" };
    const child = Bun.spawn([process.execPath, "-e", script], { env, stdout: "pipe" });
    expect(await child.stdout.text()).toBe("hello proxied ");
  });
});

describe("which URLs a list of exceptions covers", () => {
  test.each([
    ["", "http://a.test/", false],
    ["*", "http://a.test/", true],
    ["a.test", "http://a.test/", true],
    ["a.test", "http://A.TEST./", true],
    ["a.test", "http://x.a.test/", true],
    [".a.test", "http://x.a.test/", true],
    [".a.test", "http://a.test/", true],
    ["*.a.test", "http://x.a.test/", true],
    ["a.test", "http://ba.test/", false],
    ["b.test, a.test", "http://a.test/", true],
    ["b.test a.test", "https://a.test/", true],
    ["a.test:8080", "http://a.test:8080/", true],
    ["a.test:8080", "http://a.test/", false],
    ["a.test:80", "http://a.test/", true],
    ["a.test:443", "https://a.test/", true],
    ["127.0.0.1", "http://127.0.0.1:99/", true],
    ["0.1", "http://127.0.0.1/", false],
    ["10.0.0.0/8", "http://10.1.2.3/", true],
    ["10.0.0.0/8", "http://11.1.2.3/", false],
    ["10.0.0.0/8", "http://ten.test/", false],
    ["10.0.0.0/99", "http://10.1.2.3/", false],
    ["::1", "http://[::1]/", true],
    ["[::1]:80", "http://[::1]/", true],
    ["[::1]:81", "http://[::1]/", false],
    ["fd00::/8", "http://[fd12::1]/", true],
    ["fd00::/8", "http://[fe80::1]/", false],
    ["fd00::/8", "http://10.0.0.1/", false],
    ["/8", "http://10.0.0.1/", false],
    [".", "http://a.test/", false],
    [",, ,", "http://a.test/", false],
  ])("%p and %s: %p", async (list, url, covered) => {
    expect(await bypassesProxy(new URL(url), list)).toBe(covered);
  });

  test("a value without a scheme means http, an empty one no proxy", async () => {
    const url = new URL("http://a.test/");
    expect(await proxyForUrl(url, { http: "proxy:3128" })).toBe("http://proxy:3128");
    expect(await proxyForUrl(url, { http: " " })).toBeUndefined();
    expect(await proxyForUrl(url, { https: "http://proxy:3128" })).toBeUndefined();
  });
});
