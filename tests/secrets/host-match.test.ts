import { expect, test } from "bun:test";
import { leadsTo } from "../../src/secrets/stand-ins/host-match.ts";

test.each([
  ["api.example.com", "https://api.example.com/", true],
  ["api.example.com", "https://api.example.com:8443/", true],
  ["api.example.com", "wss://api.example.com/", true],
  ["api.example.com", "http://api.example.com/", false],
  ["api.example.com", "https://api.example.com./", true],
  ["api.example.com", "https://api.example.com.evil.test/", false],
  ["api.example.com:8080", "http://api.example.com:8080/", true],
  ["api.example.com:8080", "https://api.example.com:8080/", true],
  ["api.example.com:8080", "http://api.example.com/", false],
  ["api.example.com:80", "http://api.example.com/", true],
  ["http://api.example.com", "http://api.example.com/", true],
  ["http://api.example.com", "https://api.example.com/", true],
  ["https://api.example.com:8080", "http://api.example.com:8080/", false],
  ["localhost", "http://localhost:9/", true],
  ["127.0.0.1:9", "http://127.0.0.1:9/", true],
  ["127.0.0.1:9", "http://127.0.0.1:10/", false],
  ["[::1]", "ws://[::1]:9/", true],
])("a secret of %s may go to %s: %p", (host, url, expected) => {
  expect(leadsTo(host, new URL(url))).toBe(expected);
});
