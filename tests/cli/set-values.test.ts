import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setValues } from "../../src/cli/commands/run-once/set-values.ts";
import { RatchetError } from "../../src/domain/errors.ts";
import { temporaryFolder } from "../support/ratchet.ts";

describe("--set", () => {
  test.each([
    ["n=5", { n: 5 }],
    ["n=-0.5e3", { n: -500 }],
    ["b=true", { b: true }],
    ["x=null", { x: null }],
    ["list=[1,2]", { list: [1, 2] }],
    ['o={"a":1}', { o: { a: 1 } }],
    ["s=hello", { s: "hello" }],
    ["s=", { s: "" }],
    ["s=a=b", { s: "a=b" }],
    ['s="5"', { s: "5" }],
    ["zip=01234", { zip: "01234" }],
    ["id=12345678901234567890", { id: "12345678901234567890" }],
    ["s=True", { s: "True" }],
    ["s={a:1}", { s: "{a:1}" }],
    ['s={"a":1,"a":2}', { s: '{"a":1,"a":2}' }],
    ["a.b.c=1", { a: { b: { c: 1 } } }],
    ["a\\.b=1", { "a.b": 1 }],
  ])("%s gives a typed value", (assignment, expected) => {
    expect(setValues({}, [assignment])).toEqual(expected);
  });

  test("overrides the input, in order, and reaches into lists", () => {
    const input = { a: 1, list: [1, 2], deep: { x: 1, y: 2 } };
    expect(setValues(input, ["a=2", "a=3", "list.0=9", "list.2=3", "deep.y=5"])).toEqual({
      a: 3,
      list: [9, 2, 3],
      deep: { x: 1, y: 5 },
    });
  });

  test("creates own properties for names that objects inherit", () => {
    const made = setValues({}, ["__proto__=1", "constructor.name=x", "toString=y"]);
    expect(JSON.stringify(made)).toBe('{"__proto__":1,"constructor":{"name":"x"},"toString":"y"}');
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(JSON.stringify(setValues({}, ["__proto__.polluted=1"]))).toBe('{"__proto__":{"polluted":1}}');
    expect("polluted" in {}).toBe(false);
  });

  test("reads a file: JSON when it is some, else its text without the last line feed", () => {
    using folder = temporaryFolder();
    const file = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(folder.path, name), content);
      return `k=@${join(folder.path, name)}`;
    };
    expect(setValues({}, [file("a", '{"x":[1]}\n')])).toEqual({ k: { x: [1] } });
    expect(setValues({}, [file("b", "token\n")])).toEqual({ k: "token" });
    expect(setValues({}, [file("c", "two\n\n")])).toEqual({ k: "two\n" });
    expect(setValues({}, [file("d", "windows\r\n")])).toEqual({ k: "windows" });
    expect(setValues({}, [file("e", "\ufeff5")])).toEqual({ k: 5 });
    expect(() => setValues({}, [file("f", new Uint8Array([0xc3, 0x28]))])).toThrow("is not UTF-8 text");
    expect(() => setValues({}, ["k=@/no/such/file"])).toThrow("/no/such/file cannot be read: no such file or folder.");
  });

  test.each([
    [{}, "n", '--set "n" is no assignment.'],
    [{}, "=5", '--set "=5" is no assignment.'],
    [{}, "a..b=1", "--set a..b: a part of the name is empty."],
    [{ a: 1 }, "a.b=1", '--set a.b: "a" is already a plain value.'],
    [{ list: [1] }, "list.5=1", '--set list.5: "5" is no place in a list of 1.'],
    [{ list: [1] }, "list.length=0", '--set list.length: "length" is no place in a list of 1.'],
    [[1], "a=1", "--set needs an input that is an object."],
  ])("refuses to change %j by %s", (input, assignment, message) => {
    const attempt = () => setValues(structuredClone(input), [assignment]);
    expect(attempt).toThrow(RatchetError);
    expect(attempt).toThrow(message);
  });
});
