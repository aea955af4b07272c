import { describe, expect, test } from "bun:test";
import { RegExpParser } from "@eslint-community/regexpp";
import fc from "fast-check";
import { newEvaluation } from "../../../src/task/schema/evaluation.ts";
import { compilePatterns } from "../../../src/task/schema/patterns.ts";
import { toRe2 } from "../../../src/task/schema/re2-syntax.ts";
import { faultsOf, validatorOf } from "./validators.ts";

/** Returns if a string matches, or why it could not be tested. */
async function matches(source: string, text: string): Promise<boolean | string> {
  const test = (await compilePatterns([source])).get(source);
  if (typeof test !== "function") return test?.message ?? "missing";
  return test(text, newEvaluation(text, undefined));
}

const many = (text: string, count = 50_000) => text.repeat(count);

describe("a pattern that would take JavaScript's engine forever", () => {
  test.each([
    ["^(a+)+$", many("a"), true],
    ["^(a+)+$", `${many("a")}!`, false],
    ["(a|aa)+$", `${many("a")}!`, false],
    ["(a|a?)+b", many("a"), false],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", many("a"), false],
    ["(x+x+)+y", many("x"), false],
    ["(.*a){20}", many("b"), false],
    ["^([\\w.]+)+@", many("a."), false],
    ["\\s+$", `${many(" ")}x`, false],
    ["[a-z]+[a-z]+[a-z]+$", `${many("a")}1`, false],
    ["^(?=.*\\d)(?=.*[a-z])(?!.*\\s)(\\w+)+$", `${many("a1")}!`, false],
    ["^(?=.{1,253}$)([a-z]+\\.?)+$", "example.com", true],
    ["^(?!.*--)([a-z0-9-]+)+$", "a-b--c", false],
    ["(?<=\\$)(\\d+)+\\.$", `$${many("1")}`, false],
    ["^\\p{L}+( \\p{L}+)*$", many("é"), true],
    ["^(?:\\s*\\S+)*$", `${many(" a")}`, true],
  ])("%s is tested at once, with the right result", async (source, text, verdict) => {
    await matches(source, "");
    expect(await matches(source, text)).toBe(verdict);
  });

  test("is rejected if no engine can test it in time", async () => {
    for (const source of ["^(.*?)*\\1$", "(a+)+(?=b)\\b(?!c)", "^((?!ab).)*(?=x)$"]) {
      const faults = await faultsOf({ pattern: source });
      expect(faults.map(({ pointer }) => pointer)).toEqual(["/pattern"]);
      expect(faults[0]?.message).toContain("take forever");
      const named = await faultsOf({ patternProperties: { [source]: {} } });
      expect(named).toHaveLength(1);
    }
  });

  test("is rejected if it is so large that compiling it takes long", async () => {
    for (const source of ["(a{1000}b{1000}){100}", "(a|b)".repeat(20_000), "^((((a{0,16}){0,16}){0,16})(?=b)){0,16}"]) {
      const faults = await faultsOf({ pattern: source });
      expect(faults).toHaveLength(1);
      expect(faults[0]?.message.length).toBeLessThan(200);
    }
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`^(a{900}|${i})+$`, true]));
    const faults = await faultsOf({ patternProperties: many });
    expect(faults[0]?.message).toContain("too large, with those before it");
  });

  test("is only used on short strings if it cannot handle longer ones", async () => {
    const validate = await validatorOf({ pattern: "(?=.*\\d).{8,}" });
    expect(validate("abcdefg1")).toEqual([]);
    expect(validate("abcdefgh")).toEqual([{ pointer: "", message: "must match the pattern (?=.*\\d).{8,}" }]);
    expect(validate(many("a"))).toEqual([
      { pointer: "", message: expect.stringContaining("on at most 1000 characters") },
    ]);
    expect(await matches("^(['\"])[^'\"]*\\1$", "'x'")).toBe(true);
    expect(await matches("^(['\"])[^'\"]*\\1$", "'x\"")).toBe(false);
  });

  test("is harmless as a key of patternProperties, too", async () => {
    const validate = await validatorOf({
      patternProperties: { "^(a+)+$": { type: "integer" } },
      additionalProperties: false,
    });
    expect(validate({ [many("a")]: 1 })).toEqual([]);
    expect(validate({ [many("a")]: "x" })).toHaveLength(1);
    expect(validate({ [`${many("a")}!`]: 1 })).toHaveLength(1);
  });
});

