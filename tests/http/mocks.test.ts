import { describe, expect, test } from "bun:test";
import type { HttpMock } from "../../src/domain/task.ts";
import { mockHttp } from "../../src/http/mock-http.ts";
import { call, failureOf, textOf } from "../support/http-call.ts";

const BASE = "https://api.test";

/** Returns the bodies of consecutive calls. */
async function bodies(mocks: HttpMock[], ...urls: string[]): Promise<string[]> {
  const { send } = mockHttp(mocks);
  const found: string[] = [];
  for (const url of urls) found.push(textOf(await call(send, url)));
  return found;
}

describe("which mock responds", () => {
  test("the whole URL or a part of it", async () => {
    expect(await bodies([{ url: `${BASE}/users`, body: "whole" }], `${BASE}/users`)).toEqual(["whole"]);
    expect(await bodies([{ url: "/users", body: "part" }], `${BASE}/users/1?x=2`)).toEqual(["part"]);
    expect(await bodies([{ url: "q=a b", body: "read" }], `${BASE}/?q=a%20b`)).toEqual(["read"]);
    expect(await bodies([{ url: BASE, body: "root" }], `${BASE}/`)).toEqual(["root"]);
  });

  test("a whole match is preferred to a part, whatever the order", async () => {
    const mocks = [
      { url: BASE, body: "part" },
      { url: `${BASE}/users`, body: "whole" },
    ];
    const urls = [`${BASE}/users`, `${BASE}/other`, `${BASE}/users`];
    expect(await bodies(mocks, ...urls)).toEqual(["whole", "part", "whole"]);
  });

  test("several are used in order, and the last one for all further calls", async () => {
    const mocks = ["1", "2", "3"].map((body) => ({ url: "/next", body }));
    const url = `${BASE}/next`;
    expect(await bodies(mocks, url, url, url, url, url)).toEqual(["1", "2", "3", "3", "3"]);
  });

  test("a mock's method must be the same, in any letter case", async () => {
    const mocks = [
      { url: "/x", method: "post", body: "posted" },
      { url: "/x", body: "any" },
    ];
    const { send, unused } = mockHttp(mocks);
    expect(textOf(await call(send, `${BASE}/x`, { method: "DELETE" }))).toBe("any");
    expect(unused()).toEqual([{ url: "/x", method: "post", body: "posted" }]);
    expect(textOf(await call(send, `${BASE}/x`, { method: "POST" }))).toBe("posted");
    expect(unused()).toEqual([]);
  });

  test("concurrent calls get their mocks in the order of the calls", async () => {
    const { send } = mockHttp(["1", "2", "3"].map((body) => ({ url: "/n", body })));
    const responses = await Promise.all([1, 2, 3].map(() => call(send, `${BASE}/n`)));
    expect(responses.map(textOf)).toEqual(["1", "2", "3"]);
  });
});

describe("how a mock responds", () => {
  const one = async (mock: Omit<HttpMock, "url">) => call(mockHttp([{ url: BASE, ...mock }]).send, `${BASE}/p#f`);

  test("200 and an empty body by default", async () => {
    const response = await one({});
    expect(response).toMatchObject({ status: 200, statusText: "OK", url: `${BASE}/p`, headers: [] });
    expect(response.body.byteLength).toBe(0);
  });

  test.each([
    [{ a: 1 }, '{"a":1}', "application/json"],
    [[1, 2], "[1,2]", "application/json"],
    [0, "0", "application/json"],
    [false, "false", "application/json"],
    ["text", "text", "text/plain;charset=utf-8"],
    ["", "", "text/plain;charset=utf-8"],
    [null, "", undefined],
  ])("body %j", async (body, text, type) => {
    const response = await one({ body });
    expect(textOf(response)).toBe(text);
    expect(response.headers.find(([name]) => name === "content-type")?.[1]).toBe(type as string);
  });

  test("status and headers are as given, and a Content-Type is kept", async () => {
    const response = await one({ status: 418, headers: { "Content-Type": "text/csv", "X-A": "1" }, body: { a: 1 } });
    expect([response.status, response.statusText]).toEqual([418, "I'm a Teapot"]);
    expect(response.headers).toEqual([
      ["Content-Type", "text/csv"],
      ["X-A", "1"],
    ]);
  });

  test("a system code in an error is the failure's code", async () => {
    const codes = await Promise.all(
      [
        "connect ECONNREFUSED 10.0.0.1:80",
        "ECONNRESET",
        "the certificate: CERT_HAS_EXPIRED",
        "EVERYTHING FAILED",
        "off",
      ].map(async (error) => (await failureOf(one({ error }))).code),
    );
    expect(codes).toEqual(["ECONNREFUSED", "ECONNRESET", "CERT_HAS_EXPIRED", undefined, undefined]);
  });

  test("an error is a network failure", async () => {
    const failure = await failureOf(one({ error: "connection reset" }));
    expect([failure.kind, failure.message]).toEqual(["network", "connection reset"]);
  });

  test("redirects lead to other mocks", async () => {
    const { send } = mockHttp([
      { url: `${BASE}/old`, status: 302, headers: { Location: "/new" } },
      { url: `${BASE}/new`, body: "arrived" },
    ]);
    const response = await call(send, `${BASE}/old`);
    expect([textOf(response), response.url, response.redirected]).toEqual(["arrived", `${BASE}/new`, true]);
    expect((await call(send, `${BASE}/old`, { redirect: "manual" })).status).toBe(302);
  });

  test("limits and checks of the real client apply", async () => {
    const { send } = mockHttp([{ url: BASE, body: "12345" }]);
    expect((await failureOf(call(send, BASE, { maxResponseBytes: 4 }))).kind).toBe("too-large");
    expect((await failureOf(call(send, "file:///x"))).kind).toBe("invalid-request");
    expect((await failureOf(call(send, BASE, { signal: AbortSignal.abort() }))).kind).toBe("aborted");
  });
});

describe("a call without a matching mock", () => {
  test("fails, names the nearest mock and lists the others", async () => {
    const mocks = mockHttp([{ url: "https://other.test/x" }, { url: `${BASE}/users`, method: "get" }]);
    const failure = await failureOf(call(mocks.send, `${BASE}/user`));
    expect(failure.kind).toBe("refused");
    expect(failure.message).toBe(
      `no mock matches GET ${BASE}/user; the nearest mock is GET ${BASE}/users, the others are ANY https://other.test/x`,
    );
    expect(mocks.unmatched()).toEqual([`GET ${BASE}/user`]);
  });

  test("says if only the method differs, and if there are no mocks", async () => {
    const wrong = await failureOf(call(mockHttp([{ url: "/users", method: "PUT" }]).send, `${BASE}/users`));
    expect(wrong.message).toContain("(the URL matches, the method does not)");
    expect((await failureOf(call(mockHttp([]).send, BASE))).message).toContain("the test has no mocks");
  });

  test("a long list is shortened", async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ url: `/m${i}` }));
    expect((await failureOf(call(mockHttp(many).send, BASE))).message).toContain("and 20 more");
  });
});
