import { afterAll, describe, expect, test } from "bun:test";
import { createHttpClient } from "../../src/http/http-client.ts";
import { call, failureOf, textOf } from "../support/http-call.ts";
import { startTestServer } from "../support/http-server.ts";
import { startRawServer } from "../support/raw-server.ts";

const server = startTestServer();
const client = createHttpClient({ timeoutMs: 5_000 });
afterAll(async () => {
  await client.stop();
  await server.stop();
});

/** Returns a port of loopback where nothing listens. */
async function closedPort(): Promise<number> {
  const taken = startTestServer();
  await taken.stop();
  return taken.port;
}

describe("the network fails", () => {
  test("connection refused", async () => {
    const port = await closedPort();
    const failure = await failureOf(call(client.send, `http://127.0.0.1:${port}/path?secret=1`));
    expect([failure.kind, failure.code]).toEqual(["network", "ECONNREFUSED"]);
    expect(failure.message).toBe(
      `GET http://127.0.0.1:${port}/path: the connection was refused (127.0.0.1 port ${port})`,
    );
  });

  test("host not found", async () => {
    const lookup = () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "DNS_ENOTFOUND" }));
    const own = createHttpClient({ lookup });
    const failure = await failureOf(call(own.send, "http://nowhere.test/"));
    expect([failure.kind, failure.code, failure.message]).toEqual([
      "network",
      "ENOTFOUND",
      'host "nowhere.test" was not found',
    ]);
  });

  test("a name service that does not respond", async () => {
    const lookup = () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "DNS_ESERVFAIL" }));
    const failure = await failureOf(call(createHttpClient({ lookup }).send, "http://nowhere.test/"));
    expect(failure.message).toContain("could not be resolved (ESERVFAIL)");
    expect(failure.code).toBe("EAI_AGAIN");
  });

  const responses: [string, (c: Parameters<Parameters<typeof startRawServer>[0]>[0]) => void, RegExp][] = [
    ["closed without a response", (c) => c.end(), /closed before the response was complete/],
    ["reset", (c) => c.reset(), /closed before the response was complete/],
    [
      "a body that ends early",
      (c) => {
        c.write("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello");
        c.end();
      },
      /closed before the response was complete/,
    ],
    [
      "a chunked body that ends early",
      (c) => {
        c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        c.end();
      },
      /closed before the response was complete/,
    ],
    ["a negative length", (c) => c.write("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nok"), /Content-Length/],
    [
      "two lengths",
      (c) => c.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokx"),
      /Content-Length/,
    ],
    [
      "another protocol",
      (c) => c.write("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
      /another protocol/,
    ],
    ["a status below 100", (c) => c.write("HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n"), /status 99 is not valid/],
    [
      "endless headers",
      (c) => c.write(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(10_000_000)}\r\n\r\n`),
      /headers are too large/,
    ],
  ];
  test.each(responses)("%s", async (_, handle, message) => {
    const raw = startRawServer(handle);
    const failure = await failureOf(call(client.send, raw.url, { method: "POST", body: "x" }));
    expect(failure.kind).toBe("network");
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain("verbose");
    raw.stop();
  });

  test("plain HTTP where TLS was expected", async () => {
    const failure = await failureOf(call(client.send, `https://127.0.0.1:${server.port}/`));
    expect(failure.message).toContain("TLS handshake failed");
  });
});

describe("the time limit passes", () => {
  test.each(["/hang", "/drip?n=1000&ms=10"])("%s", async (path) => {
    const gone = path === "/hang" ? server.nextAbort("/hang") : Promise.resolve();
    const failure = await failureOf(call(client.send, `${server.url}${path}`, { timeoutMs: 80 }));
    expect([failure.kind, failure.code]).toEqual(["timeout", "ETIMEDOUT"]);
    expect(failure.message).toContain("no complete response within 80ms");
    await gone;
  });

  test("redirects share the time limit", async () => {
    const failure = await failureOf(call(client.send, `${server.url}/redirect/3?to=/delay/5000`, { timeoutMs: 80 }));
    expect(failure.kind).toBe("timeout");
  });

  test("a name service that hangs is not waited for", async () => {
    const own = createHttpClient({ lookup: () => new Promise(() => undefined), timeoutMs: 50 });
    expect((await failureOf(call(own.send, "http://slow.test/"))).kind).toBe("timeout");
  });

  test("an infinite limit and very long limits never end an exchange", async () => {
    for (const timeoutMs of [Number.POSITIVE_INFINITY, 2 ** 40]) {
      expect(textOf(await call(client.send, `${server.url}/delay/5`, { timeoutMs }))).toBe("after 5 ms");
    }
  });
});

describe("the caller aborts", () => {
  test("before the request", async () => {
    const before = server.seen.length;
    const failure = await failureOf(call(client.send, `${server.url}/text`, { signal: AbortSignal.abort() }));
    expect([failure.kind, server.seen.length]).toEqual(["aborted", before]);
  });

  test("while the server works: it sees the connection close", async () => {
    const controller = new AbortController();
    const arrived = server.nextArrival("/hang");
    const gone = server.nextAbort("/hang");
    const failing = failureOf(call(client.send, `${server.url}/hang`, { signal: controller.signal }));
    await arrived;
    controller.abort();
    expect((await failing).kind).toBe("aborted");
    await gone;
  });

  test("while the body arrives", async () => {
    const controller = new AbortController();
    const arrived = server.nextArrival("/drip");
    const failing = failureOf(call(client.send, `${server.url}/drip?n=10000&ms=5`, { signal: controller.signal }));
    await arrived;
    controller.abort(new Error("any reason"));
    expect((await failing).kind).toBe("aborted");
  });

  test("while the name is resolved", async () => {
    const controller = new AbortController();
    const own = createHttpClient({
      lookup: () => {
        controller.abort();
        return new Promise(() => undefined);
      },
    });
    expect((await failureOf(call(own.send, "http://slow.test/", { signal: controller.signal }))).kind).toBe("aborted");
  });

  test("one signal for many requests keeps no listeners", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    for (let i = 0; i < 5; i++) await call(client.send, `${server.url}/text`, { signal });
    expect(listeners).toBe(0);
  });
});
