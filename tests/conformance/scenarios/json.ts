import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LONG_TEXT, readText, type ShareableText, shareText } from "../../../src/domain/shared-text.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { failureOf, run } from "../request.ts";

/** Nested arrays or objects in input and output, to which every value comes back: on a cold thread as on a warm one. */
const DEPTH = 1_000;
const TOO_DEEP = 50_000;

const IDENTITIES = ["(input) => input", "async (input) => { await null; return input; }"];

/** Texts with everything in them that JSON has to escape, or that is odd in UTF-16. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom("__proto__", "constructor", "toJSON", "then", "length", "0", "-1", "", "\u2028", "\u0000"),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(-0, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 53 + 2, 0.1 + 0.2, 1e21, 1e-7, 123456789012345680000),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    number,
    text,
    tie("list"),
    tie("record"),
  ),
  list: fc.array(tie("value"), { maxLength: 6 }),
  record: fc.array(fc.tuple(text, tie("value")), { maxLength: 6 }),
}));

/** A tree as JSON text; lists of pairs are objects, so that every own name is possible. */
function toJson(tree: unknown): string {
  if (!Array.isArray(tree)) return JSON.stringify(tree);
  const isRecord =
    tree.length > 0 && tree.every((item) => Array.isArray(item) && typeof item[0] === "string" && item.length === 2);
  if (!isRecord) return `[${tree.map(toJson).join(",")}]`;
  return `{${tree.map(([name, item]: [string, unknown]) => `${JSON.stringify(name)}:${toJson(item)}`).join(",")}}`;
}

/** Every value that JSON can express goes in and comes out the same. */
export function jsonScenarios(executor: () => Executor): void {
  async function back(inputJson: ShareableText, code = IDENTITIES[0] ?? ""): Promise<string> {
    const outcome = await run(executor(), code, { inputJson });
    return outcome.status === "completed" ? readText(outcome.outputJson) : outcome.error.code;
  }

  describe("JSON", () => {
    test("every value returns as JSON.parse and JSON.stringify would leave it", async () => {
      await fc.assert(
        fc.asyncProperty(value, async (tree) => {
          const json = toJson(tree);
          const expected = JSON.stringify(JSON.parse(json));
          for (const code of IDENTITIES) expect(await back(json, code)).toBe(expected);
        }),
        { numRuns: 300 },
      );
    }, 120_000);

    test.each([
      ["own __proto__", '{"__proto__":{"a":1},"b":2}'],
      ["names in their order, whole numbers first", '{"b":1,"10":2,"a":3,"9":4}'],
      ["the largest and the smallest number", "[1e+308,-1e+308,5e-324,9007199254740993,-0]"],
      ["lone surrogates", '["\\ud800","\\udfff\\ud800","a\\udc00b"]'],
      ["an astral character", '["\u{1f600}"]'],
      ["control characters", '["\\u0000\\u001f\\u007f\u0080\u2028\ufeff"]'],
      [
        "names that mean something elsewhere",
        '{"toJSON":1,"then":2,"constructor":3,"hasOwnProperty":null,"valueOf":[]}',
      ],
    ])("%s", async (_name, json) => {
      for (const code of IDENTITIES) expect(await back(json, code)).toBe(JSON.stringify(JSON.parse(json)));
    });

    test("the last of several equal names counts", async () => {
      expect(await back('{"a":1,"a":2}')).toBe('{"a":2}');
    });

    test.each([
      ["arrays", "[", "]", ""],
      ["objects", '{"a":', "}", "1"],
    ])(`%s nested ${DEPTH} deep come back, far deeper ones are a limit`, async (_name, open, close, middle) => {
      const nested = (depth: number) => open.repeat(depth) + middle + close.repeat(depth);
      for (const code of IDENTITIES) expect(await back(nested(DEPTH), code)).toBe(nested(DEPTH));
      expect(await back(nested(TOO_DEEP))).toBe("STACK_LIMIT");
      expect(await back(nested(DEPTH))).toBe(nested(DEPTH));
    });

    test("an output that is nested too deep is a limit, not a crash", async () => {
      const code = "() => { let deep = []; for (let i = 0; i < 100_000; i++) deep = [deep]; return deep; }";
      expect((await failureOf(executor(), code)).code).toBe("STACK_LIMIT");
    });

    test.each([
      ["of all kinds of characters", JSON.stringify("ä€\u{1f600}".repeat(200_000))],
      ["with lone surrogates", JSON.stringify(`\ud800${"a\udc00b".repeat(200_000)}`)],
      ["of ASCII characters", JSON.stringify("a".repeat(LONG_TEXT))],
    ])("long texts %s, also if they are shared between threads", async (_name, json) => {
      for (const code of IDENTITIES) {
        expect(await back(json, code)).toBe(json);
        expect(await back(shareText(json), code)).toBe(json);
      }
    });

    test("a short text that is shared between threads", async () => {
      expect(await back(shareText('["ä"]'))).toBe('["ä"]');
    });
  });
}
