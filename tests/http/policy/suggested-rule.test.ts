import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HTTP_METHODS } from "../../../src/domain/http-methods.ts";
import { createNetworkPolicy, UNRESTRICTED } from "../../../src/http/policy/network-policy.ts";
import { hostsOf, netOf } from "../../support/task-rules.ts";

const policy = createNetworkPolicy(UNRESTRICTED, () => undefined);

/** Returns the line that a refusal says to add. */
function lineFor(url: string, method = "GET", setting: "net" | "hosts" = "net"): string | undefined {
  const task = setting === "net" ? netOf("other.invalid") : hostsOf("other.invalid");
  const refusal = policy.checkRequest({ url: new URL(url), method }, task);
  const line = /^Add (".*") to permissions\.(?:net|hosts) in metadata\.json\.$/.exec(refusal?.remedy ?? "")?.[1];
  return line === undefined ? undefined : (JSON.parse(line) as string);
}

describe("the line to add", () => {
  test.each([
    ["https://a.test/v1/users?x=1", "GET https://a.test/v1/users"],
    ["https://a.test/", "GET https://a.test"],
    ["https://a.test./v1", "GET https://a.test/v1"],
    ["http://a.test/v1;x/a", "GET http://a.test"],
    ["http://a.test/v1/b;x/a", "GET http://a.test/v1"],
    ["http://a.test//v1/a", "GET http://a.test"],
    ["http://a.test/a@b", "GET http://a.test/a@b"],
    ["http://a.test/v1/a*b/c", "GET http://a.test/v1"],
    ["http://a.test/v1/..%2f..%2fx", "GET http://a.test/v1/..%2f..%2fx"],
    ["ws://a.test/live", "GET ws://a.test/live"],
    ["http://10.0.0.1/24", "GET http://10.0.0.1/24"],
    [`http://a.test/${"x".repeat(100)}/${"y".repeat(100)}`, `GET http://a.test/${"x".repeat(100)}`],
    ["http://a!b.test/", undefined],
  ])("for %s is %p", (url, line) => {
    expect(lineFor(url)).toBe(line);
  });

  const segment = fc.oneof(
    fc.constantFrom(
      "",
      "v1",
      ".",
      "..",
      "%2e%2e",
      "%2F",
      "%252f",
      "%5c",
      "x;y",
      ";",
      "*",
      "@",
      "a@b",
      "%",
      "%00",
      "24",
    ),
    fc.string({ maxLength: 6 }),
    fc.string({ unit: "grapheme", maxLength: 3 }),
  );
  const host = fc.constantFrom("a.test", "A.test.:81", "b\u00fccher.test:8443", "127.0.0.1", "[::1]:80", "under_score");
  const request = fc
    .tuple(
      fc.constantFrom("http", "https", "ws", "wss"),
      host,
      fc.array(segment, { maxLength: 6 }),
      fc.constantFrom("", "?q"),
    )
    .map(([scheme, place, segments, query]) => `${scheme}://${place}/${segments.join("/")}${query}`)
    .filter((url) => URL.canParse(url));

  test("lets exactly this request pass, whatever its path is", () => {
    fc.assert(
      fc.property(request, fc.constantFrom(...HTTP_METHODS), (url, method) => {
        const line = lineFor(url, method) ?? "";
        const about = { url: new URL(url), method };
        expect([url, line, policy.checkRequest(about, netOf("other.invalid", line))]).toEqual([url, line, undefined]);
        const elsewhere = { url: new URL(url.replace(/\/\/[^/]*/, "//elsewhere.test")), method };
        expect(policy.checkRequest(elsewhere, netOf("other.invalid", line))).toBeDefined();
        const byHost = lineFor(url, method, "hosts") ?? "";
        expect(policy.checkRequest(about, hostsOf("other.invalid", byHost))).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});

test("the server itself: the refusal says whether a rule names it, and what to add", async () => {
  const own = { host: "127.0.0.1", port: 8080 };
  const refusalOf = async (allow: string[], url: string) => {
    const { hosts, blocks } = netOf(...allow);
    const closed = createNetworkPolicy({ scope: "any", allow: [...hosts, ...blocks], deny: [] }, () => own);
    const found = await closed.checkAddress({ url: new URL(url), method: "POST" }, "127.0.0.1", undefined);
    return `${found?.reason}. ${found?.remedy}`;
  };
  expect(await refusalOf([], "http://127.0.0.1:8080/api")).toBe(
    '127.0.0.1:8080 is the server that runs the task, and no rule of http.allow names it by host and port. If tasks may control this server, add "127.0.0.1:8080" to http.allow.',
  );
  expect(await refusalOf(["GET 127.0.0.1:8080/v1"], "http://127.0.0.1:8080/api")).toBe(
    '127.0.0.1:8080 is the server that runs the task, and the rule "GET 127.0.0.1:8080/v1" of http.allow does not cover this request. If tasks may control this server in this way, add "POST http://127.0.0.1:8080/api" to http.allow.',
  );
  expect(await refusalOf(["127.0.0.1:8080"], "http://localhost:8080/api")).toContain(
    'add "127.0.0.1:8080" to http.allow, and call it as 127.0.0.1:8080',
  );
});
