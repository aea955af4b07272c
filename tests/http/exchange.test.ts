import { afterAll, describe, expect, test } from "bun:test";
import { createHttpClient } from "../../src/http/http-client.ts";
import { call, echoOf, failureOf, textOf } from "../support/http-call.ts";
import { startTestServer } from "../support/http-server.ts";
import { startRawServer } from "../support/raw-server.ts";

const server = startTestServer();
const client = createHttpClient();
afterAll(async () => {
  await client.stop();
  await server.stop();
});

describe("a request is sent as written", () => {
  test("method, headers, query and body", async () => {
    const response = await call(client.send, `${server.url}/echo?a=1&b=%20ü#part`, {
      method: "post",
      headers: [
        ["X-Thing", " one "],
        ["Content-Type", "text/plain"],
        ["Cookie", "a=1"],
        ["cookie", "b=2"],
      ],
      body: "héllo",
    });
    const echo = echoOf(response);
    expect(echo.method).toBe("POST");
    expect(echo.target).toBe("/echo?a=1&b=%20%C3%BC");
    expect(echo.body).toBe("héllo");
    expect(echo.headers).toMatchObject({
      "x-thing": "one",
      "content-type": "text/plain",
      cookie: "a=1; b=2",
      "content-length": "6",
      host: `127.0.0.1:${server.port}`,
    });
    expect(response.url).toBe(`${server.url}/echo?a=1&b=%20%C3%BC`);
    expect(response.redirected).toBe(false);
  });

  test("bytes of any value arrive unchanged", async () => {
    const raw = startRawServer((connection, text) => {
      const body = text.slice(text.indexOf("\r\n\r\n") + 4);
      connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
      connection.write(Buffer.from(body, "latin1"));
    });
    const body = Uint8Array.from({ length: 256 }, (_, i) => i);
    const response = await call(client.send, raw.url, { method: "PUT", body });
    expect([...response.body]).toEqual([...body]);
    raw.stop();
  });

  test.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY", "PURGE"])(
    "%s is sent as that method",
    async (method) => {
      const before = server.seen.length;
      const response = await call(client.send, `${server.url}/status/200`, { method });
      expect(response.status).toBe(200);
      expect(server.seen[before]?.method).toBe(method);
    },
  );

  test("user agent, accept and accept-encoding have defaults that headers override", async () => {
    const plain = echoOf(await call(client.send, `${server.url}/echo`));
    expect(plain.headers["user-agent"]).toMatch(/^ratchet\/\d+\.\d+\.\d+/);
    expect(plain.headers["accept-encoding"]).toBe("gzip, deflate, br, zstd");
    expect(plain.headers.accept).toBe("*/*");
    const own = echoOf(
      await call(client.send, `${server.url}/echo`, {
        headers: [
          ["user-agent", "mine"],
          ["Accept", "text/csv"],
          ["Accept-Encoding", "identity"],
        ],
      }),
    );
    expect(own.headers).toMatchObject({ "user-agent": "mine", accept: "text/csv", "accept-encoding": "identity" });
  });

  test("headers of the connection are dropped, and Host may name the URL's own host", async () => {
    const { headers } = echoOf(
      await call(client.send, `${server.url}/echo`, {
        method: "POST",
        body: "four",
        headers: [
          ["Connection", "close"],
          ["Content-Length", "999"],
          ["Transfer-Encoding", "chunked"],
          ["Proxy-Authorization", "Basic x"],
          ["Expect", "100-continue"],
          ["Host", `127.0.0.1:${server.port}`],
        ],
      }),
    );
    expect(headers.connection).toBe("keep-alive");
    expect(headers["content-length"]).toBe("4");
    expect(headers).not.toContainAnyKeys(["transfer-encoding", "proxy-authorization", "expect"]);
  });

  test("credentials in the URL become basic authentication and are not shown", async () => {
    const url = `http://us%40er:p%C3%A4ss@127.0.0.1:${server.port}/echo`;
    const response = await call(client.send, url);
    expect(echoOf(response).headers.authorization).toBe(`Basic ${Buffer.from("us@er:päss").toString("base64")}`);
    expect(response.url).toBe(`${server.url}/echo`);
    const own = await call(client.send, url, { headers: [["Authorization", "Bearer t"]] });
    expect(echoOf(own).headers.authorization).toBe("Bearer t");
  });
});

describe("a response is returned as it arrived", () => {
  test.each([200, 201, 204, 304, 400, 404, 429, 500, 503])("status %i is a response", async (status) => {
    const response = await call(client.send, `${server.url}/status/${status}`);
    expect(response.status).toBe(status);
    expect(textOf(response)).toBe(status === 204 || status === 304 ? "" : `status ${status}`);
  });

  test("several Set-Cookie lines stay separate", async () => {
    const response = await call(client.send, `${server.url}/cookies`);
    expect(response.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value)).toEqual([
      "a=1; Path=/",
      "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
    ]);
  });

  test("its time is measured in two phases", async () => {
    const slow = await call(client.send, `${server.url}/delay/60`);
    expect(slow.timing?.waitMs).toBeGreaterThan(50);
    const dripping = await call(client.send, `${server.url}/drip?n=4&ms=20`);
    expect(dripping.timing?.receiveMs).toBeGreaterThan(30);
  });

  test("reason phrase, interim responses and a missing length are understood", async () => {
    const raw = startRawServer((connection) => {
      connection.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 218 This is fine\r\n\r\nbody");
      connection.end();
    });
    const response = await call(client.send, raw.url);
    expect([response.status, response.statusText, textOf(response)]).toEqual([218, "This is fine", "body"]);
    raw.stop();
  });
});