describe("a pattern", () => {
  test("may have escapes that only the older syntax accepts", async () => {
    expect(await matches("^[a-z\\-\\_]+\\-$", "a-")).toBe(true);
    expect(await matches("^\\d{3}\\-\\d{4}$", "555-1234")).toBe(true);
  });

  test("may use Unicode properties", async () => {
    // In a group, so that they use the linear engine.
    for (const property of ["\\p{Lu}", "\\P{L}", "\\p{Script=Greek}", "\\p{Emoji}", "\\p{L}\\d"]) {
      const expression = new RegExp(`^(?:[${property}]|-)+$`, "u");
      const test = (await compilePatterns([expression.source])).get(expression.source);
      if (typeof test !== "function") throw new Error(`${property} was refused`);
      for (const text of ["A", "a", "é", "Ω", "😀", "1", " ", "-", "\uffff", "\u{10ffff}", "Aa"]) {
        const verdict = test(text, newEvaluation(text, undefined));
        expect([property, text, verdict]).toEqual([property, text, expression.test(text)]);
      }
    }
  });

  test("of any kind matches the same strings as JavaScript's engine", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      ".",
      "\\d",
      "\\w",
      "\\s",
      "\\S",
      "\\W",
      "[ab]",
      "[^a]",
      "[a-c1]",
      "\\.",
      "😀",
      "[😀é]",
      "\\u00e9",
      "\\u{1F600}",
      "\\x61",
      "\\cJ",
      "[\\s\\d]",
      "[^\\n]",
      "\\n",
      "[^]",
      "[]",
    );
    const repeat = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "+?");
    const piece = fc.tuple(atom, repeat).map(([a, r]) => a + r);
    const { pattern } = fc.letrec<{ pattern: string; group: string }>((tie) => ({
      pattern: fc
        .array(
          fc.oneof(
            { weight: 4, arbitrary: piece },
            { weight: 1, arbitrary: tie("group") },
            fc.constantFrom("^", "$", "\\b", "\\B"),
          ),
          { minLength: 1, maxLength: 4 },
        )
        .map((parts) => parts.join("")),
      group: fc
        .tuple(
          fc.constantFrom("(", "(?:", "(?<n>", "(?<=", "(?<!"),
          tie("pattern"),
          fc.constantFrom("", "|a", "|"),
          repeat,
        )
        .map(
          ([open, inner, other, r]) =>
            `${open}${inner}${other})${open.startsWith("(?<") && !open.includes("n") ? "" : r}`,
        ),
    }));
    const conditions = fc.array(
      fc.tuple(fc.constantFrom("(?=", "(?!"), pattern).map(([open, inner]) => `${open}${inner})`),
      { maxLength: 2 },
    );
    const whole = fc.oneof(
      pattern,
      fc.tuple(conditions, pattern).map(([all, rest]) => `^${all.join("")}${rest}`),
    );
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "c", "1", " ", "\n", "\r", "\u2028", "A", "é", "😀", ".", "_", "\u00a0"),
      maxLength: 6,
    });
    let compared = 0;
    fc.assert(
      fc.property(whole, text, (source, subject) => {
        let expression: RegExp;
        try {
          expression = new RegExp(source, "u");
        } catch {
          return;
        }
        const tree = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, { unicode: true });
        const linear = toRe2(tree, new Map());
        if (linear === undefined) return;
        compared++;
        expect({ source, subject, verdict: linear(subject) }).toEqual({
          source,
          subject,
          verdict: expression.test(subject),
        });
      }),
      { numRuns: 3_000 },
    );
    expect(compared).toBeGreaterThan(1_000);
  });
});
