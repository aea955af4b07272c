import { afterAll, describe, expect, test } from "bun:test";
import type { HttpResponse } from "../../../src/domain/http.ts";
import type { OriginSettings } from "../../../src/http/chain/chain-settings.ts";
import { Origins } from "../../../src/http/chain/origins.ts";
import { retryRequests } from "../../../src/http/chain/retry-requests.ts";
import { newProgress } from "../../../src/http/chain/track-progress.ts";
import { createHttpClient, type HttpClient } from "../../../src/http/http-client.ts";
import { chainSettings, OWNER } from "../../support/chain-settings.ts";
import { openDeafPort } from "../../support/deaf-port.ts";
import { call, failureOf, request, textOf } from "../../support/http-call.ts";
import { type RawConnection, startRawServer } from "../../support/raw-server.ts";

const clients: HttpClient[] = [];
afterAll(() => Promise.all(clients.map((client) => client.stop())));

function clientWith(usual: Partial<OriginSettings> = {}): HttpClient {
  const client = createHttpClient({ chain: chainSettings(usual) });
  clients.push(client);
  return client;
}

function responseOf(status: number, headers: [string, string][]): HttpResponse {
  return { status, statusText: "", url: "http://a.test/", redirected: false, headers, body: new Uint8Array(0) };
}

const NO_BREAKER = { enabled: false, failureRate: 50, minCalls: 10, windowMs: 10_000, openMs: 10_000 };

/** Responds to the requests, one script each; the last one is repeated. */
function scripted(...scripts: ((connection: RawConnection) => void)[]) {
  let next = 0;
  return startRawServer((connection) => scripts[Math.min(next++, scripts.length - 1)]?.(connection));
}

const responds =
  (status: string, body = "", headers = "") =>
  (connection: RawConnection) =>
    connection.write(`HTTP/1.1 ${status}\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`);
const resets = (connection: RawConnection) => connection.reset();
const hangs = () => undefined;

describe("an origin that is down", () => {
  const down = "http://127.0.0.1:9/";

  test("is tried three times, and the error says so", async () => {
    const failure = await failureOf(call(clientWith().send, down, { owner: OWNER }));
    expect(failure).toMatchObject({ failureCode: "CONNECTION_REFUSED", code: "ECONNREFUSED", attempts: 3 });
    expect(failure.message).toEndWith(" after 3 attempts");
  });

  test.each([
    ["POST", { method: "POST" }, 1],
    ["PATCH", { method: "PATCH" }, 1],
    ["PUT", { method: "PUT" }, 3],
    ["DELETE", { method: "DELETE" }, 3],
    ["no retries for the call", { conduct: { retry: { maxRetries: 0 } } }, 1],
    ["one retry for the call", { conduct: { retry: { maxRetries: 1 } } }, 2],
    ["no retries for the task", { taskConduct: { retry: { maxRetries: 0 } } }, 1],
    [
      "the call before its task",
      { conduct: { retry: { maxRetries: 3 } }, taskConduct: { retry: { maxRetries: 0 } } },
      4,
    ],
  ])("%s", async (_name, options, attempts) => {
    const failure = await failureOf(call(clientWith().send, down, { owner: OWNER, ...options }));
    expect(failure.attempts).toBe(attempts);
    expect(failure.message.includes("after")).toBe(attempts > 1);
  });

  test("opens its circuit after 10 failed calls, for all tasks", async () => {
    const client = clientWith();
    for (let i = 0; i < 10; i++) {
      const failure = await failureOf(call(client.send, down, { owner: OWNER, conduct: { retry: { maxRetries: 0 } } }));
      expect(failure.failureCode).toBe("CONNECTION_REFUSED");
    }
    const refused = await failureOf(call(client.send, down, { owner: { executionId: "e2", taskUuid: "t2" } }));
    expect(refused).toMatchObject({ failureCode: "CIRCUIT_OPEN", attempts: 0 });
    expect(refused.message).toContain("10 of the latest 10 calls to http://127.0.0.1:9 failed");
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    const [origin] = client.origins();
    expect(origin).toMatchObject({ origin: "http://127.0.0.1:9", state: "open", calls: 10, failures: 10 });
    expect(origin?.opensUntil).toBeGreaterThan(Date.now());
    const exempt = { owner: OWNER, conduct: { breaker: false as const, retry: { maxRetries: 0 } } };
    expect((await failureOf(call(client.send, down, exempt))).failureCode).toBe("CONNECTION_REFUSED");
  });

  test("gets a bounded number of retries from any number of calls", async () => {
    using server = disposable(scripted(responds("503 Busy")));
    const client = clientWith({ breaker: NO_BREAKER });
    await Promise.all(Array.from({ length: 100 }, () => call(client.send, server.url, { owner: OWNER })));
    expect(server.requests.length).toBe(120);
  });

  test("does not count the host's own requests, and does not retry them", async () => {
    const client = clientWith();
    expect((await failureOf(call(client.send, down))).attempts).toBe(1);
    expect(client.origins()).toEqual([]);
  });
});

