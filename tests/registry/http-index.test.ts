import { expect, test } from "bun:test";
import fc from "fast-check";
import { RatchetError } from "../../src/domain/errors.ts";
import { readIndex } from "../../src/registry/http-index.ts";

const BASE = "https://example.org/tasks/index.json";
const SUM = "a".repeat(64);
const index = (url: unknown, sha256: unknown = SUM) => JSON.stringify({ tasks: [{ url, sha256 }] });

test("addresses are relative to the index, checksums in either case", () => {
  expect(readIndex(index("a.zip", SUM.toUpperCase()), BASE)).toEqual([
    { url: "https://example.org/tasks/a.zip", sha256: SUM },
  ]);
  expect(readIndex(index("/b.zip"), BASE)[0]?.url).toBe("https://example.org/b.zip");
  expect(readIndex('{"tasks":[],"name":"mine"}', BASE)).toEqual([]);
});

test("an index from a verified connection can't name unverified addresses", () => {
  expect(() => readIndex(index("http://example.org/a.zip"), BASE)).toThrow("not https");
  expect(readIndex(index("http://example.org/a.zip"), BASE.replace("https", "http"))).toHaveLength(1);
});

test("rejects anything else as an index", () => {
  const value = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ tasks: fc.array(fc.record({ url: fc.oneof(fc.string(), fc.webUrl()), sha256: fc.anything() })) })
      .map((v) => {
        return JSON.stringify(v, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "";
      }),
  );
  fc.assert(
    fc.property(value, (text) => {
      try {
        for (const { url, sha256 } of readIndex(text, BASE)) {
          expect(url).toStartWith("https://");
          expect(sha256).toMatch(/^[\da-f]{64}$/);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(RatchetError);
      }
    }),
    { numRuns: 300 },
  );
});
