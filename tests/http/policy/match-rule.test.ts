import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ruleAllows, ruleDenies } from "../../../src/http/policy/match-rule.ts";
import { netOf } from "../../support/task-rules.ts";

const ruleOf = (text: string) => {
  const [rule] = netOf(text).hosts;
  if (rule === undefined) throw new Error(`${text} is not a rule for a host`);
  return rule;
};
const allows = (rule: string, url: string, method = "GET") => ruleAllows(ruleOf(rule), { url: new URL(url), method });
const denies = (rule: string, url: string, method = "GET") => ruleDenies(ruleOf(rule), { url: new URL(url), method });

describe("hosts and ports", () => {
  test.each([
    ["a.test", "http://a.test/", true],
    ["a.TEST", "https://A.test:8443/x", true],
    ["a.test", "http://a.test./", true],
    ["a.test.", "http://a.test/", true],
    ["a.test", "http://b.a.test/", false],
    ["a.test", "http://a.test.evil/", false],
    ["*.a.test", "http://evil-a.test/", false],
    ["*.a.test", "http://xa.test/", false],
    ["*.a.test", "http://b.a.test/", true],
    ["*.a.test", "http://c.b.a.test/", true],
    ["*.a.test", "http://a.test/", false],
    ["a.test:80", "http://a.test/", true],
    ["a.test:443", "https://a.test/", true],
    ["a.test:80", "https://a.test/", false],
    ["a.test:443", "wss://a.test/", true],
    ["a.test:8080", "http://a.test:8080/", true],
    ["*.a.test:8080", "http://b.a.test:8080/", true],
    ["a.test", "http://user:pass@evil.test/@a.test", false],
    ["a.test", "http://a.test@evil.test/", false],
    ["127.0.0.1", "http://127.0.0.1/", true],
    ["127.0.0.1", "http://2130706433/", true],
    ["127.0.0.1", "http://0177.0.0.1/", true],
    ["[::1]", "http://[::1]/", true],
    ["[::1]:81", "http://[0:0:0:0:0:0:0:1]:81/", true],
    ["[::1]:80", "http://[::1]:81/", false],
    ["*", "http://anything.test:81/", true],
    ["*:80", "http://anything.test:81/", false],
    ["bücher.test", "http://xn--bcher-kva.test/", true],
  ])("%s covers %s: %p", (rule, url, expected) => {
    expect(allows(rule, url)).toBe(expected);
    expect(denies(rule, url)).toBe(expected);
  });
});

describe("schemes and methods", () => {
  test.each([
    ["http://a.test", "http://a.test/", true],
    ["http://a.test", "ws://a.test/", true],
    ["http://a.test", "https://a.test/", false],
    ["https://a.test", "wss://a.test/", true],
    ["https://a.test", "ws://a.test/", false],
    ["ws://a.test", "http://a.test/", false],
    ["ws://a.test", "ws://a.test/", true],
    ["wss://a.test", "https://a.test/", false],
  ])("%s covers %s: %p", (rule, url, expected) => {
    expect(allows(rule, url)).toBe(expected);
  });

  test.each([
    ["GET a.test", "GET", true],
    ["GET a.test", "POST", false],
    ["GET,POST a.test", "POST", true],
    ["PATCH a.test", "PATCH", true],
    ["GET a.test", "HEAD", false],
  ])("%s covers %s: %p", (rule, method, expected) => {
    expect(allows(rule, "http://a.test/", method)).toBe(expected);
  });
});

