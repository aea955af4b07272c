import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { changeUrl, parseBounded } from "../../src/sandbox/quickjs/host/url-parts.ts";
import { expectGrowth } from "../support/growth.ts";

const LONG = 100_000;

describe("URLs from a guest", () => {
  test.each([
    `http://a.test/${"ü".repeat(30_000)}`,
    `http://a.test/?${"ü/".repeat(30_000)}`,
    `file:///${"a".repeat(LONG)}`,
    `data:text/plain,${"ü".repeat(30_000)}`,
    `mailto:${"a".repeat(LONG)}`,
    `http://${"a".repeat(4_000)}/`,
  ])("may be long where that costs little: %.24s", (text) => {
    expect(parseBounded(text)?.href).toBe(URL.parse(text)?.href);
    expect(parseBounded(text)).not.toBeNull();
  });

  test.each([
    "a".repeat(LONG),
    `/${"a".repeat(LONG)}`,
    `?${"a".repeat(LONG)}`,
    `x/${"/".repeat(3)}${"a".repeat(LONG)}`,
  ])("may be long and relative: %.8s", (text) => {
    expect(parseBounded(text, "http://a.test/b")?.href).toBe(URL.parse(text, "http://a.test/b")?.href);
  });

  test.each([
    ["http://HOST/", undefined],
    ["https:HOST", undefined],
    ["wss:\\\\HOST", undefined],
    ["  h\nt\ttp:/HOST?x", undefined],
    ["ftp://user:word@HOST", undefined],
    ["file://HOST/a", undefined],
    ["//HOST", "http://a.test"],
    ["\\\t\\HOST", "http://a.test"],
    ["////HOST", "https://a.test"],
    ["x", "http://HOST"],
  ])("have no host of any length: %s", (text, base) => {
    const host = "ü".repeat(5_000);
    expect(parseBounded(text.replace("HOST", host), base?.replace("HOST", host))).toBeNull();
    // The same with a short host is one.
    expect(parseBounded(text.replace("HOST", "b.test"), base?.replace("HOST", "b.test"))).not.toBeNull();
  });

  test("keep their host when a longer one is set", () => {
    for (const part of ["host", "hostname"]) {
      expect(JSON.parse(changeUrl("http://a.test/", part, "ü".repeat(5_000)) ?? "{}")).toMatchObject({
        host: "a.test",
      });
    }
    expect(changeUrl("http://a.test/", "href", `http://${"ü".repeat(5_000)}`)).toBeUndefined();
  });

  test("are parsed in a time that grows no faster than their length", () => {
    const part = fc.constantFrom(
      "\u0316",
      "\u0301",
      "a",
      "/",
      "\\",
      ":",
      "@",
      "%CC%96",
      "%CC%81",
      "?",
      "#",
      ".",
      "\t",
      "xn--",
      "[",
      "ü",
    );
    const head = fc.constantFrom(
      "",
      "http:",
      "HTTP:",
      "http://",
      "\thttp:\\",
      "//",
      "ws:///",
      "file://",
      "ftp:/",
      "blob:http:",
      "h\tttp:",
    );
    fc.assert(
      fc.property(head, fc.array(part, { minLength: 1, maxLength: 4 }), (start, unit) => {
        const text = (length: number) => start + unit.join("").repeat(length / unit.join("").length);
        expectGrowth(text, (long) => parseBounded(long, "http://a.test/"), 60_000);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