describe("an origin that flaps", () => {
  test.each([
    ["after a reset", resets],
    ["after 503", responds("503 Busy")],
    ["after 500", responds("500 Broken")],
    ["after 408", responds("408 Timeout")],
    ["after 425", responds("425 Early")],
    ["after 429", responds("429 Many", "", "Retry-After: 0\r\n")],
  ])("is tried again %s", async (_name, first) => {
    using server = disposable(scripted(first, responds("200 OK", "fine")));
    const response = await call(clientWith().send, server.url, { owner: OWNER });
    expect([response.status, textOf(response), response.attempts, server.requests.length]).toEqual([200, "fine", 2, 2]);
  });

  test("its last response is returned when the retries are used up", async () => {
    using server = disposable(scripted(responds("500 A"), responds("502 B"), responds("503 C", "last")));
    const response = await call(clientWith().send, server.url, { owner: OWNER });
    expect([response.status, textOf(response), response.attempts]).toEqual([503, "last", 3]);
  });

  test.each([400, 401, 403, 404, 409, 410, 422])("%d is returned at once", async (status) => {
    using server = disposable(scripted(responds(`${status} No`)));
    const client = clientWith();
    const response = await call(client.send, server.url, { owner: OWNER });
    expect([response.status, server.requests.length, client.origins()[0]?.failures]).toEqual([status, 1, 0]);
  });

  test("a body is sent again, a stream is not", async () => {
    using server = disposable(scripted(responds("503 Busy"), responds("200 OK")));
    const client = clientWith();
    const put = await call(client.send, server.url, { owner: OWNER, method: "PUT", body: "content" });
    expect([put.status, server.requests.length]).toEqual([200, 2]);
    using other = disposable(scripted(responds("503 Busy")));
    const pieces = [new TextEncoder().encode("piece")];
    const upload = { read: async () => pieces.shift(), cancel: () => undefined };
    const streamed = await call(client.send, other.url, { owner: OWNER, method: "PUT", upload });
    expect([streamed.status, other.requests.length]).toEqual([503, 1]);
  });

  test("the hop of a redirect is retried, not the redirect", async () => {
    using target = disposable(scripted(responds("503 Busy"), responds("200 OK", "there")));
    using server = disposable(scripted(responds("302 There", "", `Location: ${target.url}/\r\n`)));
    const response = await call(clientWith().send, server.url, { owner: OWNER });
    expect([textOf(response), server.requests.length, target.requests.length]).toEqual(["there", 1, 2]);
  });
});

describe("Retry-After", () => {
  test.each(["3600", "11", new Date(Date.now() + 3_600_000).toUTCString()])(
    "%s is more than 10 seconds: the response is returned at once",
    async (value) => {
      using server = disposable(scripted(responds("503 Busy", "", `Retry-After: ${value}\r\n`)));
      const response = await call(clientWith().send, server.url, { owner: OWNER });
      expect([response.status, server.requests.length]).toEqual([503, 1]);
    },
  );

  test("beyond the remaining time, of the call or its execution, the response is returned at once", async () => {
    using server = disposable(scripted(responds("429 Many", "", "Retry-After: 9\r\n")));
    const { send } = clientWith();
    for (const left of [{ timeoutMs: 5_000 }, { neededMs: 5_000 }]) {
      const response = await call(send, server.url, { owner: OWNER, ...left });
      expect(response.status).toBe(429);
    }
    expect(server.requests.length).toBe(2);
  });

  test("is waited for, and the request is sent when the time is over", async () => {
    const order: string[] = [];
    const link = retryRequests(
      async () => {
        order.push("sent");
        return responseOf(order.length === 1 ? 503 : 200, [["Retry-After", "2"]]);
      },
      { random: () => 0.5, wait: async (ms) => void order.push(`waited ${ms} ms`) },
    );
    const origin = new Origins(chainSettings()).of("http://a.test/");
    const response = await link(
      { ...request("http://a.test/"), progress: newProgress() },
      new AbortController().signal,
      origin,
    );
    expect([response.status, ...order]).toEqual([200, "sent", "waited 2000.5 ms", "sent"]);
  });
});

