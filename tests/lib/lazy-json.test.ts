import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { jsonText, RawJson } from "../../src/domain/raw-json.ts";
import { itemAt, LazyList, lazyJson } from "../../src/lib/lazy-json.ts";

/** The value with every long list read to its end. */
function whole(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => whole(itemAt(value, index)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, whole(member)]));
}

describe("lazyJson", () => {
  test("returns what JSON.parse returns, at any size and with any white space", () => {
    const items = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(items, fc.constantFrom(0, 1, 4), fc.nat(3), (values, indent, depth) => {
        // Made large by repetition: random values are small.
        let value: unknown = Array.from({ length: 3_000 }, (_, at) => values[at % Math.max(1, values.length)] ?? at);
        for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { "x,]}": value, y: "[\\" } : [value, 1];
        const text = JSON.stringify(value, null, indent);
        expect(whole(lazyJson(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 40 },
    );
  });

  test("reads items in any order", () => {
    const list = lazyJson(JSON.stringify(Array.from({ length: 50_000 }, (_, at) => at))) as LazyList;
    expect(list).toBeInstanceOf(LazyList);
    expect(list.length).toBe(50_000);
    for (const index of [49_999, 0, 25_000, 24_999, 1]) expect(itemAt(list, index)).toBe(index);
  });

  test("keeps a member called __proto__ a member", () => {
    const text = `{"__proto__":${JSON.stringify("x".repeat(40_000))}}`;
    expect(Object.hasOwn(lazyJson(text) as object, "__proto__")).toBe(true);
  });
});

test("jsonText writes JSON texts into JSON as they are", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (inner, other) => {
      const text = JSON.stringify(inner, null, 1);
      const value = { a: new RawJson(text), list: [other, new RawJson(text)], other };
      expect(JSON.parse(jsonText(value))).toEqual(
        JSON.parse(JSON.stringify({ a: inner, list: [other, inner], other })),
      );
    }),
  );
  expect(jsonText({ a: new RawJson("1e2") })).toBe('{"a":1e2}');
});