describe("an invalid request fails before anything is sent", () => {
  const cases: [string, string, Parameters<typeof call>[2], string, RegExp][] = [
    ["no URL", "nonsense", {}, "invalid-request", /not an absolute URL/],
    ["a data URL", "data:text/plain,hi", {}, "invalid-request", /only http: and https:.*data:/],
    ["a file URL", "file:///etc/passwd", {}, "invalid-request", /file:/],
    ["a blob URL", "blob:http://x/1", {}, "invalid-request", /blob:/],
    ["an ftp URL", "ftp://host/", {}, "invalid-request", /ftp:/],
    ["a line break in a value", "/", { headers: [["X-A", "a\r\nX-B: b"]] }, "invalid-request", /"X-A" is not valid/],
    ["a NUL in a value", "/", { headers: [["X-A", "a\0b"]] }, "invalid-request", /"X-A"/],
    [
      "a control character in a value",
      "/",
      { headers: [["X-A", "a\x01b"]] },
      "invalid-request",
      /control characters other than tab/,
    ],
    [
      "a delete in a value",
      "/",
      { headers: [["X-A", "a\x7fb"]] },
      "invalid-request",
      /control characters other than tab/,
    ],
    ["a snowman in a value", "/", { headers: [["X-A", "☃"]] }, "invalid-request", /Latin-1/],
    ["a space in a name", "/", { headers: [["X A", "b"]] }, "invalid-request", /"X A" is not a header name/],
    ["a line break in a name", "/", { headers: [["X\r\nA", "b"]] }, "invalid-request", /not a header name/],
    ["an empty name", "/", { headers: [["", "b"]] }, "invalid-request", /not a header name/],
    ["another host", "/", { headers: [["Host", "other.test"]] }, "invalid-request", /Host header "other.test"/],
    ["a method Bun would send as GET", "/", { method: "FOO" }, "invalid-request", /"FOO" is not a method/],
    ["a method in lower case", "/", { method: "propfind" }, "invalid-request", /write PROPFIND/],
    ["CONNECT", "/", { method: "CONNECT" }, "invalid-request", /CONNECT/],
    ["TRACE", "/", { method: "trace" }, "invalid-request", /trace/],
    ["a line break in the method", "/", { method: "GET / HTTP/1.1\r\nX: y" }, "invalid-request", /not a method/],
    ["a GET with a body", "/", { method: "GET", body: "x" }, "invalid-request", /can't have a body/],
  ];
  test.each(cases)("%s", async (_, url, options, kind, message) => {
    const before = server.seen.length;
    const failure = await failureOf(call(client.send, url === "/" ? `${server.url}/echo` : url, options));
    expect(failure.kind).toBe(kind as typeof failure.kind);
    expect(failure.message).toMatch(message);
    expect(server.seen.length).toBe(before);
  });
});

describe("connections are pooled", () => {
  test("sequential requests use one connection, concurrent ones use several", async () => {
    const own = createHttpClient();
    const first = server.seen.length;
    for (let i = 0; i < 3; i++) await call(own.send, `${server.url}/echo?i=${i}`);
    const ports = new Set(server.seen.slice(first).map(({ clientPort }) => clientPort));
    expect(ports.size).toBe(1);
    await Promise.all([1, 2, 3].map(() => call(own.send, `${server.url}/delay/30`)));
    expect(new Set(server.seen.slice(first + 3).map(({ clientPort }) => clientPort)).size).toBe(3);
    await own.stop();
  });

  test("a POST whose kept connection breaks is not sent twice", async () => {
    const raw = startRawServer((connection) => {
      if (connection.count === 1) connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      else connection.end();
    });
    await call(client.send, raw.url);
    const failure = await failureOf(call(client.send, raw.url, { method: "POST", body: "x" }));
    expect(failure.kind).toBe("network");
    expect(raw.requests.filter((text) => text.startsWith("POST"))).toHaveLength(1);
    raw.stop();
  });

  test("after stop nothing is sent, and running exchanges are aborted", async () => {
    const own = createHttpClient();
    const arrived = server.nextArrival("/hang");
    const gone = server.nextAbort("/hang");
    const hanging = failureOf(call(own.send, `${server.url}/hang`));
    await arrived;
    await own.stop();
    expect((await hanging).kind).toBe("aborted");
    await gone;
    expect((await failureOf(call(own.send, `${server.url}/text`))).kind).toBe("aborted");
  });
});
