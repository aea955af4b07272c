import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LONGEST_DURATION_MS, readScalar, readText, type ValueForm } from "../../src/config/value-form.ts";
import { formatDuration } from "../../src/lib/duration.ts";
import { formatSize } from "../../src/lib/size.ts";

const CHOICE: ValueForm = { type: "choice", choices: ["text", "json"] };

describe("readText", () => {
  test.each<[ValueForm, string, string | number | boolean]>([
    [{ type: "duration" }, "300ms", 300],
    [{ type: "duration" }, "1.5s", 1_500],
    [{ type: "size" }, "64MB", 64 * 1024 * 1024],
    [{ type: "integer" }, "0", 0],
    [{ type: "integer", min: -5 }, "-5", -5],
    [{ type: "boolean" }, "true", true],
    [{ type: "boolean" }, "0", false],
    [CHOICE, "json", "json"],
    [{ type: "string" }, "", ""],
    [{ type: "string", check: () => undefined }, "any", "any"],
  ])("%j reads %j as %j", (form, text, value) => {
    expect(readText(form, text)).toEqual({ value });
  });

  test.each<[ValueForm, string, string]>([
    [{ type: "duration" }, "5", '"5" is not a duration'],
    [{ type: "duration" }, "-5s", '"-5s" is not a duration'],
    [{ type: "duration" }, "", '"" is not a duration'],
    [{ type: "duration" }, "0ms", '"0ms" is less than 1ms'],
    [{ type: "duration", max: 60_000 }, "2m", '"2m" is more than 1m'],
    [{ type: "size" }, "64", '"64" is not a size'],
    [{ type: "size", min: 4096 }, "1kB", '"1kB" is less than 4kB'],
    [{ type: "integer" }, "1.5", '"1.5" is not a whole number'],
    [{ type: "integer" }, "-1", '"-1" is less than 0'],
    [{ type: "integer" }, "0x10", '"0x10" is not a whole number'],
    [{ type: "integer" }, "9".repeat(16), `"${"9".repeat(16)}" is not a whole number`],
    [{ type: "boolean" }, "yes", '"yes" is neither true nor false'],
    [CHOICE, "JSON", '"JSON" is not one of the choices'],
    [{ type: "string", check: () => "is odd" }, "x", '"x" is odd'],
    [{ type: "duration" }, "x".repeat(100), `"${"x".repeat(60)}..." is not a duration`],
  ])("%j reports what is wrong with %j", (form, text, problem) => {
    expect(readText(form, text)).toEqual({ problem, remedy: expect.any(String) });
  });

  test("reads what formatDuration and formatSize write", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LONGEST_DURATION_MS }), (ms) => {
        expect(readText({ type: "duration" }, formatDuration(ms))).toEqual({ value: ms });
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (bytes) => {
        expect(readText({ type: "size" }, formatSize(bytes))).toEqual({ value: bytes });
      }),
    );
  });
});

describe("readScalar", () => {
  test("accepts only values of the right type", () => {
    expect(readScalar({ type: "boolean" }, true)).toEqual({ value: true });
    expect(readScalar({ type: "boolean" }, "true")).toMatchObject({
      problem: 'the string "true" is neither true nor false',
    });
    expect(readScalar({ type: "integer" }, 5)).toEqual({ value: 5 });
    expect(readScalar({ type: "integer" }, 5.5)).toMatchObject({ problem: '"5.5" is not a whole number' });
    expect(readScalar({ type: "duration" }, 5)).toMatchObject({ problem: '"5" is not a duration' });
    expect(readScalar({ type: "string" }, 5)).toMatchObject({ problem: "5 is not a string" });
    expect(readScalar({ type: "string" }, [5])).toMatchObject({ problem: "a list is not a string" });
    expect(readScalar(CHOICE, { a: 1 })).toMatchObject({ problem: "a section is not a string" });
  });
});
