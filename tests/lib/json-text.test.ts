import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { findJsonFault, linePosition } from "../../src/lib/json-text.ts";

const DEPTH = 1_000;

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findJsonFault", () => {
  test("accepts everything that JSON.stringify returns", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(4), (value, indent) => {
        expect(findJsonFault(JSON.stringify(value, null, indent), DEPTH)).toBeUndefined();
      }),
    );
  });

  test("agrees with JSON.parse on texts that are nearly JSON", () => {
    const pieces = fc.constantFrom(
      ...'{}[],:"\\ \n\t\r\0-+.019eEaub/',
      "true",
      "false",
      "null",
      '"a":',
      '"b"',
      "\\u0041",
      "\\x",
      "1.5e3",
      "\u00a0",
      "\ud800",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        const fault = findJsonFault(text, DEPTH);
        if (fault === undefined || !/twice|beyond/.test(fault.message))
          expect([text, fault === undefined]).toEqual([text, parses(text)]);
      }),
      { numRuns: 20_000 },
    );
  });

  test("agrees with JSON.parse on valid texts with one character changed", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom("", ...'{}[],:"\\ \n-.0e'), (json, place, change) => {
        const at = place % (json.length + 1);
        const text = json.slice(0, at) + change + json.slice(at + 1);
        const fault = findJsonFault(text, DEPTH);
        if (fault === undefined || !/twice|beyond/.test(fault.message))
          expect([text, fault === undefined]).toEqual([text, parses(text)]);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['{"a":1,"a":2}', 7, 'the name "a" occurs twice in the same object'],
    ['{"a":1,"\\u0061":2}', 7, 'the name "\\u0061" occurs twice in the same object'],
    ['[{"b":{"x":1},"c":[{"x":1}],"b":0}]', 28, 'the name "b" occurs twice in the same object'],
    ['{"__proto__":1,"__proto__":2}', 15, 'the name "__proto__" occurs twice in the same object'],
    ['{"a":1,}', 7, '"}" found where a name in double quotes is expected'],
    ["[1 2]", 3, '"2" found where "," or "]" is expected'],
    ["", 0, "the text ends where a value is expected"],
    ['{"a":', 5, "the text ends where a value is expected"],
    ["{'a':1}", 1, '"\'" found where a name in double quotes is expected'],
    ["1 1", 2, '"1" found where the end is expected'],
    ['"a', 0, "a string without a closing quote"],
    ['"\\q"', 1, "an escape that JSON does not allow"],
    ['"a\nb"', 2, "a control character in a string; write it as an escape such as \\n"],
    ["[1, -1e400]", 4, "the number -1e400 is beyond 1.8e308, the largest possible"],
    ["[[[1]]]", 2, "nested deeper than 2 levels"],
  ])("says what is wrong with %j and where", (text, offset, message) => {
    expect(findJsonFault(text, message.startsWith("nested") ? 2 : DEPTH)).toEqual({ message, offset });
  });

  test("similar names, and equal names in different objects, are not a fault", () => {
    expect(
      findJsonFault('{"a":{"a":[{"a":1},{"a":2}]},"A":1,"a ":2,"toString":1,"constructor":2}', DEPTH),
    ).toBeUndefined();
  });

  test("no depth overflows the stack", () => {
    const deep = "[".repeat(1_000_000);
    expect(findJsonFault(deep, DEPTH)).toEqual({ message: "nested deeper than 1000 levels", offset: 1_000 });
    expect(findJsonFault(deep + "]".repeat(1_000_000), 2_000_000)).toBeUndefined();
  });
});

test("linePosition counts lines and columns from 1", () => {
  expect(linePosition("ab\ncd", 0)).toEqual({ line: 1, column: 1 });
  expect(linePosition("ab\ncd", 2)).toEqual({ line: 1, column: 3 });
  expect(linePosition("ab\ncd", 3)).toEqual({ line: 2, column: 1 });
  expect(linePosition("ab\ncd", 4)).toEqual({ line: 2, column: 2 });
  expect(linePosition("", 0)).toEqual({ line: 1, column: 1 });
});
