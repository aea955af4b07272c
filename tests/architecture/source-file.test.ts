import { expect, test } from "bun:test";
import { parseSource, report } from "./source-file.ts";
import { strictness } from "./strictness.ts";

test("a violation is reported as file:line [rule] message", () => {
  const found = strictness([parseSource("src/a.ts", "\nlet a: any;")]);
  expect(report(found)).toBe("src/a.ts:2 [strictness] any: write the type, or unknown and look before use");
});

test("a file that is not TypeScript is refused by name", () => {
  expect(() => parseSource("src/a.ts", "const = 1;")).toThrow("src/a.ts");
});
