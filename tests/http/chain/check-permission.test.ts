import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { HttpRequest } from "../../../src/domain/http.ts";
import { createHttpClient, type HttpClient, type HttpClientOptions } from "../../../src/http/http-client.ts";
import { chainSettings, OWNER } from "../../support/chain-settings.ts";
import { call, failureOf, textOf } from "../../support/http-call.ts";
import { startTestProxy, type TestProxy } from "../../support/proxy-server.ts";
import { openTestSocket } from "../../support/socket-call.ts";
import { netOf, networkRules } from "../../support/task-rules.ts";

let server: Bun.Server<undefined>;
let proxy: TestProxy;
const clients: HttpClient[] = [];
const addresses: Record<string, readonly string[]> = { "inside.test": ["127.0.0.1"] };

beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) =>
      url.endsWith("/away") ? Response.redirect(`http://inside.test:${server.port}/`, 307) : new Response("public"),
  });
  proxy = startTestProxy(server.port ?? 0);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.stop()));
  await server.stop(true);
  proxy.stop();
});

/** A client whose tasks may call public addresses and the server at its address. */
function clientWith(options: HttpClientOptions = {}, usual: Parameters<typeof chainSettings>[0] = {}): HttpClient {
  const client = createHttpClient({
    chain: chainSettings(usual),
    network: { scope: "public", allow: networkRules(`127.0.0.1:${server.port}`), deny: [] },
    lookup: async (name) => addresses[name] ?? [],
    ...options,
  });
  clients.push(client);
  return client;
}

const refused = (client: HttpClient, url: string, more: Partial<Omit<HttpRequest, "body">> = {}) =>
  failureOf(call(client.send, url, { owner: OWNER, ...more }));
const inside = (path = "") => `http://inside.test:${server.port}/${path}`;
const NOTHING_SENT = { failureCode: "PERMISSION_DENIED", attempts: 0 };

describe("a call that is refused", () => {
  test.each<[string, () => string, Partial<Omit<HttpRequest, "body">>]>([
    ["by its address", () => "http://127.0.0.2:1/", {}],
    ["by the address of its name", () => inside(), {}],
    ["by the rules of its task", () => "http://8.8.8.8/", { taskRules: netOf("a.test") }],
    ["by a block of its task", () => "http://8.8.8.8/", { taskRules: netOf("9.0.0.0/8") }],
    ["by the path in a rule", () => `${server.url}v2`, { taskRules: netOf("127.0.0.1/v1") }],
  ])("%s was never sent, and its origin is unknown", async (_, url, more) => {
    const client = clientWith();
    for (let times = 0; times < 30; times++) expect(await refused(client, url(), more)).toMatchObject(NOTHING_SENT);
    expect(client.origins()).toEqual([]);
  });

  test("by a proxy that would have to be asked for it, was never sent either", async () => {
    const client = clientWith({ proxies: { http: `http://127.0.0.1:${proxy.port}` } });
    for (const url of [inside(), "http://unknown.test/"])
      expect(await refused(client, url)).toMatchObject(NOTHING_SENT);
    expect(client.origins()).toEqual([]);
  });

  test("as a WebSocket was never sent", async () => {
    const client = clientWith();
    for (const url of ["ws://127.0.0.2:1/", inside().replace("http", "ws")])
      expect(await failureOf(openTestSocket(client.send, url, { owner: OWNER }))).toMatchObject(NOTHING_SENT);
    expect(client.origins()).toEqual([]);
  });

  test("uses up no rate limit", async () => {
    const client = clientWith({}, { rateLimit: { count: 1, periodMs: 60_000 } });
    const taskRules = netOf("9.0.0.0/8");
    for (let times = 0; times < 3; times++)
      expect(await refused(client, server.url.href, { taskRules })).toMatchObject(NOTHING_SENT);
    expect(textOf(await call(client.send, server.url.href, { owner: OWNER }))).toBe("public");
  });

  test("does not count as a call of an origin that others may call", async () => {
    const client = clientWith();
    await call(client.send, server.url.href, { owner: OWNER });
    for (let times = 0; times < 20; times++) await refused(client, server.url.href, { taskRules: netOf("9.0.0.0/8") });
    expect(client.origins()).toMatchObject([{ state: "closed", calls: 1, failures: 0 }]);
  });

  test("because of a redirect leaves the origin that redirected as it is", async () => {
    const client = clientWith();
    expect(await refused(client, `${server.url}away`)).toMatchObject(NOTHING_SENT);
    expect(client.origins()).toMatchObject([{ origin: server.url.origin, calls: 1, failures: 0 }]);
  });

  test("although its name had another address before, is refused by the transport", async () => {
    const client = createHttpClient({
      chain: chainSettings(),
      network: { scope: "public", allow: networkRules("127.0.0.4/32"), deny: [] },
      // The cache of names is for 30 seconds, and a failed connection empties it.
      lookup: async () => (lookups++ === 0 ? ["127.0.0.4"] : ["127.0.0.1"]),
    });
    let lookups = 0;
    clients.push(client);
    // The first attempt finds nobody at 127.0.0.4, the second one must not go to 127.0.0.1.
    expect(await refused(client, inside())).toMatchObject({ failureCode: "PERMISSION_DENIED", attempts: 1 });
  });
});