describe("an origin that is slow", () => {
  test("to accept a connection", async () => {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const deaf = await openDeafPort("127.0.0.1", port);
    const { send } = clientWith({ connectTimeoutMs: 50 });
    const failure = await failureOf(call(send, `http://127.0.0.1:${port}/`, { owner: OWNER }));
    expect(failure).toMatchObject({ failureCode: "CONNECT_TIMEOUT", code: "ETIMEDOUT", attempts: 3, kind: "timeout" });
    expect(failure.message).toContain(`no connection within 50ms (127.0.0.1 port ${port})`);
    deaf.close();
  });

  test("to respond, which is not a matter of connecting", async () => {
    using server = disposable(scripted(hangs));
    const { send } = clientWith({ connectTimeoutMs: 20 });
    const failure = await failureOf(call(send, server.url, { owner: OWNER, timeoutMs: 400 }));
    expect(failure).toMatchObject({ failureCode: "TOTAL_TIMEOUT", attempts: 1 });
  });

  test("to begin its response", async () => {
    using server = disposable(scripted(hangs, responds("200 OK", "late")));
    const client = clientWith({ firstByteTimeoutMs: 100 });
    expect(textOf(await call(client.send, server.url, { owner: OWNER }))).toBe("late");
    using never = disposable(scripted(hangs));
    const failure = await failureOf(call(client.send, never.url, { owner: OWNER }));
    expect(failure).toMatchObject({ failureCode: "FIRST_BYTE_TIMEOUT", code: "ETIMEDOUT", attempts: 3 });
    expect(never.requests.length).toBe(3);
  });

  test("the total time holds for all attempts together", async () => {
    using server = disposable(scripted(responds("503 Busy"), hangs));
    const failure = await failureOf(call(clientWith().send, server.url, { owner: OWNER, timeoutMs: 300 }));
    expect(failure).toMatchObject({ failureCode: "TOTAL_TIMEOUT", attempts: 2 });
    expect(failure.message).toEndWith("no complete response within 300ms after 2 attempts");
  });

  test("a name that is not looked up in time", async () => {
    const lookup = () => new Promise<readonly string[]>(() => undefined);
    const client = createHttpClient({ chain: chainSettings({ connectTimeoutMs: 40 }), lookup });
    const failure = await failureOf(call(client.send, "http://slow.test/", { owner: OWNER }));
    expect(failure).toMatchObject({ failureCode: "CONNECT_TIMEOUT", attempts: 3 });
    await client.stop();
  });

  test("opens its circuit with time limits", async () => {
    using server = disposable(scripted(hangs));
    const client = clientWith();
    const slow = () => failureOf(call(client.send, server.url, { owner: OWNER, timeoutMs: 50 }));
    const failures = await Promise.all(Array.from({ length: 10 }, slow));
    expect(new Set(failures.map(({ failureCode }) => failureCode))).toEqual(new Set(["TOTAL_TIMEOUT"]));
    expect((await slow()).failureCode).toBe("CIRCUIT_OPEN");
  });
});

describe("an origin that talks nonsense", () => {
  test("garbage is not asked for again", async () => {
    using server = disposable(scripted((connection) => connection.write("\x00\x01 no HTTP at all\r\n\r\n")));
    const failure = await failureOf(call(clientWith().send, server.url, { owner: OWNER }));
    expect(failure).toMatchObject({ failureCode: "BAD_RESPONSE", code: "EPROTO", attempts: 1 });
    expect(server.requests.length).toBe(1);
  });

  test("a response without end is cut off", async () => {
    using server = disposable(
      startRawServer((connection) => {
        connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        void connection.flood("x".repeat(64 * 1024));
      }),
    );
    const { send } = clientWith({ maxResponseBytes: 1_000_000 });
    const failure = await failureOf(call(send, server.url, { owner: OWNER }));
    expect(failure).toMatchObject({ failureCode: "RESPONSE_TOO_LARGE", kind: "network", attempts: 1 });
    const whole = await failureOf(call(send, server.url, { owner: OWNER, maxResponseBytes: 500_000 }));
    expect(whole).toMatchObject({ failureCode: "RESPONSE_TOO_LARGE", kind: "too-large" });
  });

  test("a body that breaks off counts as failed", async () => {
    using server = disposable(
      startRawServer((connection) => {
        connection.write(`HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${"x".repeat(100_000)}`);
        connection.resetSoon();
      }),
    );
    const client = clientWith();
    const response = await call(client.send, server.url, { owner: OWNER, streams: true });
    const { stream } = response;
    const readAll = async () => {
      while ((await stream?.read()) !== undefined);
      return {};
    };
    expect(await failureOf(readAll())).toMatchObject({ failureCode: "CONNECTION_RESET", attempts: 1 });
    expect(client.origins()[0]).toMatchObject({ calls: 1, failures: 1 });
  });
});

describe("a rate limit", () => {
  test("makes calls above it wait, and fails those whose time would be up", async () => {
    using server = disposable(scripted(responds("200 OK")));
    const { send } = clientWith({ rateLimit: { count: 2, periodMs: 400 } });
    const calls = Array.from({ length: 4 }, () => call(send, server.url, { owner: OWNER }));
    const soon = await failureOf(call(send, server.url, { owner: OWNER, timeoutMs: 100 }));
    expect(soon).toMatchObject({ failureCode: "RATE_LIMITED", attempts: 0 });
    expect(soon.retryAfterMs).toBeGreaterThan(100);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  test("of a task is its own", async () => {
    using server = disposable(scripted(responds("200 OK")));
    const { send } = clientWith();
    const taskConduct = { rateLimit: { count: 1, periodMs: 60_000 } };
    await call(send, server.url, { owner: OWNER, taskConduct });
    const second = await failureOf(call(send, server.url, { owner: OWNER, taskConduct }));
    expect(second.failureCode).toBe("RATE_LIMITED");
    expect((await call(send, server.url, { owner: { executionId: "e2", taskUuid: "t2" } })).status).toBe(200);
  });
});

function disposable<T extends { stop(): void }>(server: T): T & Disposable {
  return Object.defineProperty(server as T & Disposable, Symbol.dispose, { value: () => server.stop() });
}
