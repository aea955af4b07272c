import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { diffJson } from "../../src/lib/json-diff.ts";

describe("differences, path by path", () => {
  test.each<[unknown, unknown, string[]]>([
    [1, 1, []],
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, []],
    [0, -0, []],
    [1, 2, ["the whole value: expected 1, got 2"]],
    [null, {}, ["the whole value: expected null, got {}"]],
    [[], {}, ["the whole value: expected [], got {}"]],
    [1, "1", ['the whole value: expected 1, got "1"']],
    [{ a: 1 }, {}, ["/a: missing, expected 1"]],
    [{}, { a: null }, ["/a: not expected, got null"]],
    [{ a: { b: [1, { c: true }] } }, { a: { b: [1, { c: false }] } }, ["/a/b/1/c: expected true, got false"]],
    [{ "a/b": { "~": 1 } }, { "a/b": { "~": 2 } }, ["/a~1b/~0: expected 1, got 2"]],
    [JSON.parse('{"__proto__":1}'), {}, ["/__proto__: missing, expected 1"]],
    [{ toString: 1 }, {}, ["/toString: missing, expected 1"]],
    [[1, 2, 3, 4], [1, 3, 4], ["/1: missing, expected 2"]],
    [[1, 3, 4], [1, 2, 3, 4], ["/1: not expected, got 2"]],
    [
      [1, 2],
      [3, 2, 9],
      ["/0: expected 1, got 3", "/2: not expected, got 9"],
    ],
    [
      ["a", "b"],
      ["b", "a"],
      ['/0: expected "a", got "b"', '/1: expected "b", got "a"'],
    ],
  ])("%j and %j", (expected, actual, lines) => {
    expect(diffJson(expected, actual)).toEqual(lines);
  });

  test("long strings are shown where they differ", () => {
    const [line = ""] = diffJson(`${"x".repeat(5000)}a${"y".repeat(500)}`, `${"x".repeat(5000)}b`);
    expect(line).toContain("differ at character 5001");
    expect(line).toContain(`..."${"x".repeat(20)}b"`);
    expect(line.length).toBeLessThan(300);
  });

  test("a longer string is distinguished from its prefix", () => {
    expect(diffJson("x".repeat(100), "x".repeat(101))[0]).toContain("at character 101");
  });

  test("many differences are only counted, and large values are shortened", () => {
    const lines = diffJson(
      Array.from({ length: 500 }, (_, i) => i),
      Array.from({ length: 500 }, (_, i) => -i - 1),
    );
    expect([lines.length, lines.at(-1)]).toEqual([101, "and 400 more differences"]);
    expect(diffJson(1, "y".repeat(5000))[0]?.length).toBeLessThan(200);
  });

  test("depth does not matter", () => {
    const deep = (end: unknown) => {
      let value = end;
      for (let i = 0; i < 100_000; i++) value = i % 2 === 0 ? [value] : { a: value };
      return value;
    };
    expect(diffJson(deep(1), deep(1))).toEqual([]);
    const [line = ""] = diffJson(deep(1), deep(2));
    expect(line).toEndWith(": expected 1, got 2");
    expect(diffJson([deep(1), 0], [0])[0]).toContain("missing");
  });

  test("there is no difference if, and only if, the values are equal", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(diffJson(a, structuredClone(a))).toEqual([]);
        expect(diffJson(a, b).length === 0).toBe(
          Bun.deepEquals(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))),
        );
      }),
    );
  });
});
