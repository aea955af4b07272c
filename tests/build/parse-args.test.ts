/** The executable's citty parses by this function in place of node:util's: the two give the same. */
import { expect, test } from "bun:test";
import { parseArgs as nodeParseArgs } from "node:util";
import fc from "fast-check";
import { parseArgs } from "../../build/parse-args.ts";

const OPTIONS = {
  path: { type: "string", short: "p" },
  "from-fs": { type: "string", default: "here" },
  flag: { type: "boolean", short: "f" },
  on: { type: "boolean", default: true },
} as const;

test("parses command lines as node:util does without strict", () => {
  const argument = fc.oneof(
    fc.constantFrom("--path", "--path=x", "--path=", "--from-fs", "--flag", "--flag=no", "--on", "--", "-", "", "word"),
    fc.constantFrom("-p", "-px", "-fp", "-fpx", "-f", "-x", "-5", "--unknown", "--unknown=1", "--__proto__", "--a=b=c"),
    fc.stringMatching(/^[-=a-z]{0,6}$/),
  );
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 8 }), (args) => {
      const request = { args, options: OPTIONS, allowPositionals: true, strict: false } as const;
      const expected = nodeParseArgs(request);
      const found = parseArgs(request);
      expect(found.positionals).toEqual(expected.positionals);
      expect({ ...found.values }).toEqual({ ...expected.values });
    }),
    { numRuns: 2_000 },
  );
});
