import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import { matchesLabel } from "../../src/domain/label-pattern.ts";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { labelMatches } from "../../src/store/sqlite/label-conditions.ts";

const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
connection.exec("CREATE TABLE tasks (label TEXT)");
afterAll(() => connection.close());

/** What the database finds. */
function isFound(patterns: readonly string[], label: string): boolean {
  const { where, values } = labelMatches(patterns);
  connection.exec("DELETE FROM tasks");
  connection.sql.run("INSERT INTO tasks VALUES (?)", label);
  return connection.sql.get(`SELECT 1 FROM tasks WHERE ${where}`, ...values) !== undefined;
}

test("only the star is special, and case counts", () => {
  for (const [pattern, label, expected] of [
    ["billing-*", "billing-", true],
    ["billing-*", "billing", false],
    ["*", "", true],
    ["a*b*c", "abc", true],
    ["a*b*c", "a-c-b-c", true],
    ["a*bc*c", "abc", false],
    ["ab*ba", "aba", false],
    ["[a-z]", "b", false],
    ["[a-z]", "[a-z]", true],
    ["a?c", "abc", false],
    ["a?c", "a?c", true],
    ["Abc", "abc", false],
  ] as const) {
    expect([pattern, label, matchesLabel([pattern], label)]).toEqual([pattern, label, expected]);
    expect([pattern, label, isFound([pattern], label)]).toEqual([pattern, label, expected]);
  }
});

test("no pattern matches nothing", () => {
  expect(matchesLabel([], "x")).toBe(false);
  expect(isFound([], "x")).toBe(false);
});

test("the database and the program agree on every pattern", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "[", "]", "-", "^", "\\", "é"), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), text, (patterns, label) => {
      expect(isFound(patterns, label)).toBe(matchesLabel(patterns, label));
    }),
  );
});
