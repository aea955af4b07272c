import { afterAll, describe, expect, test } from "bun:test";
import { createHttpClient } from "../../src/http/http-client.ts";
import { call, echoOf, failureOf, textOf } from "../support/http-call.ts";
import { startTestServer } from "../support/http-server.ts";
import { startRawServer } from "../support/raw-server.ts";

const server = startTestServer();
const elsewhere = startTestServer();
const client = createHttpClient({ maxRedirects: 5 });
afterAll(async () => {
  await client.stop();
  await Promise.all([server.stop(), elsewhere.stop()]);
});

describe("the method after a redirect", () => {
  test.each([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [303, "DELETE", "GET", ""],
    [301, "PUT", "PUT", "body"],
    [302, "PATCH", "PATCH", "body"],
    [307, "POST", "POST", "body"],
    [308, "PUT", "PUT", "body"],
    [302, "GET", "GET", ""],
  ])("%i on %s leads to %s", async (status, method, after, body) => {
    const response = await call(client.send, `${server.url}/redirect/1?status=${status}`, {
      method,
      ...(method !== "GET" && { body: "body" }),
      headers: [
        ["Content-Type", "text/plain"],
        ["X-Kept", "yes"],
      ],
    });
    const echo = echoOf(response);
    expect([echo.method, echo.body, echo.headers["x-kept"]]).toEqual([after, body, "yes"]);
    expect(echo.headers["content-type"]).toBe(after === method ? "text/plain" : undefined);
    expect([response.url, response.redirected]).toEqual([`${server.url}/echo`, true]);
  });

  test("HEAD stays HEAD after 303", async () => {
    const response = await call(client.send, `${server.url}/redirect/1?status=303`, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(server.seen.at(-1)?.method).toBe("HEAD");
  });
});

describe("credentials", () => {
  const headers: [string, string][] = [
    ["Authorization", "Bearer t"],
    ["Cookie", "a=1"],
    ["X-Kept", "yes"],
  ];

  test("stay on the same origin", async () => {
    const echo = echoOf(await call(client.send, `${server.url}/redirect/2`, { headers }));
    expect(echo.headers).toMatchObject({ authorization: "Bearer t", cookie: "a=1", "x-kept": "yes" });
  });

  test("do not reach another origin, and are not restored", async () => {
    const there = encodeURIComponent(`${elsewhere.url}/echo`);
    const echo = echoOf(await call(client.send, `${server.url}/redirect/1?to=${there}`, { headers }));
    expect(echo.headers["x-kept"]).toBe("yes");
    expect(echo.headers).not.toContainAnyKeys(["authorization", "cookie"]);
    const back = encodeURIComponent(`${elsewhere.url}/redirect/1?to=${encodeURIComponent(`${server.url}/echo`)}`);
    const returned = echoOf(await call(client.send, `${server.url}/redirect/1?to=${back}`, { headers }));
    expect(returned.headers).not.toContainAnyKeys(["authorization", "cookie"]);
  });

  test("of the URL do not reach another origin either", async () => {
    const there = encodeURIComponent(`${elsewhere.url}/echo`);
    const url = `http://user:pass@127.0.0.1:${server.port}`;
    expect(echoOf(await call(client.send, `${url}/redirect/1`)).headers.authorization).toStartWith("Basic ");
    expect(echoOf(await call(client.send, `${url}/redirect/1?to=${there}`)).headers.authorization).toBeUndefined();
  });
});

describe("how many redirects are followed", () => {
  test("up to the limit", async () => {
    expect((await call(client.send, `${server.url}/redirect/5`)).status).toBe(200);
    const failure = await failureOf(call(client.send, `${server.url}/redirect/6`));
    expect([failure.kind, failure.message]).toEqual([
      "network",
      `GET ${server.url}/redirect/6 was redirected more than 5 times`,
    ]);
    const none = createHttpClient({ maxRedirects: 0 });
    expect((await failureOf(call(none.send, `${server.url}/redirect/1`))).message).toContain("more than 0 times");
    await none.stop();
  });

  test("manual returns the redirect itself", async () => {
    const response = await call(client.send, `${server.url}/redirect/1`, { redirect: "manual" });
    expect([response.status, response.redirected]).toEqual([302, false]);
    expect(response.headers).toContainEqual(["location", "/echo"]);
  });

  test("error fails, but only on a redirect", async () => {
    const failure = await failureOf(call(client.send, `${server.url}/redirect/1`, { redirect: "error" }));
    expect(failure.message).toContain(`was redirected to ${server.url}/echo`);
    expect((await call(client.send, `${server.url}/status/304`, { redirect: "error" })).status).toBe(304);
  });

  test("a redirect without Location, and 300, are responses", async () => {
    expect((await call(client.send, `${server.url}/status/302`)).status).toBe(302);
    const raw = startRawServer((connection) =>
      connection.write("HTTP/1.1 300 Choices\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"),
    );
    expect((await call(client.send, raw.url)).status).toBe(300);
    raw.stop();
  });
});

describe("where a redirect leads", () => {
  test.each([
    ["file:///etc/passwd", "network", /not file:/],
    ["data:text/plain,x", "network", /not data:/],
    ["http://[bad", "network", /redirected to "http:\/\/\[bad"/],
  ])("%s", async (to, kind, message) => {
    const failure = await failureOf(call(client.send, `${server.url}/redirect/1?to=${encodeURIComponent(to)}`));
    expect(failure.kind).toBe(kind as typeof failure.kind);
    expect(failure.message).toMatch(message);
  });

  test("relative and UTF-8 locations are resolved, and the response's URL has no fragment", async () => {
    const raw = startRawServer((connection, text) => {
      if (text.startsWith("GET /a/b ")) {
        connection.write("HTTP/1.1 302 Found\r\nLocation: ../ü?q=1#part\r\nContent-Length: 0\r\n\r\n");
      } else connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const response = await call(client.send, `${raw.url}/a/b`);
    expect(textOf(response)).toBe("ok");
    expect(response.url).toBe(`${raw.url}/%C3%BC?q=1`);
    raw.stop();
  });
});
