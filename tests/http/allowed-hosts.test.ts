import { expect, test } from "bun:test";
import { checkAllowed } from "../../src/http/allowed-hosts.ts";

const allowed = (url: string, ...hosts: string[]) => {
  try {
    checkAllowed(new URL(url), hosts);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ kind: "refused" });
    return false;
  }
};

test.each([
  ["http://a.test/", "a.test", true],
  ["https://A.test:8443/x", "a.TEST", true],
  ["http://a.test./", "a.test", true],
  ["http://b.a.test/", "a.test", false],
  ["http://a.test.evil/", "a.test", false],
  ["http://evil-a.test/", "*.a.test", false],
  ["http://xa.test/", "*.a.test", false],
  ["http://b.a.test/", "*.a.test", true],
  ["http://c.b.a.test/", "*.a.test", true],
  ["http://a.test/", "*.a.test", false],
  ["http://a.test/", "a.test:80", true],
  ["https://a.test/", "a.test:443", true],
  ["https://a.test/", "a.test:80", false],
  ["http://a.test:8080/", "a.test:8080", true],
  ["http://b.a.test:8080/", "*.a.test:8080", true],
  ["http://user:pass@evil.test/@a.test", "a.test", false],
  ["http://127.0.0.1/", "127.0.0.1", true],
  ["http://2130706433/", "127.0.0.1", true],
  ["http://[::1]/", "[::1]", true],
  ["http://[0:0:0:0:0:0:0:1]:81/", "[::1]:81", true],
  ["http://[::1]:81/", "[::1]:80", false],
])("%s for %s: %p", (url, host, expected) => {
  expect(allowed(url, host)).toBe(expected);
  expect(allowed(url, "other.test", host)).toBe(expected);
});

test("an empty list allows no host, a missing list allows every host", () => {
  expect(allowed("http://a.test/")).toBe(false);
  checkAllowed(new URL("http://a.test/"), undefined);
});
