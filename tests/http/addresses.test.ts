import { afterAll, describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { createHttpClient } from "../../src/http/http-client.ts";
import { createAddressOrder, firstToConnect } from "../../src/http/reachable-address.ts";
import { createHostResolver, lookupSystem } from "../../src/http/resolve-host.ts";
import { openDeafPort } from "../support/deaf-port.ts";
import { call, echoOf, failureOf } from "../support/http-call.ts";
import { startTestServer } from "../support/http-server.ts";
import { laterTurn } from "../support/late.ts";

const server = startTestServer();
afterAll(() => server.stop());

const NEVER = new AbortController().signal;

describe("the client connects to the address it resolved", () => {
  test("Host has the name and the port", async () => {
    const asked: string[] = [];
    const client = createHttpClient({
      lookup: (host) => {
        asked.push(host);
        return Promise.resolve(["127.0.0.1"]);
      },
    });
    const response = await call(client.send, `http://Service.Test:${server.port}/echo`);
    expect(echoOf(response).headers.host).toBe(`service.test:${server.port}`);
    expect(response.url).toBe(`http://service.test:${server.port}/echo`);
    expect(asked).toEqual(["service.test"]);
    await client.stop();
  });

  test("literal addresses are not looked up", async () => {
    const lookup = () => Promise.reject(new Error("asked"));
    const client = createHttpClient({ lookup });
    expect((await call(client.send, `http://127.1:${server.port}/echo`)).status).toBe(200);
    const six = startTestServer({ hostname: "::1" });
    const echo = echoOf(await call(client.send, `${six.url}/echo`));
    expect(echo.headers.host).toBe(`[::1]:${six.port}`);
    await client.stop();
    await six.stop();
  });

  test("if an address does not connect, the next one is tried, without another lookup", async () => {
    const six = startTestServer({ hostname: "::1" });
    const client = createHttpClient({ lookup: () => Promise.resolve(["127.0.0.1", "127.0.0.2", "::1"]) });
    const url = `http://service.test:${six.port}/echo`;
    const response = await call(client.send, url, { method: "POST", body: "once" });
    expect(echoOf(response).body).toBe("once");
    expect(six.seen).toHaveLength(1);
    await six.stop();
    const failure = await failureOf(call(client.send, url));
    expect(failure.message).toContain(`the connection was refused (127.0.0.1, ::1, 127.0.0.2 port ${six.port})`);
    await client.stop();
  });

  test("a failure after connecting tries no other address", async () => {
    const closing = createServer((socket) => socket.once("data", () => socket.destroy())).listen(0, "127.0.0.2");
    await new Promise((resolve) => closing.once("listening", resolve));
    const { port } = closing.address() as { port: number };
    const good = startTestServer({ port });
    const client = createHttpClient({ lookup: () => Promise.resolve(["127.0.0.2", "127.0.0.1"]) });
    const failure = await failureOf(call(client.send, `http://service.test:${port}/echo`, { method: "POST" }));
    expect(failure.message).toContain("closed before the response");
    expect(good.seen).toHaveLength(0);
    closing.close();
    await Promise.all([good.stop(), client.stop()]);
  });

  test("two names at one address keep their own Host", async () => {
    const client = createHttpClient({ lookup: () => Promise.resolve(["127.0.0.1"]) });
    const hosts = [];
    for (const name of ["a.test", "b.test", "a.test"]) {
      hosts.push(echoOf(await call(client.send, `http://${name}:${server.port}/echo`)).headers.host);
    }
    expect(hosts).toEqual(["a.test", "b.test", "a.test"].map((name) => `${name}:${server.port}`));
    await client.stop();
  });
});

describe("resolving", () => {
  function counting(lookup: () => Promise<readonly string[]>) {
    const clock = { now: 0 };
    const asked: string[] = [];
    const resolver = createHostResolver({
      lookup: (host) => {
        asked.push(host);
        return lookup();
      },
      ttlMs: 1000,
      maxEntries: 2,
      now: () => clock.now,
    });
    return { resolver, clock, asked };
  }

  test("concurrent lookups share a query, and results are cached for their time", async () => {
    const { resolver, clock, asked } = counting(() => Promise.resolve(["127.0.0.1"]));
    await Promise.all([resolver.resolve("a"), resolver.resolve("a"), resolver.resolve("a")]);
    clock.now = 999;
    await resolver.resolve("a");
    expect(asked).toEqual(["a"]);
    clock.now = 1000;
    await resolver.resolve("a");
    expect(asked).toEqual(["a", "a"]);
    resolver.forget("a");
    await resolver.resolve("a");
    expect(asked).toHaveLength(3);
  });

  test("the cache is bounded", async () => {
    const { resolver, asked } = counting(() => Promise.resolve(["127.0.0.1"]));
    for (const host of ["a", "b", "c", "b", "a"]) await resolver.resolve(host);
    expect(asked).toEqual(["a", "b", "c", "a"]);
  });

  test("failures are not cached", async () => {
    let fail = true;
    const { resolver, asked } = counting(() => (fail ? Promise.reject(new Error("no")) : Promise.resolve(["::1"])));
    await expect(resolver.resolve("a")).rejects.toThrow('"a" could not be resolved');
    fail = false;
    expect(await resolver.resolve("a")).toEqual(["::1"]);
    expect(asked).toHaveLength(2);
  });

  test("address families alternate, in the resolver's preference", async () => {
    const { resolver } = counting(() => Promise.resolve(["fd00::1", "fd00::2", "10.0.0.1", "10.0.0.2", "10.0.0.3"]));
    expect(await resolver.resolve("a")).toEqual(["fd00::1", "10.0.0.1", "fd00::2", "10.0.0.2", "10.0.0.3"]);
  });

  test("the system resolves localhost and names under it", async () => {
    expect(await lookupSystem("localhost")).toContainAnyValues(["127.0.0.1", "::1"]);
    expect(await lookupSystem("thing.localhost")).toContainAnyValues(["127.0.0.1", "::1"]);
    const client = createHttpClient();
    expect((await call(client.send, `http://localhost:${server.port}/text`)).status).toBe(200);
    await client.stop();
  });
});

describe("several addresses", () => {
  test("the first one that accepts wins", async () => {
    expect(await firstToConnect(["127.0.0.3", "127.0.0.1"], server.port, NEVER)).toBe("127.0.0.1");
    expect(await firstToConnect(["127.0.0.3", "::1"], server.port, NEVER)).toBeUndefined();
    expect(await firstToConnect(["127.0.0.1"], server.port, AbortSignal.abort())).toBeUndefined();
  });

  test.skipIf(process.platform !== "linux")(
    "one that drops packets does not keep the next from being tried",
    async () => {
      const deaf = await openDeafPort("127.0.0.5", server.port);
      expect(await firstToConnect(["127.0.0.5", "127.0.0.1"], server.port, NEVER)).toBe("127.0.0.1");
      const controller = new AbortController();
      laterTurn(() => controller.abort());
      expect(await firstToConnect(["127.0.0.5"], server.port, controller.signal)).toBeUndefined();
      deaf.close();
    },
  );

  test("addresses of this machine, and a single one, are not probed", async () => {
    const order = createAddressOrder();
    const asIs = [["::1", "127.0.0.1"], ["192.0.2.1"]];
    for (const addresses of asIs) expect(await order(addresses, 1, NEVER)).toBe(addresses);
  });

  test("the winner goes to the front and is cached", async () => {
    let probes = 0;
    const order = createAddressOrder((addresses) => {
      probes++;
      return Promise.resolve(addresses[1]);
    });
    for (let i = 0; i < 3; i++) {
      expect(await order(["192.0.2.1", "192.0.2.2", "192.0.2.3"], 80, NEVER)).toEqual([
        "192.0.2.2",
        "192.0.2.1",
        "192.0.2.3",
      ]);
    }
    expect(probes).toBe(1);
    const none = createAddressOrder(() => Promise.resolve(undefined));
    expect(await none(["192.0.2.1", "192.0.2.2"], 80, NEVER)).toEqual(["192.0.2.1", "192.0.2.2"]);
  });
});
