import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { toHar } from "../../src/execution/recording/har.ts";
import { fromHar } from "../../src/execution/recording/har-exchanges.ts";
import { harSchema } from "../../src/execution/recording/session-schemas.ts";
import type { HttpExchange } from "../../src/http/record-http.ts";
import { harViolations } from "../support/har-violations.ts";

const exchange = (change: Partial<HttpExchange> = {}): HttpExchange => ({
  request: {
    method: "POST",
    url: "https://host/path?a=1&b=%20x&c",
    headers: [
      ["Content-Type", "application/json"],
      ["Cookie", "a=1; b=2=3"],
    ],
    body: new TextEncoder().encode('{"a":"ü"}'),
    redirect: "manual",
  },
  startedAt: Date.UTC(2026, 10, 22, 21, 54, 51, 123),
  durationMs: 12.3456,
  result: {
    response: {
      status: 302,
      statusText: "Found",
      url: "https://host/path",
      redirected: true,
      headers: [
        ["set-cookie", "sid=1; Path=/; HttpOnly"],
        ["set-cookie", "x=2"],
        ["location", "/next"],
        ["content-type", "text/plain"],
      ],
      body: new TextEncoder().encode("hello"),
      timing: { waitMs: 10, receiveMs: 2 },
    },
  },
  ...change,
});

describe("an archive", () => {
  test("follows the schema of HAR 1.2, which is not empty", () => {
    expect(harViolations(toHar([exchange()]))).toEqual([]);
    expect(harViolations({ log: {} }).length).toBeGreaterThan(0);
    const broken = toHar([exchange()]);
    expect(harViolations({ log: { ...broken.log, entries: [{ ...broken.log.entries[0], time: "1" }] } })).not.toEqual(
      [],
    );
  });

  test("describes the exchange", () => {
    const [entry] = toHar([exchange()]).log.entries;
    expect(entry).toMatchObject({
      startedDateTime: "2026-11-22T21:54:51.123Z",
      time: 12.346,
      timings: { send: 0, wait: 10.346, receive: 2 },
      request: {
        method: "POST",
        url: "https://host/path?a=1&b=%20x&c",
        queryString: [
          { name: "a", value: "1" },
          { name: "b", value: " x" },
          { name: "c", value: "" },
        ],
        cookies: [
          { name: "a", value: "1" },
          { name: "b", value: "2=3" },
        ],
        postData: { mimeType: "application/json", text: '{"a":"ü"}' },
        bodySize: 10,
      },
      response: {
        status: 302,
        redirectURL: "/next",
        cookies: [
          { name: "sid", value: "1" },
          { name: "x", value: "2" },
        ],
        content: { size: 5, mimeType: "text/plain", text: "hello" },
        _redirected: true,
      },
    });
  });

  test("writes failures and what was under way so that they can be read again", () => {
    const failed = exchange({ result: { failure: { kind: "timeout", message: "too slow", code: "ETIMEDOUT" } } });
    const open = exchange({ result: undefined, durationMs: undefined });
    const har = JSON.parse(JSON.stringify(toHar([failed, open])));
    expect(harViolations(har)).toEqual([]);
    expect(fromHar(har.log.entries).map(({ result }) => result)).toEqual([
      { failure: { kind: "timeout", message: "too slow", code: "ETIMEDOUT" } },
      { failure: { kind: "aborted", message: "still in progress when the execution ended" } },
    ]);
  });

  test("gives back every exchange as it was", async () => {
    const { Value } = await import("typebox/value");
    const header = fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,10}$/), fc.stringMatching(/^[ -~]{0,20}$/));
    const body = fc.oneof(
      fc.uint8Array(),
      fc.string().map((text) => new TextEncoder().encode(`\ufeff${text}`)),
    );
    const random = fc.record({
      method: fc.constantFrom("GET", "POST", "QUERY"),
      url: fc.webUrl({ withQueryParameters: true, withFragments: true }),
      headers: fc.array(header),
      body: fc.option(body),
      answer: body,
    });
    fc.assert(
      fc.property(random, ({ answer, ...request }) => {
        const { result } = exchange();
        if (result === undefined || !("response" in result)) throw new Error("no response");
        const { timing: _, ...response } = result.response;
        const given = exchange({ request, result: { response: { ...response, body: answer } } });
        const har = JSON.parse(JSON.stringify(toHar([given])));
        expect(harViolations(har)).toEqual([]);
        expect(Value.Check(harSchema(), har)).toBe(true);
        const [read] = fromHar(har.log.entries);
        expect(read?.request.body === null ? null : [...(read?.request.body ?? [])]).toEqual(
          request.body === null ? null : [...request.body],
        );
        expect({ ...read?.request, body: null }).toEqual({ ...request, body: null });
        expect(read?.result).toEqual({ response: { ...response, body: new Uint8Array(answer) } });
      }),
    );
  });
});
