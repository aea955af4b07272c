import { describe, expect, test } from "bun:test";
import { isObject } from "../../src/lib/is-object.ts";

describe("isObject", () => {
  test.each([[{}], [{ a: 1 }], [Object.create(null)], [JSON.parse('{"__proto__": 1}')], [new Date(0)]])(
    "accepts %p",
    (value: unknown) => expect(isObject(value)).toBe(true),
  );

  test.each([[null], [undefined], [[]], [[1]], [""], ["text"], [0], [true], [Symbol.iterator], [() => 1]])(
    "refuses %p",
    (value: unknown) => expect(isObject(value)).toBe(false),
  );
});
