/** The rules that allow what a task did. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseNetworkRule } from "../../src/domain/network-rule.ts";
import { inferRules } from "../../src/execution/permissions/infer-rules.ts";
import { ruleAllows } from "../../src/http/policy/match-rule.ts";

const rules = (...calls: readonly string[]): string[] =>
  inferRules(
    calls.map((call) => {
      const [method = "", url = ""] = call.split(" ");
      return { method, url };
    }),
  );

test("one rule for each origin and path that all calls with a method share", () => {
  expect(
    rules(
      "GET https://a.example/v1/users/1",
      "POST https://a.example/v1/users?x=1",
      "get https://a.example:443/v1/users/2/",
      "GET http://a.example/",
      "PUT https://b.example:8443/only/one",
      "GET wss://c.example/live",
      "GET http://[::1]:8080/x",
    ),
  ).toEqual([
    "GET http://[::1]:8080/x",
    "GET http://a.example",
    "GET,POST https://a.example/v1/users",
    "PUT https://b.example:8443/only/one",
    "GET wss://c.example/live",
  ]);
  expect(rules()).toEqual([]);
});

test("methods with different paths have a rule each, which is narrower than one for all of them", () => {
  expect(rules("POST https://a.example/v1/a", "GET https://a.example/redir", "DELETE https://a.example/redir")).toEqual(
    ["DELETE,GET https://a.example/redir", "POST https://a.example/v1/a"],
  );
});

describe("the path of a rule", () => {
  for (const [what, calls, rule] of [
    [
      "ends before a difference inside a segment",
      ["GET https://a/v1/users", "GET https://a/v1/use"],
      "GET https://a/v1",
    ],
    ["is missing where paths share nothing", ["GET https://a/x/y", "GET https://a/z/y"], "GET https://a"],
    ["is missing where one path is the root", ["GET https://a/x/y", "GET https://a"], "GET https://a"],
    [
      "has encoded characters that every server reads alike",
      ["GET https://a/\u00e9/J%C3%BCrgen"],
      "GET https://a/%C3%A9/J%C3%BCrgen",
    ],
    ["has the scope of a package", ["GET https://a/@types/node"], "GET https://a/@types/node"],
    ["ends before encoded slashes", ["GET https://a/@types%2fnode"], "GET https://a"],
    ["ends before a star", ["GET https://a/users/*/x"], "GET https://a/users"],
    ["ends before a masked secret", ["GET https://a/t/__masked_secret_1__/x"], "GET https://a/t"],
    [
      "is missing where servers read a path differently",
      ["GET https://a/x/..%2fy", "GET https://a/x/z"],
      "GET https://a",
    ],
    ["is missing where a path has empty segments", ["GET https://a/x//y"], "GET https://a"],
    ["is missing where a path has parameters", ["GET https://a/x/..;a/y"], "GET https://a"],
  ] as const) {
    test(what, () => expect(rules(...calls)).toEqual([rule]));
  }
});

test("what no rule can name is left out: other schemes, masked hosts, texts that are no URL", () => {
  expect(rules("GET ftp://a/", "GET https://__masked_secret_1__.example/", "GET nowhere", "GET https://a./x")).toEqual([
    "GET https://a/x",
  ]);
});

/** Paths with everything that servers read differently. */
const PATH = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "",
        "v1",
        "users",
        "7",
        ".",
        "..",
        "a b",
        "%2e%2e",
        "%2F",
        "x;y",
        "*",
        "%",
        "%25",
        "%252f",
        "\\\\",
        "J\u00fcrgen",
        "c:d",
        "@",
        "24",
      ),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 5 },
  )
  .map((segments) => `/${segments.join("/")}`);
const CALL = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE", "get", "PROPFIND"),
  url: fc
    .tuple(
      fc.constantFrom("http", "https", "ws", "wss"),
      fc.constantFrom(
        "a.example",
        "A.example.",
        "b.example:8443",
        "127.0.0.1:80",
        "[::1]:8080",
        "xn--bcher-kva.example",
        "b\u00fccher.example",
      ),
      PATH,
      fc.constantFrom("", "?q=1", "#x"),
    )
    .map(([scheme, host, path, rest]) => `${scheme}://${host}${path}${rest}`),
});

test("the rules are valid, and the policy allows every call that they were inferred from", () => {
  fc.assert(
    fc.property(fc.array(CALL, { minLength: 1, maxLength: 8 }), (calls) => {
      const parsed = inferRules(calls).map((text) => {
        const rule = parseNetworkRule(text);
        if (typeof rule === "string" || rule.kind !== "host") throw new Error(`${text} ${rule}`);
        return rule;
      });
      const places = parsed.flatMap(({ methods = [], scheme, host, port }) =>
        methods.map((method) => `${method} ${scheme} ${host} ${port}`),
      );
      expect(new Set(places).size).toBe(places.length);
      for (const { method, url } of calls) {
        if (!URL.canParse(url)) continue;
        const request = { url: new URL(url), method: method.toUpperCase() };
        if (!parsed.some((rule) => ruleAllows(rule, request))) {
          throw new Error(`${method} ${url} is not allowed by ${parsed.map(({ text }) => text).join(", ")}`);
        }
      }
    }),
    { numRuns: 3_000 },
  );
});