describe("paths", () => {
  test.each([
    // rule, path, allowed, denied
    ["/v1", "/v1", true, true],
    ["/v1/", "/v1", true, true],
    ["/v1", "/v1/", true, true],
    ["/v1", "/v1/x?y=/..#z", true, true],
    ["/v1", "/v10", false, false],
    ["/v1", "/", false, false],
    ["/v1", "/V1", false, false],
    ["/v1", "/%76%31/x", true, true],
    ["/caf%C3%A9", "/caf%c3%a9/x", true, true],
    ["/a%2Fb", "/a%2fb/c", true, true],
    ["/v1", "/v1/../admin", false, false],
    ["/v1", "/v1/%2e%2e/admin", false, false],
    // Servers read these in different ways.
    ["/v1", "/v1/..%2fadmin", false, true],
    ["/v1", "/v1/..%2Fv1/x", true, true],
    ["/v1", "/v1%2f..%2f..%2fadmin", false, false],
    ["/v1", "/v1/..%5cadmin", false, true],
    ["/v1", "/v1/..;/admin", false, true],
    ["/v1", "/v1/..;x=y/admin", false, true],
    ["/v1", "/v1/%252e%252e/admin", false, true],
    ["/v1", "/v1/%25252e%25252e%25252fadmin", false, true],
    ["/admin", "/public/..;/admin", false, true],
    ["/admin", "/public/..%2fadmin", false, true],
    ["/admin", "//admin/x", false, true],
    ["/admin", "/%61dmin", true, true],
    ["/admin", "/%2561dmin", false, true],
    ["/admin", "/x/%2e%2e%2fadmin", false, true],
  ])("%s and %s: allowed %p, denied %p", (prefix, path, allowed, denied) => {
    expect(allows(`a.test${prefix}`, `http://a.test${path}`)).toBe(allowed);
    expect(denies(`a.test${prefix}`, `http://a.test${path}`)).toBe(denied);
  });

  const segments = fc.array(
    fc.constantFrom("v1", "..", ".", "%2e%2e", "..;", "..%2f", "%2f", "admin", "%5c..", "%252e%252e", ""),
    { maxLength: 6 },
  );

  test("whatever is allowed stays below the prefix when it is decoded and resolved", () => {
    fc.assert(
      fc.property(segments, (list) => {
        const url = `http://a.test/v1/${list.join("/")}`;
        if (!allows("a.test/v1", url)) return;
        let path = new URL(url).pathname;
        for (let times = 0; times < 3; times++) {
          path = new URL(
            `http://a.test${decodeURIComponent(path)
              .replaceAll("\\", "/")
              .replaceAll(/;[^/]*/g, "")}`,
          ).pathname;
          expect(path.replaceAll(/\/+/g, "/")).toMatch(/^\/v1(?:\/|$)/);
        }
      }),
    );
  });

  test("what a rule allows, the same rule forbids", () => {
    fc.assert(
      fc.property(segments, (list) => {
        const url = `http://a.test/${list.join("/")}`;
        if (allows("a.test/v1", url)) expect(denies("a.test/v1", url)).toBe(true);
      }),
    );
  });
});

describe("paths that are made to keep the host busy", () => {
  const long = `/v1/${"%2525;/".repeat(3_000)}`;

  test("a long path that can be read in several ways is refused by every prefix, and one that can't is not", () => {
    expect(allows("a.test/v1", `http://a.test${long}`)).toBe(false);
    expect(denies("a.test/other", `http://a.test${long}`)).toBe(true);
    expect(allows("a.test", `http://a.test${long}`)).toBe(true);
    expect(denies("b.test/other", `http://a.test${long}`)).toBe(false);
    expect(allows("a.test/v1", `http://a.test/v1/${"x".repeat(60_000)}`)).toBe(true);
    expect(denies("a.test/other", `http://a.test/v1/${"x".repeat(60_000)}`)).toBe(false);
  });

  test("a path is taken apart once, however many rules there are", () => {
    const url = new URL("http://a.test/v1/%2e%2525/;x");
    const pathname = url.pathname;
    let reads = 0;
    const countedPath = () => {
      reads++;
      return pathname;
    };
    Object.defineProperty(url, "pathname", { get: countedPath });
    const request = { url, method: "GET" };
    for (const rule of ["a.test/v2", "a.test/v3", "a.test/v1"]) {
      ruleAllows(ruleOf(rule), request);
      ruleDenies(ruleOf(rule), request);
    }
    expect(reads).toBe(1);
  });
});
