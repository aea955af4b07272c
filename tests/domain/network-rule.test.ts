import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseNetworkRule } from "../../src/domain/network-rule.ts";

describe("a rule for a host", () => {
  test.each([
    ["api.example.com", { host: "api.example.com" }],
    ["API.Example.COM", { host: "api.example.com" }],
    ["api.example.com.", { host: "api.example.com" }],
    ["*.example.com", { host: "*.example.com" }],
    ["*", { host: "*" }],
    ["*:8443", { host: "*", port: 8443 }],
    ["localhost:8080", { host: "localhost", port: 8080 }],
    ["127.0.0.1:80", { host: "127.0.0.1", port: 80 }],
    ["0x7f.1", { host: "127.0.0.1" }],
    ["[::1]:81", { host: "[::1]", port: 81 }],
    ["[0:0::0:1]", { host: "[::1]" }],
    ["bücher.example", { host: "xn--bcher-kva.example" }],
    ["with_underscore.example", { host: "with_underscore.example" }],
    ["https://api.example.com", { scheme: "https", host: "api.example.com" }],
    ["WSS://api.example.com", { scheme: "wss", host: "api.example.com" }],
    ["api.example.com/", { host: "api.example.com" }],
    ["api.example.com/v1/", { host: "api.example.com", prefix: "/v1" }],
    ["api.example.com//v1//x", { host: "api.example.com", prefix: "/v1/x" }],
    ["api.example.com/a/../v1/./x", { host: "api.example.com", prefix: "/v1/x" }],
    [
      "GET,POST https://*.example.com:8443/v1",
      { methods: ["GET", "POST"], scheme: "https", host: "*.example.com", port: 8443, prefix: "/v1" },
    ],
    ["registry.npmjs.org/@types/", { host: "registry.npmjs.org", prefix: "/@types" }],
    ["a.test:80/x@y", { host: "a.test", port: 80, prefix: "/x@y" }],
    ["https://10.0.0.0/8", { scheme: "https", host: "10.0.0.0", prefix: "/8" }],
  ])("%s", (text, expected) => {
    expect(parseNetworkRule(text)).toEqual({ kind: "host", text, ...expected } as never);
  });
});

describe("a block of addresses", () => {
  test.each([
    ["10.0.0.0/8", { address: "10.0.0.0", bits: 8 }],
    ["0.0.0.0/0", { address: "0.0.0.0", bits: 0 }],
    ["192.0.2.1/32", { address: "192.0.2.1", bits: 32 }],
    ["fd00::/8", { address: "fd00::", bits: 8 }],
    ["[FD00::]/8", { address: "fd00::", bits: 8 }],
    ["::ffff:10.0.0.0/104", { address: "::ffff:10.0.0.0", bits: 104 }],
  ])("%s", (text, expected) => {
    expect(parseNetworkRule(text)).toEqual({ kind: "block", text, ...expected });
  });
});

test.each([
  ["", "has no host"],
  ["https://", "has no host"],
  ["GET", "has no host"],
  ["://x", "has no host"],
  ["::1", "has an IPv6 address without brackets, such as [::1]"],
  ["fe80::1%eth0", "has an IPv6 address without brackets, such as [::1]"],
  ["[fe80::1%25eth0]", 'has "[fe80::1%25eth0]" in place of a host'],
  ["get api.example.com", 'has the method "get", which is written in capitals'],
  ["GTE api.example.com", 'has "GTE" in place of a method'],
  ["GET,,POST api.example.com", 'has "" in place of a method'],
  ["GET, POST api.example.com", 'has "" in place of a method'],
  ["ftp://api.example.com", 'has the scheme "ftp", but a rule has one of http, https, ws, wss'],
  ["api.example.com:0", 'has "0" in place of a port from 1 to 65535'],
  ["api.example.com:65536", 'has "65536" in place of a port from 1 to 65535'],
  ["api.example.com:http", 'has "http" in place of a port from 1 to 65535'],
  ["api.example.com:", 'has "" in place of a port from 1 to 65535'],
  ["user@api.example.com", "has a user name; a rule begins with the host"],
  ["https://user:pass@api.example.com", "has a user name; a rule begins with the host"],
  ["api.example.com/v1?x=1", "has a query or fragment; a rule ends with the path"],
  ["api.example.com#x", "has a query or fragment; a rule ends with the path"],
  ["api.example.com/v*", "has a * in its path; a path covers everything below it already"],
  ["api.*.com", 'has "api.*.com" in place of a host'],
  ["*example.com", 'has "*example.com" in place of a host'],
  ["*.10.0.0.1", 'has "*.10.0.0.1" in place of a host'],
  ["*.[::1]", 'has "*.[" in place of a host'],
  ["a..b", 'has "a..b" in place of a host'],
  [" api.example.com", "has a space where none is allowed"],
  ["api.example.com ", "has a space where none is allowed"],
  ["10.0.0.0/33", "has more bits than an address of its family"],
  ["fd00::/129", "has more bits than an address of its family"],
  ["10.0/16", 'has "10.0" in place of an address'],
  ["010.0.0.0/8", 'has "010.0.0.0" in place of an address'],
  ["256.0.0.0/8", 'has "256.0.0.0" in place of an address'],
  ["GET 10.0.0.0/8", "is a block of addresses with a method or port, which it can't have"],
  ["10.0.0.0:80/8", 'has "10.0.0.0:80" in place of an address'],
])("%p is no rule", (text, problem) => {
  expect(parseNetworkRule(text)).toBe(problem);
});

describe("any text", () => {
  const pieces = fc.constantFrom(
    "GET ",
    "GET,",
    "http://",
    "*.",
    "*",
    "a",
    ".",
    ":",
    "80",
    "/",
    "::1",
    "[",
    "]",
    "%",
    "\\",
    " ",
    "@",
    "10.0.0.0/8",
    "é",
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 8 }).map((list) => list.join("")),
  );

  test("is a rule or has a problem, and nothing is thrown", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const rule = parseNetworkRule(text);
        if (typeof rule === "string") expect(rule).toMatch(/^(?:has|is) /);
        else expect(rule.text).toBe(text);
      }),
    );
  });

  test("that is a rule means the same when it is written from its parts", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const rule = parseNetworkRule(text);
        if (typeof rule === "string" || rule.kind === "block") return;
        const { methods, scheme, host, port, prefix = "" } = rule;
        const written = `${methods === undefined ? "" : `${methods.join(",")} `}${scheme === undefined ? "" : `${scheme}://`}${host}${port === undefined ? "" : `:${port}`}${prefix}`;
        // An address and a path of digits alone would be a block.
        if (scheme === undefined && /^[\d.[\]a-f:]+\/\d{1,3}$/.test(`${host}${prefix}`)) return;
        expect(parseNetworkRule(written)).toEqual({ ...rule, text: written });
      }),
    );
  });
});
