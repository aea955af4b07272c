import { expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonValue } from "../../src/domain/json.ts";
import { nestsDeeperThan } from "../../src/lib/json-depth.ts";

function levelsOf(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(levelsOf));
}

test("finds the depth of any value, whatever its strings contain", () => {
  const string = fc.string({ unit: fc.constantFrom("[", "{", "}", "]", '"', "\\", "a") });
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      string,
      fc.integer(),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(string, tie("tree"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.integer({ min: 0, max: 8 }), fc.constantFrom(undefined, 2), (value, levels, indent) => {
      expect(nestsDeeperThan(JSON.stringify(value, null, indent), levels)).toBe(levelsOf(value) > levels);
    }),
  );
});

test("tells 500 levels from 501", () => {
  const list = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  expect(nestsDeeperThan(list(500), 500)).toBe(false);
  expect(nestsDeeperThan(list(501), 500)).toBe(true);
});
